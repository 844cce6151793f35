import { later } from "./later.ts";
import type { PullResponse } from "../model/protocol.ts";
import { commit, type Draft, read } from "./draft.ts";
import type { Field } from "./field.ts";
import { LIVE, type Row, scopeOf } from "./schema.ts";
import { call, Halt } from "./wire.ts";

/** Whether changes of a record are still open. */
export function isBusy(row: Row): boolean {
  return row.waiting + row.parked > 0;
}

/** Takes records out of the device, unless changes of them are still open. */
export async function remove(draft: Draft, ids: string[]): Promise<void> {
  await draft.load(ids);
  for (const id of ids) {
    const row = await draft.row(id);
    if (row && isBusy(row)) {
      await draft.refresh(id, undefined, { gone: true });
    } else if (row) draft.put(id, null);
  }
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
    draft.head.epoch ??= page.epoch;
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
      for (const op of await draft.opsAlive(LIVE.received)) {
        if (!settled.has(op.key)) continue;
        op.pulled = true;
        draft.keep(op);
        if (op.record !== undefined) await draft.refresh(op.record);
      }
      // The first load of all leaves nothing to tidy.
      if (feed.today && (loading || page.today !== feed.today)) {
        const { tidy } = await later.upkeep();
        await tidy(draft, loading, page.today);
      }
    }
    return true;
  });
}

/**
 * Brings the device's records up to the server's: a delta after the cursor, or everything in scope when there
 * is none (any more). Open ops stay on top and are never touched.
 *
 * @returns the epoch of the server's store
 * @throws {Halt}
 */
export async function pull(field: Field): Promise<string> {
  const start = await read(field);
  // Answered before this pull began: its last page contains them.
  const settled = new Set(
    (await start.opsAlive(LIVE.received)).map((op) => op.key),
  );
  let { cursor } = start.feed;
  for (;;) {
    const query = new URLSearchParams({
      device: start.head.deviceId,
      // Another tab may have let somebody else in: their records are not for this database.
      scope: scopeOf(field.me),
      ...(cursor !== null && { cursor }),
    });
    const page = await call<PullResponse>(
      field,
      `/api/client/sync?${query}`,
      {},
      "changes",
    );
    if ("code" in page) {
      if (cursor === null) throw new Halt(false, 0);
      cursor = null;
      await commit(field, (draft) => {
        draft.feed = { ...draft.feed, cursor };
        // A server that does not know its own cursor may be an older copy of itself. Nobody's epoch: the sync, in
        // whatever page gets that far, goes on to compare what was confirmed.
        draft.head.epoch = "";
      });
    } else {
      const written = await apply(field, cursor, page, settled);
      if (!written || !page.more) return page.epoch;
      cursor = page.cursor;
    }
  }
}
