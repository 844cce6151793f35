import { advance } from "../model/advance.ts";
import type { FieldValues } from "../model/form.ts";
import { may } from "../model/policy.ts";
import { fail, ok } from "../model/problem.ts";
import { type OrderAction, type WorkOrder } from "../model/work_order.ts";
import { putOrder } from "../store/work_orders.ts";
import {
  authorOf,
  type FieldContext,
  type Freshness,
  type Outcome,
  staleness,
} from "./context.ts";

/** Starts, pauses or finishes an order, by the state machine that the phone has too. */
export async function advanceOrder(
  context: FieldContext,
  input: { id: string; action: OrderAction; discarded: FieldValues },
  freshness: Freshness,
): Promise<Outcome> {
  const { tx, subject, at } = context;
  const order = await tx.get<WorkOrder>(tx.keys.order(input.id));
  if (order === null || order.orgId !== tx.orgId) return fail("not-found");
  if (!may(subject, "order.advance", order)) return fail("forbidden");
  const stale = staleness(order, freshness);
  if (stale) return stale;
  const advanced = advance(order, input.action, context.believed.believedAt);
  if (!advanced.ok) return advanced;
  const next: WorkOrder = {
    ...advanced.value,
    version: order.version + 1,
    updatedAt: at,
  };
  putOrder(tx, order, next, authorOf(context, input.discarded));
  return ok({ status: 200, version: next.version });
}
