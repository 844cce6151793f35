import { decode, encode } from "./codec.ts";
import { type Field, notify } from "./field.ts";
import { overlay } from "./overlay.ts";
import {
  type Feed,
  type Head,
  type Kept,
  LIVE,
  type QueuedOp,
  type RecordStore,
  type Row,
  storeOf,
} from "./schema.ts";

const STORES = [
  "leads",
  "workOrders",
  "timesheets",
  "pending",
  "meta",
] as const;
const RECORDS = ["leads", "workOrders", "timesheets"] as const;

/** How many writers the head remembers. */
const WRITERS = 8;

/**
 * One change of the database while it is worked out: what was read, and what will be written. Everything in it
 * may be changed in place; it is written all at once or not at all.
 */
export class Draft {
  readonly field: Field;
  readonly head: Head;
  feed: Feed;
  /** Set by a plan that found nothing to do. */
  idle = false;
  /** Set to forget all records (never ops). */
  clear = false;
  readonly #feed: Feed;
  readonly #read = new Set<string>();
  readonly #rows = new Map<string, Row | null>();
  readonly #changedRows = new Set<string>();
  readonly #ops = new Map<number, QueuedOp>();
  readonly #changedOps = new Set<number>();
  readonly #droppedOps = new Set<number>();

  constructor(field: Field, head: Head, feed: Feed) {
    this.field = field;
    this.head = head;
    this.feed = this.#feed = feed;
  }

  async #learn(ops: QueuedOp[]): Promise<void> {
    for (const op of await Promise.all(ops.map(decode))) {
      if (!this.#ops.has(op.n)) this.#ops.set(op.n, op);
    }
  }

