import { acting, answerChange } from "../../../../lib/http/call.ts";
import { leadsPage } from "../../../../lib/field/read_field.ts";
import { searchLeads } from "../../../../lib/field/search_leads.ts";
import { problemResponse } from "../../../../lib/http/problem_response.ts";
import { define } from "../../../../lib/http/state.ts";

/** The leads that one may see, newest first, 50 a page; with `search` those that have its words; makes a lead. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const { searchParams } = ctx.url;
    const cursor = searchParams.get("cursor");
    const search = searchParams.get("search");
    if (search === null) return ctx.json(await leadsPage(tenant, me, cursor));
    const found = await searchLeads(tenant, me, search, cursor);
    return found.ok
      ? ctx.json(found.value)
      : problemResponse(ctx, found.problem);
  },
  POST: answerChange,
});
