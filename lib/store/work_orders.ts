import {
  orderFields,
  type OrderRow,
  orderRow,
  type WorkOrder,
} from "../model/work_order.ts";
import { type Authorship, writeHistory } from "./history.ts";
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

/** One page of all orders of the org, latest day first. */
export function listOrders(
  tenant: TenantStore,
  options: { cursor?: string | null; limit: number },
): Promise<Page<OrderRow>> {
  return readPage(tenant, tenant.keys.ordersByDay(), {
    ...options,
    reverse: true,
  });
}

/** One page of one worker's orders, latest day first. */
export function listOrdersOf(
  tenant: TenantStore,
  userId: string,
  options: { cursor?: string | null; limit: number },
): Promise<Page<OrderRow>> {
  return readPage(tenant, tenant.keys.ordersByHolder(userId), {
    ...options,
    reverse: true,
  });
}
