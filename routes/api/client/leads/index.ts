import { acting, answerChange } from "../../../../lib/http/call.ts";
import { leadsPage } from "../../../../lib/field/read_field.ts";
import { define } from "../../../../lib/http/state.ts";

/** The leads that one may see, newest first, 50 a page; makes a lead. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    return ctx.json(
      await leadsPage(tenant, me, ctx.url.searchParams.get("cursor")),
    );
  },
  POST: answerChange,
});