  /** Reads records and all ops about them, in one transaction. */
  async load(ids: Iterable<string>): Promise<void> {
    const news = [...new Set(ids)].filter((id) => !this.#read.has(id));
    if (news.length === 0) return;
    const found = await this.field.db.run(async (db) => {
      const tx = db.transaction(STORES);
      const ops = tx.objectStore("pending").index("record");
      return await Promise.all(news.map((id) =>
        Promise.all([
          tx.objectStore(storeOf(id)).get(id) as Promise<Row | undefined>,
          ops.getAll(id),
        ])
      ));
    });
    await Promise.all(found.map(async ([row, ops], i) => {
      const id = news[i] as string;
      this.#read.add(id);
      this.#rows.set(id, row ? await decode(row) : null);
      await this.#learn(ops);
    }));
  }

  /** A record's row, or null. */
  async row(id: string): Promise<Row | null> {
    await this.load([id]);
    return this.#rows.get(id) ?? null;
  }

  /** All ops about a record, oldest first. */
  async opsOf(id: string): Promise<QueuedOp[]> {
    await this.load([id]);
    return this.#sorted((op) => op.record === id);
  }

  #sorted(test: (op: QueuedOp) => boolean): QueuedOp[] {
    return [...this.#ops.values()].filter(test).sort((a, b) => a.n - b.n);
  }

  /** The ops from one seq to another (both included) under the present device id, by seq. */
  async opsBySeq(from: number, to = Infinity): Promise<QueuedOp[]> {
    const { deviceId } = this.head;
    await this.#learn(
      await this.field.db.run((db) =>
        db.getAllFromIndex(
          "pending",
          "seq",
          IDBKeyRange.bound([deviceId, from], [deviceId, to]),
        )
      ),
    );
    return this.#sorted((op) =>
      op.deviceId === deviceId && op.seq >= from && op.seq <= to
    );
  }

  /** The ops with a value of `LIVE`, oldest first. */
  async opsAlive(live: number): Promise<QueuedOp[]> {
    await this.#learn(
      await this.field.db.run((db) =>
        db.getAllFromIndex("pending", "live", live)
      ),
    );
    return this.#sorted((op) => op.live === live);
  }

  /** Every op that is kept, oldest first. */
  async opsKept(): Promise<QueuedOp[]> {
    await this.#learn(await this.field.db.run((db) => db.getAll("pending")));
    return this.#sorted(() => true);
  }

  /** The op with this key, or null. */
  async op(key: string): Promise<QueuedOp | null> {
    await this.#learn(
      await this.field.db.run((db) =>
        db.getAllFromIndex("pending", "key", key)
      ),
    );
    return this.#sorted((op) => op.key === key)[0] ?? null;
  }

  /** Writes an op, new or changed. */
  keep(op: QueuedOp): void {
    delete op.live;
    if (op.state === "waiting") {
      if (!op.closing) op.live = LIVE.waiting;
    } else if (op.state === "parked") op.live = LIVE.parked;
    else if (op.state === "received" && !op.pulled) op.live = LIVE.fresh;
    this.#ops.set(op.n, op);
    this.#changedOps.add(op.n);
  }

  /** Forgets an answered op. */
  forget(n: number): void {
    this.#droppedOps.add(n);
  }

  /** Writes a row, or removes it. */
  put(id: string, row: Row | null): void {
    this.#read.add(id);
    this.#rows.set(id, row);
    this.#changedRows.add(id);
  }

  /**
   * Works out again what the screens show of a record.
   *
   * @param server a new copy from the server; left out: the one that is there
   * @param more members of the row to set
   */
  async refresh(
    id: string,
    server?: Kept | null,
    more: Partial<Pick<Row, "load" | "gone">> = {},
  ): Promise<void> {
    // After a logout results may still be written, readable records may not.
    if (this.head.left) return this.put(id, null);
    const row = await this.row(id);
    const copy = server === undefined ? row?.server ?? null : server;
    const ops = (await this.opsOf(id)).filter((op) => op.live !== undefined);
    const count = (live: number) => ops.filter((op) => op.live === live).length;
    const waiting = count(LIVE.waiting);
    const parked = count(LIVE.parked);
    const gone = server === undefined ? row?.gone ?? more.gone : more.gone;
    const local = overlay(copy, ops);
    if (local === null || (gone && waiting + parked === 0)) {
      return this.put(id, null);
    }
    const last = ops.at(-1);
    this.put(id, {
      load: row?.load ?? 0,
      ...more,
      id,
      server: copy,
      local,
      version: ops.reduce(
        (version, op) => Math.max(version, op.result?.version ?? 0),
        copy?.version ?? 0,
      ),
      waiting,
      parked,
      ...(gone && { gone }),
      // What this device changed stands first, by the order in which it did, whatever its clock says.
      ..."fields" in local &&
        { newest: last ? -1e15 - last.n : -Date.parse(local.updatedAt) },
      ..."checklist" in local && { planned: `${local.day} ${local.time}` },
    });
  }

  /** Writes the draft in one transaction; false when somebody else wrote since it was begun. */
  async write(
    writer: string,
    durability: "strict" | "relaxed",
  ): Promise<boolean> {
    const ops = await Promise.all(
      [...this.#changedOps].map((n) => encode(this.#ops.get(n) as QueuedOp)),
    );
    const rows = await Promise.all([...this.#changedRows].map(async (id) => {
      const row = this.#rows.get(id);
      return [id, row ? await encode(row) : null] as const;
    }));
    return await this.field.db.run(async (db) => {
      const tx = db.transaction(STORES, "readwrite", { durability });
      const meta = tx.objectStore("meta");
      const now = await meta.get("head") as Head;
      // A connection that died after its transaction was done: the write is there.
      if (now.by.includes(writer)) return true;
      if (now.rev !== this.head.rev) return false;
      const by = [...now.by, writer].slice(-WRITERS);
      const work: Promise<unknown>[] = [tx.done];
      try {
        work.push(meta.put({ ...this.head, rev: now.rev + 1, by }, "head"));
        if (this.feed !== this.#feed) work.push(meta.put(this.feed, "feed"));
        if (this.clear) {
          for (const name of RECORDS) work.push(tx.objectStore(name).clear());
        }
        const pending = tx.objectStore("pending");
        for (const op of ops) work.push(pending.put(op));
        for (const n of this.#droppedOps) work.push(pending.delete(n));
        for (const [id, row] of rows) {
          const store = tx.objectStore(storeOf(id) as "leads");
          work.push(row ? store.put(row as Row<never>) : store.delete(id));
        }
      } catch (error) {
        // What cannot be stored throws at once; what was put before it must not be committed alone.
        tx.abort();
        await Promise.allSettled(work);
        throw error;
      }
      await Promise.all(work);
      return true;
    });
  }

  /** Ids of all rows of a store that pass a test, with this draft's changes. */
  async idsWhere(
    store: RecordStore,
    test: (row: Row) => boolean,
  ): Promise<string[]> {
    const stored = await this.field.db.run((db) => db.getAll(store)) as Row[];
    const rows = new Map<string, Row | null>();
    for (const row of await Promise.all(stored.map(decode))) {
      rows.set(row.id, row);
    }
    for (const [id, row] of this.#rows) {
      if (storeOf(id) === store) rows.set(id, row);
    }
    return [...rows].filter(([, row]) => row && test(row)).map(([id]) => id);
  }
}

/** Reads where queue and pull stand. */
export async function readMeta(
  field: Field,
): Promise<{ head: Head; feed: Feed }> {
  return await field.db.run(async (db) => {
    const meta = db.transaction("meta").store;
    const [head, feed] = await Promise.all([
      meta.get("head"),
      meta.get("feed"),
    ]);
    return { head: head as Head, feed: feed as Feed };
  });
}

/** A draft of the database as it is now; for reading, it is never written. */
export async function read(field: Field): Promise<Draft> {
  const { head, feed } = await readMeta(field);
  return new Draft(field, head, feed);
}

/**
 * Changes the database: the plan reads and works out, may await anything, and its draft is then written in one
 * transaction, durable when this resolves. Where somebody else wrote meanwhile, the plan is made again on what
 * is there now, so it must have no other effect.
 *
 * @param durability `strict` for everything a person did or the server answered; `relaxed` for what can be pulled again
 * @throws {StorageFailure} nothing of it was written
 */
export async function commit<T>(
  field: Field,
  plan: (draft: Draft) => Promise<T> | T,
  durability: "strict" | "relaxed" = "strict",
): Promise<T> {
  const writer = `${field.device.pageLife}:${field.writes++}`;
  // One after the other in this context, so that only another tab or the worker can come in between.
  const turn = field.turn.then(async () => {
    for (;;) {
      const draft = await read(field);
      const value = await plan(draft);
      if (draft.idle) return value;
      if (await draft.write(writer, durability)) {
        notify(field);
        return value;
      }
    }
  });
  field.turn = turn.catch(() => {});
  return await turn;
}
