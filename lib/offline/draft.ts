import type { IDBPTransaction, StoreNames } from "idb";
import { decode, encode } from "./codec.ts";
import { type Field, notify } from "./field.ts";
import { overlay } from "./overlay.ts";
import {
  type Feed,
  type FieldSchema,
  type Head,
  type Kept,
  LIVE,
  type QueuedOp,
  type Row,
  storeOf,
} from "./schema.ts";

const STORES: StoreNames<FieldSchema>[] = [
  "leads",
  "workOrders",
  "timesheets",
  "pending",
  "meta",
];

/** Counts the writes of this page life: of all connections to a database, since a worker makes one for each task. */
let writes = 0;

/** How many writers the head remembers. */
const WRITERS = 8;

/** With more rows and ops than this a draft is not kept for the next change. */
const MOST_KEPT = 500;

/**
 * The transaction in which a draft is written.
 *
 * @internal idb's own type, documented there
 */
export type WriteTransaction = IDBPTransaction<
  FieldSchema,
  StoreNames<FieldSchema>[],
  "readwrite"
>;

/**
 * One change of the database while it is worked out: what was read, and what will be written. Everything in it
 * may be changed in place; it is written all at once or not at all.
 */
export class Draft {
  /** Whose database. */
  readonly field: Field;
  /** Where the queue stands; changed in place. */
  readonly head: Head;
  /** Where the pull stands; replaced to change it. */
  feed: Feed;
  /** Set by a plan that found nothing to do. */
  idle = false;
  /** More writes for the same transaction. */
  also: ((tx: WriteTransaction) => Promise<unknown>) | null = null;
  /** Rows read or changed; null: there is none. */
  readonly rows = new Map<string, Row | null>();
  #feed: Feed;
  readonly #ops = new Map<number, QueuedOp>();
  readonly #changed = new Set<string | QueuedOp>();

  /** See `read` and `commit`. */
  constructor(field: Field, head: Head, feed: Feed) {
    this.field = field;
    this.head = head;
    this.feed = this.#feed = feed;
  }

  async #learn(ops: QueuedOp[]): Promise<void> {
    const news = ops.filter(({ n }) => !this.#ops.has(n));
    for (const op of await decode(this.field, news)) this.#ops.set(op.n, op);
  }

  #sorted(test: (op: QueuedOp) => boolean): QueuedOp[] {
    return [...this.#ops.values()].filter(test).sort((a, b) => a.n - b.n);
  }

  /** Reads records and all ops about them, in one transaction. */
  async load(ids: Iterable<string>): Promise<void> {
    const news = [...new Set(ids)].filter((id) => !this.rows.has(id));
    // A transaction without a request would still hold up the next write.
    if (!news.length) return;
    const found = await this.field.db.run(async (db) => {
      const tx = db.transaction(STORES);
      const ops = tx.objectStore("pending").index("record");
      return await Promise.all(news.map((id) =>
        Promise.all([
          id,
          tx.objectStore(storeOf(id)).getAll(id) as Promise<Row[]>,
          ops.getAll(id),
        ])
      ));
    });
    for (const [id, rows, ops] of found) {
      this.rows.set(id, (await decode(this.field, rows))[0] ?? null);
      await this.#learn(ops);
    }
  }

  /** A record's row, or null. */
  async row(id: string): Promise<Row | null> {
    await this.load([id]);
    return this.rows.get(id) ?? null;
  }

  /** All ops about a record, oldest first. */
  async opsOf(id: string): Promise<QueuedOp[]> {
    await this.load([id]);
    return this.#sorted((op) => op.record === id);
  }

