import { z } from "zod";
import { addDays, localTime } from "../model/calendar.ts";
import type { Lead, LeadRow } from "../model/lead.ts";
import { may, reachOf } from "../model/policy.ts";
import { problem } from "../model/problem.ts";
import {
  type FieldSettings,
  type PulledRecord,
  type PullResponse,
  WINDOW_DAYS,
  WINDOW_DAYS_BACK,
  WINDOW_LEADS,
} from "../model/protocol.ts";
import type { Result } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import type { Timesheet } from "../model/timesheet.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { feedHead, readFeed } from "../store/changes.ts";
import { listLeads, listLeadsOf } from "../store/leads.ts";
import { TTL } from "../store/limits.ts";
import type { Change, TenantStore } from "../store/tenant_store.ts";
import { timesheetsOf } from "../store/timesheets.ts";
import { ordersOf } from "../store/work_orders.ts";

/** Commits of the feed read for one answer. */
const FEED_COMMITS = 300;
/** Leads in one answer of a full load. */
const FULL_LEADS = 500;
/** The most orders that a worker's window holds. */
const MAX_ORDERS = 1000;
/** How many of a worker's days travel to the device. */
const DAYS_OF_HOURS = 8;

/** Who pulls, and what the org's profile says. */
export interface PullInput {
  /** Whose scope decides what is brought. */
  subject: Subject;
  /** Whose records the device asks for, `<orgId>:<userId>`: compared with the session; null: not told. */
  scope: string | null;
  /** As the last answer gave it; null asks for a full load. */
  cursor: string | null;
  /** IANA name of the company's time zone. */
  timeZone: string;
  /** What the device should have of the template. */
  settings: FieldSettings;
  /** Changes whenever the settings do. */
  settingsVersion: string;
  /** Server time, milliseconds. */
  now: number;
}

interface Cursor {
  epoch: string;
  /** Whose it is and how far they reached: what another reach would have brought is not known to the device. */
  scope: string;
  position: string;
  /** The day up to which the window was read. */
  day: string;
  settings: string;
  /** Server time at which it was given out, milliseconds: change rows live as long as `TTL.changes`. */
  at: number;
  /** Where a full load goes on in the leads; absent when it is over. */
  leads?: string;
  /** How many leads the full load has brought. */
  brought?: number;
}

const cursorSchema = z.object({
  epoch: z.string(),
  scope: z.string(),
  position: z.string().regex(/^[0-9a-f]{0,20}$/),
  day: z.iso.date(),
  settings: z.string(),
  at: z.number(),
  leads: z.string().optional(),
  brought: z.number().int().min(0).max(WINDOW_LEADS).optional(),
});

function readCursor(text: string): Cursor | null {
  try {
    return cursorSchema.parse(JSON.parse(atob(text))) as Cursor;
  } catch {
    return null;
  }
}

const writeCursor = (cursor: Cursor) => btoa(JSON.stringify(cursor));

const scopeOf = (subject: Subject) =>
  [subject.orgId, subject.id, reachOf(subject, "lead.read") ?? "none"].join(
    " ",
  );

/**
 * What a device has to learn: everything in its scope at first, then what changed since its cursor, with a tombstone
 * for what left its scope.
 *
 * @returns `scope-mismatch` when the device asks for somebody else's; `cursor-expired` when the cursor is of another store epoch or scope, too old, ahead of the feed, or unreadable
 */
export async function pull(
  tenant: TenantStore,
  input: PullInput,
): Promise<Result<PullResponse>> {
  const { id, orgId } = input.subject;
  if (input.scope !== null && input.scope !== `${orgId}:${id}`) {
    return { ok: false, problem: problem("scope-mismatch") };
  }
  const { day: today } = localTime(input.timeZone, input.now);
  if (input.cursor === null) {
    return { ok: true, value: await startFull(tenant, input, today) };
  }
  const cursor = readCursor(input.cursor);
  if (
    cursor === null || cursor.epoch !== tenant.epoch ||
    cursor.scope !== scopeOf(input.subject) ||
    cursor.at < input.now - TTL.changes
  ) {
    return { ok: false, problem: problem("cursor-expired") };
  }
  if (cursor.leads !== undefined) {
    return { ok: true, value: await goOnFull(tenant, input, today, cursor) };
  }
  if (cursor.position > await feedHead(tenant)) {
    return { ok: false, problem: problem("cursor-expired") };
  }
  return { ok: true, value: await delta(tenant, input, today, cursor) };
}

