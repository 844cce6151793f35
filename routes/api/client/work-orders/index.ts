import { ordersPage } from "../../../../lib/field/read_field.ts";
import { acting } from "../../../../lib/http/call.ts";
import { define } from "../../../../lib/http/state.ts";

/** The orders that one may see, latest day first, 50 a page. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    return ctx.json(
      await ordersPage(tenant, me, ctx.url.searchParams.get("cursor")),
    );
  },
});
