import { readHours } from "../../../lib/field/read_hours.ts";
import { acting } from "../../../lib/http/call.ts";
import { problemResponse } from "../../../lib/http/problem_response.ts";
import { define } from "../../../lib/http/state.ts";

/** Everybody's hours of a week, for what pays them. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const week = ctx.url.searchParams.get("week");
    const hours = await readHours(tenant, me, week, now);
    return hours.ok
      ? Response.json(hours.value)
      : problemResponse(ctx, hours.problem);
  },
});