  /**
   * Ops by an index, oldest first.
   *
   * @param test the same question as the query's, for ops that this draft has changed
   */
  async find(
    index: "seq" | "live" | "key",
    query: IDBKeyRange | string | number,
    test: (op: QueuedOp) => boolean,
  ): Promise<QueuedOp[]> {
    await this.#learn(
      await this.field.db.run((db) =>
        // The three indexes have keys of three types, which `index` and `query` keep together.
        db.getAllFromIndex("pending", index, query as IDBKeyRange)
      ),
    );
    return this.#sorted(test);
  }

  /** The ops from one seq to another (both included) under the present device id, by age. */
  opsBySeq(from: number, to = Infinity): Promise<QueuedOp[]> {
    const { deviceId } = this.head;
    return this.find(
      "seq",
      IDBKeyRange.bound([deviceId, from], [deviceId, to]),
      (op) => op.deviceId === deviceId && op.seq >= from && op.seq <= to,
    );
  }

  /** The ops with a value of `LIVE`, oldest first. */
  opsAlive(live: number): Promise<QueuedOp[]> {
    return this.find("live", live, (op) => op.live === live);
  }

  /** Writes an op, new or changed. */
  keep(op: QueuedOp): void {
    delete op.live;
    if (op.state !== "closed" && !op.closing && !op.pulled) {
      op.live = LIVE[op.state];
    }
    this.#ops.set(op.n, op);
    this.#changed.add(op);
  }

  /** Writes a row, or removes it. */
  put(id: string, row: Row | null): void {
    this.rows.set(id, row);
    this.#changed.add(id);
  }

  /**
   * Works out again what the screens show of a record.
   *
   * @param server a new copy from the server; left out: the one that is there
   * @param more members of the row to set
   */
  async refresh(
    id: string,
    server?: Kept,
    more?: Partial<Pick<Row, "load" | "gone">>,
  ): Promise<void> {
    const row = await this.row(id);
    const copy = server ?? row?.server ?? null;
    const ops = (await this.opsOf(id)).filter((op) => op.live);
    const count = (live: number) => ops.filter((op) => op.live === live).length;
    const waiting = count(LIVE.waiting);
    const parked = count(LIVE.parked);
    const gone = server || more ? more?.gone : row?.gone;
    const local = overlay(copy, ops);
    // After a logout results may still be written, readable records may not.
    if (!local || this.head.left || (gone && waiting + parked === 0)) {
      return this.put(id, null);
    }
    const last = ops.at(-1);
    this.put(id, {
      id,
      server: copy,
      local,
      version: Math.max(
        copy?.version ?? 0,
        ...ops.map((op) => op.result?.version ?? 0),
      ),
      waiting,
      parked,
      load: more?.load ?? row?.load ?? 0,
      ...(gone && { gone }),
      // What this device changed stands first, by the order in which it did, whatever its clock says.
      ..."fields" in local &&
        { newest: last ? -1e15 - last.n : -Date.parse(local.updatedAt) },
      ..."checklist" in local && { planned: `${local.day} ${local.time}` },
    });
  }

  async #sealed(id: string): Promise<Row | null> {
    const row = this.rows.get(id);
    return row ? await encode(this.field, row) : null;
  }

  /** Writes the draft in one transaction; false when somebody else wrote since it was begun. */
  async write(writer: string): Promise<boolean> {
    const rows = await Promise.all(
      [...this.#changed].map(async (item) =>
        typeof item === "string"
          ? [storeOf(item), item, await this.#sealed(item)] as const
          : ["pending", item.n, await encode(this.field, item)] as const
      ),
    );
    return await this.field.db.run(async (db) => {
      const tx = db.transaction(STORES, "readwrite", {
        durability: "strict",
      });
      const meta = tx.objectStore("meta");
      const { rev, by } = await meta.get("head") as Head;
      // A connection that died after its transaction was done: the write is there.
      if (by.includes(writer)) return true;
      if (rev !== this.head.rev) return false;
      const head = {
        ...this.head,
        rev: rev + 1,
        by: [...by, writer].slice(-WRITERS),
      };
      const work: Promise<unknown>[] = [tx.done];
      try {
        work.push(meta.put(head, "head"));
        if (this.feed !== this.#feed) work.push(meta.put(this.feed, "feed"));
        if (this.also) work.push(this.also(tx));
        for (const [name, key, row] of rows) {
          // Each store's rows and keys fit it, as `storeOf` made the triples.
          const store = tx.objectStore(name as "leads");
          work.push(
            row ? store.put(row as Row<never>) : store.delete(key as string),
          );
        }
      } catch (error) {
        // What cannot be stored throws at once; what was put before it must not be committed alone.
        tx.abort();
        await Promise.allSettled(work);
        throw error;
      }
      await Promise.all(work);
      Object.assign(this.head, head);
      this.#feed = this.feed;
      this.#changed.clear();
      // It holds what was read or written, and nothing else: the next change may begin with it.
      if (!this.also && this.rows.size + this.#ops.size < MOST_KEPT) {
        this.field.draft = this;
      }
      return true;
    });
  }
}

/** A draft of the database as it is now; for reading, it is never written. */
export async function read(field: Field): Promise<Draft> {
  return await field.db.run(async (db) => {
    const meta = db.transaction("meta").store;
    const [head, feed] = await Promise.all([
      meta.get("head"),
      meta.get("feed"),
    ]);
    return new Draft(field, head as Head, feed as Feed);
  });
}

/**
 * Changes the database: the plan reads and works out, may await anything, and its draft is then written in one
 * transaction, durable when this resolves. The plan begins with what this context last wrote, so that a phone's slow
 * storage need not be read for each change. Where somebody else wrote meanwhile, the plan is made again on what is there
 * now, so it must have no other effect.
 *
 * @throws {StorageFailure} nothing of it was written
 */
export function commit<T>(
  field: Field,
  plan: (draft: Draft) => Promise<T> | T,
): Promise<T> {
  const writer = `${field.device.pageLife}:${++writes}`;
  // One after the other in this context, so that only another tab or the worker can come in between.
  const turn = field.turn.then(async () => {
    for (let known = field.draft;; known = null) {
      field.draft = null;
      const draft = known ?? await read(field);
      try {
        const value = await plan(draft);
        // That there is nothing to do, or that it cannot be done, is only said of what is there now.
        if (draft.idle) {
          if (!known) return value;
        } else if (await draft.write(writer)) {
          notify(field);
          return value;
        }
      } catch (error) {
        if (!known) throw error;
      }
    }
  });
  field.turn = turn.catch(() => {});
  return turn;
}
