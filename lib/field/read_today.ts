import { localTime } from "../model/calendar.ts";
import type { Me } from "../model/spaces.ts";
import { type ClockState, projectClock } from "../model/timesheet.ts";
import type { Timesheet } from "../model/timesheet.ts";
import type { OrderRow } from "../model/work_order.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import type { OpenShift } from "../store/timesheets.ts";
import { ordersOf } from "../store/work_orders.ts";

/** The most orders of one worker's day that a page shows. */
const MAX_ORDERS = 50;

/** A worker's day as the office has it: the clock and the orders. */
export async function readToday(
  tenant: TenantStore,
  me: Me,
  now: number,
): Promise<{
  day: string;
  clock: ClockState;
  orders: { record: OrderRow; standing: "received" }[];
}> {
  const { day } = localTime(me.timeZone, now);
  const [[sheet, shift], orders] = await Promise.all([
    tenant.getMany<unknown>([
      tenant.keys.timesheet(me.id, day),
      tenant.keys.openShift(me.id),
    ]) as Promise<[Timesheet | null, OpenShift | null]>,
    ordersOf(tenant, me.id, { from: day, to: day }, MAX_ORDERS),
  ]);
  // A shift that began before midnight is still what the clock says.
  const open = shift && shift.day !== day
    ? await tenant.get<Timesheet>(tenant.keys.timesheet(me.id, shift.day))
    : null;
  return {
    day,
    clock: (open ?? sheet)?.state ?? projectClock([]),
    orders: orders.map((record) => ({ record, standing: "received" })),
  };
}
