import {
  type ClockState,
  type Timesheet,
  timesheetId,
} from "../model/timesheet.ts";
import type { TenantStore, TenantTransaction } from "./tenant_store.ts";

/** The columns of the hours list: an index row's value. */
export interface TimesheetRow {
  /** The worker. */
  userId: string;
  /** YYYY-MM-DD in the company's time zone. */
  day: string;
  /** Projected from the day's events. */
  state: ClockState;
}

/** A worker's open shift: to which day further presses of the clock belong. */
export interface OpenShift {
  /** On which the shift began, YYYY-MM-DD in the company's time zone. */
  day: string;
  /** Believed time of its last event, ISO 8601. */
  at: string;
}

/**
 * Writes a worker's day with its index row and its notice to the change feed. The one place that does.
 *
 * @param open the worker's open shift until now: what arrives late about an earlier day neither ends nor replaces it
 */
export function putTimesheet(
  tx: TenantTransaction,
  next: Timesheet,
  open: OpenShift | null,
): void {
  const { keys } = tx;
  const row: TimesheetRow = {
    userId: next.userId,
    day: next.day,
    state: next.state,
  };
  tx.set(keys.timesheet(next.userId, next.day), next);
  tx.set(keys.timesheetByDay(next.day, next.userId), row);
  if (open === null || open.day <= next.day) {
    const at = next.events.at(-1)?.believedAt ?? next.updatedAt;
    const shift: OpenShift = { day: next.day, at };
    if (next.state.status !== "off") tx.set(keys.openShift(next.userId), shift);
    else if (open?.day === next.day) tx.delete(keys.openShift(next.userId));
  }
  tx.changed({ type: "timesheet", id: timesheetId(next.userId, next.day) });
}

/** All workers' hours of some days, by day. */
export async function timesheetsOfDays(
  tenant: TenantStore,
  range: { from: string; to: string },
  limit: number,
): Promise<TimesheetRow[]> {
  const prefix = tenant.keys.timesheetsByDay();
  const rows = await tenant.list<TimesheetRow>({
    prefix,
    start: [...prefix, range.from],
    end: [...prefix, `${range.to}\uffff`],
    limit,
  });
  return rows.map((row) => row.value);
}

/** One worker's days, latest first, at most `limit`. */
export async function timesheetsOf(
  tenant: TenantStore,
  userId: string,
  limit: number,
): Promise<Timesheet[]> {
  const rows = await tenant.list<Timesheet>({
    prefix: tenant.keys.timesheets(userId),
    limit,
    reverse: true,
  });
  return rows.map((row) => row.value);
}
