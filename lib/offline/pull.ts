import { addDays } from "../model/calendar.ts";
import {
  type PullResponse,
  WINDOW_DAYS,
  WINDOW_LEADS,
} from "../model/protocol.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { commit, type Draft, read } from "./draft.ts";
import type { Field } from "./field.ts";
import { LIVE } from "./schema.ts";
import type { RecordStore, Row } from "./schema.ts";
import { call } from "./wire.ts";

/** How a pull ended; `epoch` is the server's. */
export type PullOutcome =
  | { kind: "done"; epoch: string | null }
  | { kind: "login" }
  | { kind: "later"; afterMs: number };

/** Days for which answered ops are kept, to be sent again to a restored server. */
const KEEP_DAYS = 14;

const isBusy = (row: Row) => row.waiting + row.parked > 0;

function isPullResponse(body: Partial<PullResponse>): boolean {
  return typeof body?.epoch === "string" && typeof body.cursor === "string" &&
    Array.isArray(body.changes);
}

/** Takes a record out of the device, unless changes of it are still open. */
async function remove(draft: Draft, ids: string[]): Promise<void> {
  await draft.load(ids);
  for (const id of ids) {
    const row = await draft.row(id);
    if (!row) continue;
    if (isBusy(row)) await draft.refresh(id, row.server, { gone: true });
    else draft.put(id, null);
  }
}

/** Drops what has left the window: old finished orders, far ones, and the oldest of too many leads. */
async function trim(draft: Draft, today: string): Promise<void> {
  const yesterday = addDays(today, -1);
  const last = addDays(today, WINDOW_DAYS);
  const orders = await draft.idsWhere("workOrders", (row) => {
    const { day, status } = row.local as WorkOrder;
    return !isBusy(row) &&
      (day > last || (status === "DONE" && day < yesterday));
  });
  const leads = await draft.field.db.run(async (db) => {
    const index = db.transaction("leads").store.index("newest");
    const excess = await index.count() - WINDOW_LEADS;
    return excess > 0 ? (await index.getAllKeys()).slice(WINDOW_LEADS) : [];
  });
  for (const id of orders) draft.put(id, null);
  await remove(draft, leads);
}

/** Forgets what was answered long ago; days are the server's. */
async function prune(draft: Draft, today: string): Promise<void> {
  const oldest = addDays(today, -KEEP_DAYS);
  for (const op of await draft.opsKept()) {
    if (op.live === undefined && (op.answeredDay ?? today) < oldest) {
      draft.forget(op.n);
    }
  }
}

/** What a complete pull makes superfluous: what a full load did not bring, and overlays that it contains. */
async function finish(
  draft: Draft,
  wasFull: boolean,
  settled: ReadonlySet<string>,
): Promise<void> {
  if (wasFull) {
    for (
      const store of ["leads", "workOrders", "timesheets"] as RecordStore[]
    ) {
      await remove(
        draft,
        await draft.idsWhere(
          store,
          (row) => row.server !== null && row.load !== draft.feed.load,
        ),
      );
    }
  }
  const records = new Set<string>();
  for (const op of await draft.opsAlive(LIVE.fresh)) {
    if (!settled.has(op.key)) continue;
    op.pulled = true;
    draft.keep(op);
    if (op.record !== undefined) records.add(op.record);
  }
  for (const id of records) await draft.refresh(id);
}

/** Writes one page of a pull, with the cursor after it, in one transaction. */
async function apply(
  field: Field,
  cursor: string | null,
  page: PullResponse,
  settled: ReadonlySet<string>,
): Promise<boolean> {
  return await commit(field, async (draft) => {
    // Somebody else pulled meanwhile, or the person left: what came is not for this state.
    if (draft.head.left || draft.feed.cursor !== cursor) {
      draft.idle = true;
      return false;
    }
    const { feed } = draft;
    const load = page.full ? feed.load + 1 : feed.load;
    const loading = page.full || feed.loading;
    draft.feed = {
      ...feed,
      load,
      loading: loading && page.more,
      cursor: page.cursor,
      today: page.today,
      todayAt: field.device.now(),
      settings: page.settings ?? feed.settings,
    };
    await draft.load(page.changes.map(({ id }) => id));
    for (const { id, record } of page.changes) {
      if (record === null) await remove(draft, [id]);
      else await draft.refresh(id, record, { load });
    }
    if (!page.more) {
      await finish(draft, loading, settled);
      if (loading || page.today !== feed.today) {
        await trim(draft, page.today);
        await prune(draft, page.today);
      }
    }
    return true;
  }, "relaxed");
}

/**
 * Brings the device's records up to the server's: a delta after the cursor, or everything in scope when there
 * is none (any more). Open ops stay on top and are never touched.
 */
export async function pull(field: Field): Promise<PullOutcome> {
  const start = await read(field);
  // Answered before this pull began: its last page contains them.
  const settled = new Set(
    (await start.opsAlive(LIVE.fresh)).map((op) => op.key),
  );
  const device = encodeURIComponent(start.head.deviceId);
  let { cursor } = start.feed;
  for (;;) {
    const answer = await call<PullResponse>(
      field.device,
      `/api/client/sync?${
        cursor === null ? "" : `cursor=${encodeURIComponent(cursor)}&`
      }device=${device}`,
      {},
      isPullResponse,
    );
    field.reach = answer.kind === "unreachable" ? "unreachable" : "reached";
    if (answer.kind === "unreachable") return { kind: "later", afterMs: 0 };
    if (answer.kind === "problem") {
      const { status } = answer.problem;
      if (status === 410 && cursor !== null) {
        cursor = null;
        await commit(field, (draft) => {
          draft.feed = { ...draft.feed, cursor, loading: false };
        }, "relaxed");
        continue;
      }
      if (status === 401 || status === 403) {
        await commit(field, ({ head }) => {
          head.loginNeeded = true;
        });
        return { kind: "login" };
      }
      return { kind: "later", afterMs: answer.retryAfterMs };
    }
    const page = answer.body;
    const written = await apply(field, cursor, page, settled);
    if (!written || !page.more) return { kind: "done", epoch: page.epoch };
    cursor = page.cursor;
  }
}
