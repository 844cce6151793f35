import { fail, ok, type Result } from "./problem.ts";
import {
  moved,
  openPoints,
  type OrderAction,
  statusAfter,
  type WorkOrder,
} from "./work_order.ts";

/**
 * Moves a work order on, or says why that cannot be.
 *
 * @param at when it happened (ISO 8601): the device's own time on the phone, `believedAt` on the server
 * @returns the order after the action (version and updatedAt untouched), or `transition-refused`
 */
export function advance(
  order: WorkOrder,
  action: OrderAction,
  at: string,
): Result<WorkOrder> {
  const next = moved(order, action, at);
  if (next) return ok(next);
  return fail(
    "transition-refused",
    statusAfter(order, action) === undefined
      ? { detail: `${action} is not possible from ${order.status}` }
      : {
        detail: "Required points of the checklist are open",
        errors: openPoints(order).map((item) => ({
          field: `check:${item.id}`,
          message: `Do this first: ${item.label}.`,
        })),
      },
  );
}