async function startFull(
  tenant: TenantStore,
  input: PullInput,
  today: string,
): Promise<PullResponse> {
  // The position is taken first: what changes while the load is read comes again with the first delta.
  const position = await feedHead(tenant);
  const { subject } = input;
  const window = {
    from: addDays(today, -WINDOW_DAYS_BACK),
    to: addDays(today, WINDOW_DAYS),
  };
  const [rows, sheets] = await Promise.all([
    ordersOf(tenant, subject.id, window, MAX_ORDERS),
    timesheetsOf(tenant, subject.id, DAYS_OF_HOURS),
  ]);
  const orders = await tenant.getMany<WorkOrder>(
    rows.map((row) => tenant.keys.order(row.id)),
  );
  const first = await goOnFull(tenant, input, today, {
    epoch: tenant.epoch,
    scope: scopeOf(subject),
    position,
    day: today,
    settings: input.settingsVersion,
    at: input.now,
    leads: "",
    brought: 0,
  });
  return {
    ...first,
    full: true,
    settings: input.settings,
    changes: [
      ...orders.flatMap((record): PulledRecord[] =>
        record ? [{ type: "workOrder", id: record.id, record }] : []
      ),
      ...sheets.map((record): PulledRecord => ({
        type: "timesheet",
        id: record.id,
        record,
      })),
      ...first.changes,
    ],
  };
}

async function goOnFull(
  tenant: TenantStore,
  input: PullInput,
  today: string,
  cursor: Cursor,
): Promise<PullResponse> {
  const { subject } = input;
  const { leads: at, brought = 0, ...rest } = cursor;
  const options = {
    cursor: at === "" ? null : at ?? null,
    limit: Math.min(FULL_LEADS, WINDOW_LEADS - brought),
  };
  const reach = reachOf(subject, "lead.read");
  const page = reach === "all"
    ? await listLeads(tenant, options)
    : reach === "own"
    ? await listLeadsOf(tenant, subject.id, options)
    : { rows: [] as LeadRow[], next: null };
  const leads = await tenant.getMany<Lead>(
    page.rows.map((row) => tenant.keys.lead(row.id)),
  );
  const total = brought + page.rows.length;
  const more = page.next !== null && total < WINDOW_LEADS;
  return {
    epoch: tenant.epoch,
    cursor: writeCursor(
      more ? { ...rest, leads: page.next ?? "", brought: total } : rest,
    ),
    full: false,
    changes: leads.flatMap((record): PulledRecord[] =>
      record ? [{ type: "lead", id: record.id, record }] : []
    ),
    more,
    today,
  };
}

async function delta(
  tenant: TenantStore,
  input: PullInput,
  today: string,
  cursor: Cursor,
): Promise<PullResponse> {
  const feed = await readFeed(tenant, cursor.position, FEED_COMMITS);
  const known = feed.changes.filter((change) => change.type !== "settings");
  const records = await tenant.getMany<unknown>(
    known.map((change) => keyOf(tenant, change)),
  );
  const changes = known.flatMap((change, i): PulledRecord[] => {
    const inScope = records[i] !== null &&
      isInScope(input.subject, today, change, records[i]);
    if (change.type === "timesheet" && !inScope) return [];
    return [
      {
        type: change.type,
        id: change.id,
        record: inScope ? records[i] : null,
      } as PulledRecord,
    ];
  });
  if (cursor.day < today) {
    const entered = await enteredWindow(
      tenant,
      input.subject,
      cursor.day,
      today,
    );
    const told = new Set(changes.map(({ id }) => id));
    changes.push(...entered.filter(({ id }) => !told.has(id)));
  }
  const settingsChanged = cursor.settings !== input.settingsVersion;
  return {
    epoch: tenant.epoch,
    cursor: writeCursor({
      epoch: tenant.epoch,
      scope: cursor.scope,
      position: feed.position,
      day: today,
      settings: input.settingsVersion,
      at: input.now,
    }),
    full: false,
    changes,
    more: feed.more,
    ...(settingsChanged && { settings: input.settings }),
    today,
  };
}

/** The orders that came into the window by the passing of days: nothing changed in them. */
async function enteredWindow(
  tenant: TenantStore,
  subject: Subject,
  before: string,
  today: string,
): Promise<PulledRecord[]> {
  const range = {
    from: addDays(before, WINDOW_DAYS + 1),
    to: addDays(today, WINDOW_DAYS),
  };
  const rows = await ordersOf(tenant, subject.id, range, MAX_ORDERS);
  const orders = await tenant.getMany<WorkOrder>(
    rows.map((row) => tenant.keys.order(row.id)),
  );
  return orders.flatMap((record): PulledRecord[] =>
    record ? [{ type: "workOrder", id: record.id, record }] : []
  );
}

function keyOf(tenant: TenantStore, change: Change) {
  if (change.type === "lead") return tenant.keys.lead(change.id);
  if (change.type === "workOrder") return tenant.keys.order(change.id);
  const [userId = "", day = ""] = change.id.split("/");
  return tenant.keys.timesheet(userId, day);
}

function isInScope(
  subject: Subject,
  today: string,
  change: Change,
  record: unknown,
): boolean {
  switch (change.type) {
    case "lead":
      return may(subject, "lead.read", record as Lead);
    case "workOrder": {
      const order = record as WorkOrder;
      return order.assigneeId === subject.id &&
        order.day >= addDays(today, -WINDOW_DAYS_BACK) &&
        order.day <= addDays(today, WINDOW_DAYS);
    }
    case "timesheet":
      return (record as Timesheet).userId === subject.id;
    case "settings":
      return false;
  }
}
