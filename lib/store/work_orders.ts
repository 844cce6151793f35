import {
  orderFields,
  type OrderRow,
  orderRow,
  type WorkOrder,
} from "../model/work_order.ts";
import { type Authorship, writeFormerHolder, writeHistory } from "./history.ts";
import { type Page, readPage } from "./page.ts";
import type { TenantStore, TenantTransaction } from "./tenant_store.ts";

/** Writes a work order with its index rows, its history and its notice to the change feed. The one place that does. */
export function putOrder(
  tx: TenantTransaction,
  previous: WorkOrder | null,
  next: WorkOrder,
  author: Authorship,
): void {
  const { keys } = tx;
  if (previous) {
    const { assigneeId, day, time, id } = previous;
    tx.delete(keys.orderByDay(day, time, id));
    tx.delete(keys.orderByHolder(assigneeId, day, time, id));
    // What nobody has is on nobody's phone.
    if (assigneeId !== null) {
      writeFormerHolder(tx, id, assigneeId, next.assigneeId);
    }
  }
  const row = orderRow(next);
  tx.set(keys.order(next.id), next);
  tx.set(keys.orderByDay(next.day, next.time, next.id), row);
  tx.set(
    keys.orderByHolder(next.assigneeId, next.day, next.time, next.id),
    row,
  );
  writeHistory(
    tx,
    next,
    previous ? orderFields(previous) : {},
    orderFields(next),
    author,
  );
  tx.changed({ type: "workOrder", id: next.id });
}

/** Which days to list, YYYY-MM-DD, both inclusive. */
export interface DayRange {
  /** The first day. */
  from: string;
  /** The last day. */
  to: string;
}

const daysOf = (
  prefix: readonly (string | number)[],
  { from, to }: DayRange,
) => ({
  prefix,
  start: [...prefix, from],
  end: [...prefix, `${to}\uffff`],
});

/** The orders of some days, earliest first, at most `limit`. */
export async function ordersOfDays(
  tenant: TenantStore,
  range: DayRange,
  limit: number,
): Promise<OrderRow[]> {
  const rows = await tenant.list<OrderRow>({
    ...daysOf(tenant.keys.ordersByDay(), range),
    limit,
  });
  return rows.map((row) => row.value);
}

/** One worker's orders of some days, earliest first, at most `limit`. */
export async function ordersOf(
  tenant: TenantStore,
  userId: string,
  range: DayRange,
  limit: number,
): Promise<OrderRow[]> {
  const rows = await tenant.list<OrderRow>({
    ...daysOf(tenant.keys.ordersByHolder(userId), range),
    limit,
  });
  return rows.map((row) => row.value);
}

/** Which way a list of orders is read: from the latest day back, or from the earliest on. */
export interface OrderPageOptions {
  /** As an earlier page gave it, or `["YYYY-MM-DD"]` to begin at a day (forward) or before it (backward). */
  cursor?: string | null;
  /** The most rows of the page. */
  limit: number;
  /** From the earliest day on; otherwise from the latest one back. */
  forward?: boolean;
}

/** One page of all orders of the org. */
export function listOrders(
  tenant: TenantStore,
  { forward, ...options }: OrderPageOptions,
): Promise<Page<OrderRow>> {
  const reverse = !forward;
  return readPage(tenant, tenant.keys.ordersByDay(), { ...options, reverse });
}

/** One page of one worker's orders. */
export function listOrdersOf(
  tenant: TenantStore,
  userId: string,
  { forward, ...options }: OrderPageOptions,
): Promise<Page<OrderRow>> {
  const prefix = tenant.keys.ordersByHolder(userId);
  return readPage(tenant, prefix, { ...options, reverse: !forward });
}
