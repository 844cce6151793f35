import { acting, answerChange } from "../../../../lib/http/call.ts";
import { readLead } from "../../../../lib/field/read_field.ts";
import { problemResponse } from "../../../../lib/http/problem_response.ts";
import { define } from "../../../../lib/http/state.ts";

/** Reads a lead; changes some of its fields. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const lead = await readLead(tenant, me, ctx.params.id ?? "");
    return lead.ok ? ctx.json(lead.value) : problemResponse(ctx, lead.problem);
  },
  PATCH: answerChange,
});
