import "./engine.ts";
import { addDays } from "../model/calendar.ts";
import { WINDOW_DAYS, WINDOW_LEADS } from "../model/protocol.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { clearRecords, RECORD_STORES } from "./clear_records.ts";
import { decode } from "./codec.ts";
import { commit, type Draft } from "./draft.ts";
import { sync } from "./drainer.ts";
import { type Field, notify } from "./field.ts";
import { askForPeriodicSync } from "./periodic_sync.ts";
import { isBusy, remove } from "./pull.ts";
import { count } from "./queue.ts";
import { type QueueTrace, readActive, writeActive } from "./registry.ts";
import {
  databaseName,
  LIVE,
  type RecordStore,
  type Row,
  storeOf,
} from "./schema.ts";

export { clearRecords };

// What a page seldom needs: once a day, after a full load, at a login or logout. Loaded then.

/** How long a logout waits for the network, milliseconds. */
const LAST_SYNC_MS = 3000;

/** Days for which answered ops are kept, to be sent again to a restored server. */
const KEEP_DAYS = 14;

/** All rows of a store, with the draft's changes. */
async function rowsOf(draft: Draft, store: RecordStore): Promise<Row[]> {
  const stored = await draft.field.db.run((db) => db.getAll(store)) as Row[];
  const rows = new Map<string, Row | null>();
  for (const row of await decode(draft.field, stored)) {
    rows.set(row.id, row);
  }
  for (const [id, row] of draft.rows) {
    if (storeOf(id) === store) rows.set(id, row);
  }
  return [...rows.values()].filter((row) => row !== null);
}

/**
 * Drops what has no place on the device any more: what a full load did not bring, old finished orders and far
 * ones, the oldest of too many leads, and ops that were answered long ago. Nothing open is ever dropped.
 *
 * @param wasFull a full load ends with this draft
 * @param today the server's day, YYYY-MM-DD
 */
export async function tidy(
  draft: Draft,
  wasFull: boolean,
  today: string,
): Promise<void> {
  // Once a day is soon enough for an app that was installed meanwhile.
  askForPeriodicSync();
  const drop: string[] = [];
  for (const store of RECORD_STORES) {
    for (const row of await rowsOf(draft, store)) {
      const missing = row.server !== null && row.load !== draft.feed.load;
      if (wasFull && missing) drop.push(row.id);
    }
  }
  const yesterday = addDays(today, -1);
  const last = addDays(today, WINDOW_DAYS);
  for (const row of await rowsOf(draft, "workOrders")) {
    const { day, status } = row.local as WorkOrder;
    const past = status === "DONE" && day < yesterday;
    if ((past || day > last) && !isBusy(row)) drop.push(row.id);
  }
  const leads = (await rowsOf(draft, "leads"))
    .sort((a, b) => (a.newest ?? 0) - (b.newest ?? 0));
  for (const row of leads.slice(WINDOW_LEADS)) {
    if (!isBusy(row)) drop.push(row.id);
  }
  await remove(draft, drop);
  const oldest = addDays(today, -KEEP_DAYS);
  const { acked, deviceId } = draft.head;
  const kept = await draft.field.db.run((db) => db.getAll("pending"));
  const old = kept.filter((op) =>
    op.live === undefined && (op.answeredDay ?? today) < oldest &&
    // What a restored server is told once more leaves no hole in the queue.
    (op.deviceId !== deviceId || op.seq <= acked)
  );
  draft.also = (tx) =>
    Promise.all(old.map((op) => tx.objectStore("pending").delete(op.n)));
}

/** Whether whose database this is works on the device now. */
async function isActive({ device, me }: Field): Promise<boolean> {
  const active = await readActive(device);
  return active !== null && databaseName(active) === databaseName(me);
}

/**
 * Takes a database into use again: what a logout took away comes back as far as this device made it.
 *
 * @param lost what is known of the database whose place this one took; null: none vanished
 */
export async function takeUp(
  field: Field,
  lost: QueueTrace | null,
): Promise<void> {
  await commit(field, async (draft) => {
    const { head } = draft;
    head.loginNeeded = false;
    if (lost) {
      head.lost = lost;
      count(draft, "vanished");
    }
    // Whoever only looked may be late: the person is leaving, and no record may come back.
    if (!head.left || !await isActive(field)) return;
    head.left = false;
    for (const live of Object.values(LIVE)) {
      for (const op of await draft.opsAlive(live)) {
        if (op.record !== undefined) await draft.refresh(op.record);
      }
    }
  });
}

/**
 * Ends a person's work on this device; see `leaveField`.
 *
 * @returns how many changes were not sent
 */
export async function leave(field: Field): Promise<number> {
  const { device } = field;
  await writeActive(device, null);
  // The other tabs show nothing of theirs from now on.
  notify(field);
  await new Promise<void>((done) => {
    const callOff = device.after(LAST_SYNC_MS, done);
    sync(field).then(() => {
      callOff();
      done();
    });
  });
  await clearRecords(field);
  return await field.db.run((db) =>
    db.countFromIndex("pending", "live", IDBKeyRange.bound(1, LIVE.parked))
  );
}
