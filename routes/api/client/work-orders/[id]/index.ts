import { readOrder } from "../../../../../lib/field/read_field.ts";
import { acting, answerChange } from "../../../../../lib/http/call.ts";
import { problemResponse } from "../../../../../lib/http/problem_response.ts";
import { define } from "../../../../../lib/http/state.ts";

/** Reads a work order; changes its notes, its checklist or its plan. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const order = await readOrder(tenant, me, ctx.params.id ?? "");
    return order.ok
      ? ctx.json(order.value)
      : problemResponse(ctx, order.problem);
  },
  PATCH: answerChange,
});
