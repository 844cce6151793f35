import { addDays, localTime } from "../model/calendar.ts";
import type { LeadRow } from "../model/lead.ts";
import { reachOf } from "../model/policy.ts";
import type { Me } from "../model/spaces.ts";
import { workedMs } from "../model/timesheet.ts";
import type { OrderRow } from "../model/work_order.ts";
import { listMembers } from "../store/members.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import {
  type TimesheetRow,
  timesheetsOf,
  timesheetsOfDays,
} from "../store/timesheets.ts";
import { ordersOf, ordersOfDays } from "../store/work_orders.ts";
import { leadsPage } from "./read_field.ts";

/** The most orders of the week that the figures are made from. */
const MAX_ORDERS = 500;

/** What the dashboard shows: everybody's for the office, one's own for a worker. */
export interface Dashboard {
  /** Today in the company's time zone, YYYY-MM-DD. */
  day: string;
  /** Time of day there, HH:MM. */
  time: string;
  /** Orders planned for today, earliest first. */
  today: OrderRow[];
  /** Done and planned orders of the last seven days, oldest first. */
  week: { day: string; done: number; of: number }[];
  /** Today's clocks, and every clock that is not off. */
  hours: TimesheetRow[];
  /** Worked in `hours` so far, all together, milliseconds. */
  workedMs: number;
  /** How many members there are; 0 for a worker, who sees no team. */
  team: number;
  /** Members' names by user id; empty for a worker. */
  names: Record<string, string>;
  /** The first page of the leads list. */
  leads: LeadRow[];
}

/** Reads the dashboard. */
export async function readDashboard(
  tenant: TenantStore,
  me: Me,
  now: number,
): Promise<Dashboard> {
  const { day, time } = localTime(me.timeZone, now);
  const range = { from: addDays(day, -6), to: day };
  const office = reachOf(me, "order.read") === "all";
  const [orders, hours, members, leads] = await Promise.all([
    office
      ? ordersOfDays(tenant, range, MAX_ORDERS)
      : ordersOf(tenant, me.id, range, MAX_ORDERS),
    office
      ? timesheetsOfDays(tenant, { from: day, to: day }, MAX_ORDERS)
      : timesheetsOf(tenant, me.id, 1),
    office ? listMembers(tenant) : [],
    leadsPage(tenant, me, null),
  ]);
  const sheets = hours.filter((row) =>
    row.day === day || row.state.status !== "off"
  );
  return {
    day,
    time,
    today: orders.filter((order) => order.day === day),
    week: Array.from({ length: 7 }, (_, back) => {
      const at = addDays(day, back - 6);
      const planned = orders.filter((order) => order.day === at);
      const done = planned.filter((order) => order.status === "DONE").length;
      return { day: at, done, of: planned.length };
    }),
    hours: sheets.map(({ userId, day, state }) => ({ userId, day, state })),
    workedMs: sheets.reduce((sum, row) => sum + workedMs(row.state, now), 0),
    team: members.filter(({ status }) => status !== "ended").length,
    names: Object.fromEntries(
      members.map(({ userId, name }) => [userId, name]),
    ),
    leads: leads.rows,
  };
}
