import { advance } from "../model/advance.ts";
import type { FieldValues } from "../model/form.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import { type OrderAction, type WorkOrder } from "../model/work_order.ts";
import { decode } from "./codec.ts";
import { readDay } from "./day.ts";
import type { Field } from "./field.ts";
import { type Local, present } from "./local.ts";
import { flatFields } from "./overlay.ts";
import { enqueue } from "./queue.ts";
import {
  basedOn,
  difference,
  localRow,
  type Saved,
  saving,
  type Seen,
} from "./saving.ts";

/** The orders on the device, by planned day and time: all of them, or the first ones. */
export async function readOrders(
  field: Field,
  limit?: number,
): Promise<Local<WorkOrder>[]> {
  const rows = await field.db.run((db) =>
    db.getAllFromIndex("workOrders", "planned", null, limit)
  );
  return (await decode(field, rows)).map(present);
}

/** My orders of today, by time. */
export async function readToday(field: Field): Promise<Local<WorkOrder>[]> {
  const today = await readDay(field);
  const rows = await field.db.run((db) =>
    db.getAllFromIndex(
      "workOrders",
      "planned",
      IDBKeyRange.bound(today, `${today}~`),
    )
  );
  return (await decode(field, rows))
    .filter((row) => row.local.assigneeId === field.me.id).map(present);
}

/**
 * Changes flat fields of a work order (`notes`, `check:<item>`; see `orderFields`).
 *
 * @param seen what the person had before them, where it may be older than what is on the device now
 * @returns `not-found` when the order is not on this device
 * @throws {StorageFailure} nothing was saved
 */
export async function editOrder(
  field: Field,
  id: string,
  changed: FieldValues,
  seen?: Seen,
): Promise<Result<Saved<WorkOrder>>> {
  return await saving(field, async (draft) => {
    const order = await localRow<WorkOrder>(draft, id);
    if (!order) return fail("not-found");
    const { status: _byActionsOnly, ...fields } = changed;
    const change = difference(flatFields(order), fields);
    if (!change) return ok({ record: order, key: null });
    const op = await enqueue(draft, {
      route: `/api/client/work-orders/${id}`,
      method: "PATCH",
      payload: { fields: change.fields },
    }, basedOn(change.before, seen));
    return ok({
      record: await localRow<WorkOrder>(draft, id) as WorkOrder,
      key: op.key,
    });
  });
}

/**
 * Starts, pauses or finishes a work order, by the same state machine as the server's.
 *
 * @returns `transition-refused` with the reason, or `not-found`
 * @throws {StorageFailure} nothing was saved
 */
export async function advanceOrder(
  field: Field,
  id: string,
  action: OrderAction,
): Promise<Result<Saved<WorkOrder>>> {
  return await saving(field, async (draft) => {
    const order = await localRow<WorkOrder>(draft, id);
    if (!order) return fail("not-found");
    const at = new Date(field.device.now()).toISOString();
    const next = advance(order, action, at);
    if (!next.ok) return next;
    const op = await enqueue(draft, {
      route: `/api/client/work-orders/${id}/transitions`,
      method: "POST",
      payload: { action },
    }, { before: { status: order.status }, status: next.value.status });
    return ok({
      record: await localRow<WorkOrder>(draft, id) as WorkOrder,
      key: op.key,
    });
  });
}
