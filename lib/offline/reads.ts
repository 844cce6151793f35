import { addDays, localTime } from "../model/calendar.ts";
import type { Lead } from "../model/lead.ts";
import type { FieldSettings } from "../model/protocol.ts";
import {
  type ClockEvent,
  type ClockState,
  projectClock,
  type Timesheet,
} from "../model/timesheet.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { decode } from "./codec.ts";
import { read, readMeta } from "./draft.ts";
import type { Field } from "./field.ts";
import {
  type Feed,
  type Kept,
  type LeadPlace,
  LIVE,
  type Row,
} from "./schema.ts";

/** A record as the screens show it, and how it stands with the server. */
export interface Local<T> {
  record: T;
  /** `saved`: on this device, not all of it sent. `received`: the server has everything. */
  standing: "received" | "saved" | "needs-you";
  /** It left this worker's scope; only open changes keep it here. */
  gone: boolean;
}

/** A slice of the leads, newest first. */
export interface LeadSlice {
  leads: Local<Lead>[];
  /** For the next slice; null: there is no more. */
  next: LeadPlace | null;
}

const SLICE = 50;
const SEARCH_STEP = 200;

function present<T extends Kept>(row: Row<T>): Local<T> {
  return {
    record: row.local,
    standing: row.parked > 0
      ? "needs-you"
      : row.waiting > 0
      ? "saved"
      : "received",
    gone: row.gone ?? false,
  };
}

/**
 * Today in the company's time zone: the server's day at the last pull, carried on by the device's clock, so
 * that a phone that is a day off, or has been away for a night, still opens on the right day.
 */
function todayOf(field: Field, feed: Feed): string {
  const { timeZone } = field.me;
  const { day } = localTime(timeZone, field.device.now());
  if (feed.today === null) return day;
  const then = localTime(timeZone, feed.todayAt).day;
  const passed = (Date.parse(day) - Date.parse(then)) / 86400_000;
  return addDays(feed.today, passed);
}

/** Today in the company's time zone, YYYY-MM-DD. */
export async function readDay(field: Field): Promise<string> {
  return todayOf(field, (await readMeta(field)).feed);
}

/** What the company's template says for the field screens; null before the first pull. */
export async function readSettings(
  field: Field,
): Promise<FieldSettings | null> {
  return (await readMeta(field)).feed.settings;
}

/** The worker's clock: what it says, and the events of the present day or open shift, oldest first. */
export async function readClock(
  field: Field,
): Promise<{ state: ClockState; events: ClockEvent[] }> {
  const draft = await read(field);
  const sheets = await field.db.run((db) => db.getAll("timesheets"));
  const events = new Map<string, ClockEvent>();
  for (const row of await Promise.all(sheets.map(decode<Row<Timesheet>>))) {
    if (row.local.userId !== field.me.id) continue;
    for (const event of row.local.events) events.set(event.id, event);
  }
  for (const live of Object.values(LIVE)) {
    for (const op of await draft.opsAlive(live)) {
      if (!("kind" in op.payload) || events.has(op.payload.id)) continue;
      const at = new Date(op.createdAt).toISOString();
      events.set(op.payload.id, {
        id: op.payload.id,
        kind: op.payload.kind,
        occurredAt: at,
        believedAt: at,
        confidence: "high",
        seq: op.seq,
      });
    }
  }
  const all = [...events.values()].sort((a, b) =>
    a.believedAt < b.believedAt
      ? -1
      : a.believedAt > b.believedAt
      ? 1
      : a.seq - b.seq
  );
  const today = todayOf(field, draft.feed);
  const dayOf = (event: ClockEvent) =>
    localTime(field.me.timeZone, Date.parse(event.believedAt)).day;
  const first = all.findIndex((event) => dayOf(event) >= today);
  const earlier = first < 0 ? all : all.slice(0, first);
  const later = first < 0 ? [] : all.slice(first);
  // A shift that began yesterday and is still open belongs to what the clock says now.
  const { since } = projectClock(earlier);
  const open = since === null
    ? []
    : earlier.filter((event) => event.believedAt >= since);
  const shown = [...open, ...later];
  return { state: projectClock(shown), events: shown };
}

/** All orders on the device, by planned day and time. */
export async function readOrders(field: Field): Promise<Local<WorkOrder>[]> {
  const rows = await field.db.run((db) =>
    db.getAllFromIndex("workOrders", "planned")
  );
  return (await Promise.all(rows.map(decode<Row<WorkOrder>>))).map(present);
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
  return (await Promise.all(rows.map(decode<Row<WorkOrder>>)))
    .filter((row) => row.local.assigneeId === field.me.id).map(present);
}

/** One order, or null when it is not on this device. */
export async function readOrder(
  field: Field,
  id: string,
): Promise<Local<WorkOrder> | null> {
  const row = await field.db.run((db) => db.get("workOrders", id));
  return row ? present(await decode(row)) : null;
}

/** One lead, or null when it is not on this device. */
export async function readLead(
  field: Field,
  id: string,
): Promise<Local<Lead> | null> {
  const row = await field.db.run((db) => db.get("leads", id));
  return row ? present(await decode(row)) : null;
}

function matches(lead: Lead, words: string[]): boolean {
  const text = Object.values(lead.fields).join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}

/**
 * Leads, newest first; what this device changed and has not sent stands before everything else.
 *
 * @param search words that all have to occur in the lead's fields
 * @param after `next` of the slice before
 */
export async function readLeads(
  field: Field,
  { search = "", after = [-Infinity, ""], limit = SLICE }: {
    search?: string;
    after?: LeadPlace;
    limit?: number;
  } = {},
): Promise<LeadSlice> {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const step = words.length > 0 ? SEARCH_STEP : limit;
  const leads: Local<Lead>[] = [];
  let from = after;
  for (;;) {
    const range = IDBKeyRange.lowerBound(from, true);
    const rows = await field.db.run((db) =>
      db.getAllFromIndex("leads", "newest", range, step)
    );
    for (const row of await Promise.all(rows.map(decode<Row<Lead>>))) {
      if (leads.length === limit) return { leads, next: from };
      from = [row.newest as number, row.id];
      if (matches(row.local, words)) leads.push(present(row));
    }
    if (rows.length < step) return { leads, next: null };
    if (leads.length === limit) return { leads, next: from };
  }
}
