import { localTime } from "../model/calendar.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import type { ClockFlag, ClockState } from "../model/timesheet.ts";
import { daysOfWeek, weekOf } from "../model/week.ts";
import { memberNames } from "../store/members.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { timesheetsOfDays } from "../store/timesheets.ts";

/** The most days of workers that a week is made from: 500 workers on all seven days. */
const MAX_DAYS = 3500;

/** One worker's day in the hours of a week. */
export interface DayHours {
  /** YYYY-MM-DD in the company's time zone: the day on which the shift began. */
  day: string;
  /** Milliseconds worked in closed shifts, without breaks. */
  workedMs: number;
  /** Begin of a shift that was not closed yet, ISO 8601: its time is in no total. Null where there is none. */
  openSince: string | null;
  /** What the office should look at. */
  flags: ClockFlag[];
}

/** One worker's week. */
export interface WorkerHours {
  /** The worker. */
  userId: string;
  /** As the company knows the worker; null for somebody who left. */
  name: string | null;
  /** Days with presses of the clock, earliest first. */
  days: DayHours[];
  /** Milliseconds worked in closed shifts, all days together. */
  workedMs: number;
}

/** The hours of a company's week. */
export interface WeekHours {
  /** As ISO 8601 writes it: `2026-W47`. */
  week: string;
  /** Its days, Monday first, YYYY-MM-DD. */
  days: string[];
  /** The week in which the company is now. */
  thisWeek: string;
  /** IANA name: days are meant in it. */
  timeZone: string;
  /** By name; those without a press of the clock are not among them. */
  workers: WorkerHours[];
  /** Milliseconds worked in closed shifts, all workers together. */
  workedMs: number;
  /** False where the week has more than is read at once: the totals lack the rest. */
  complete: boolean;
}

/** The begin of a shift that the clock has not closed. */
const openSince = ({ status, since }: ClockState) =>
  status === "off" ? null : since;

/**
 * Reads everybody's hours of a week, by worker and day.
 *
 * @param week as ISO 8601 writes it; null: the week in which the company is now
 * @returns `invalid-input`, naming `week`, where there is no such week
 */
export async function readHours(
  tenant: TenantStore,
  me: Pick<Me, "timeZone">,
  week: string | null,
  now: number,
): Promise<Result<WeekHours>> {
  const { timeZone } = me;
  const thisWeek = weekOf(localTime(timeZone, now).day);
  const asked = week ?? thisWeek;
  const days = daysOfWeek(asked);
  const [from, to] = [days?.at(0), days?.at(-1)];
  if (!days || !from || !to) {
    return fail("invalid-input", {
      errors: [{
        field: "week",
        message: `Write a calendar week like ${thisWeek}.`,
      }],
    });
  }
  const rows = await timesheetsOfDays(tenant, { from, to }, MAX_DAYS + 1);
  const shown = rows.slice(0, MAX_DAYS);
  const byWorker = Map.groupBy(shown, (row) => row.userId);
  const names = await memberNames(tenant, [...byWorker.keys()]);
  const workers = [...byWorker].map(([userId, sheets]): WorkerHours => ({
    userId,
    name: names[userId] ?? null,
    days: sheets.map(({ day, state }) => ({
      day,
      workedMs: state.workedMs,
      openSince: openSince(state),
      flags: state.flags,
    })),
    workedMs: sheets.reduce((sum, { state }) => sum + state.workedMs, 0),
  }));
  workers.sort((a, b) =>
    (a.name ?? "\uffff").localeCompare(b.name ?? "\uffff") ||
    (a.userId < b.userId ? -1 : 1)
  );
  return ok({
    week: asked,
    days,
    thisWeek,
    timeZone,
    workers,
    workedMs: workers.reduce((sum, worker) => sum + worker.workedMs, 0),
    complete: rows.length <= MAX_DAYS,
  });
}
