import { globalKeys, type Key } from "./keys.ts";
import { LIMITS, type Limits } from "./limits.ts";
import { Transaction } from "./transaction.ts";

/** How much the store was asked, for metrics and for tests that count. */
export interface StoreCounts {
  /** Keys asked for and rows listed. */
  keysRead: number;
  /** Tries, also those that met a conflict. */
  commits: number;
  /** Commits refused because something read had changed. */
  conflicts: number;
}

/** One row of a list, with what a further page needs to go on after it. */
export interface ListedRow<T> {
  /** The whole key; its last parts make the cursor. */
  key: Deno.KvKey;
  /** As it was stored. */
  value: T;
  /** Changes with every write of the row. */
  versionstamp: string;
}

/** Which rows to list. */
export interface ListRange {
  /** Key parts that every row begins with. */
  prefix: Key;
  /** Full key or prefix of a key at which to start, inclusive. */
  start?: Key;
  /** Full key or prefix of a key before which to end. */
  end?: Key;
  /** The most rows to read; all of them unless said. */
  limit?: number;
  /** From the last row to the first. */
  reverse?: boolean;
}

/** The store: the only thing in the product that holds a `Deno.Kv`. */
export class Store {
  readonly #kv: Deno.Kv;
  /** What the backend accepts. */
  readonly limits: Limits;
  /** Names this store's life: another one after a restore. */
  readonly epoch: string;
  /** Since this process opened the store. */
  readonly counts: StoreCounts = { keysRead: 0, commits: 0, conflicts: 0 };

  /**
   * Use `storeOn`, which reads the epoch.
   *
   * @param kv an open Deno KV
   * @param epoch the store's epoch: see `readEpoch`
   * @param limits what the backend accepts
   */
  constructor(kv: Deno.Kv, epoch: string, limits: Limits = LIMITS.embedded) {
    this.#kv = kv;
    this.epoch = epoch;
    this.limits = limits;
  }

  /** Reads one value, or null. */
  async get<T>(key: Key): Promise<T | null> {
    this.counts.keysRead++;
    return (await this.#kv.get<T>(key as Deno.KvKey)).value;
  }

  /** Reads many values at once, in the order of the keys; in as few round trips as the backend allows. */
  async getMany<T>(keys: readonly Key[]): Promise<(T | null)[]> {
    return (await this.entries<T>(keys)).map((entry) => entry.value);
  }

  /** Reads many entries with their versionstamps, in the order of the keys. */
  async entries<T>(keys: readonly Key[]): Promise<Deno.KvEntryMaybe<T>[]> {
    this.counts.keysRead += keys.length;
    const chunks: Promise<Deno.KvEntryMaybe<T>[]>[] = [];
    for (let i = 0; i < keys.length; i += this.limits.getMany) {
      const chunk = keys.slice(
        i,
        i + this.limits.getMany,
      ) as unknown as Deno.KvKey[];
      chunks.push(
        this.#kv.getMany<T[]>(chunk) as Promise<Deno.KvEntryMaybe<T>[]>,
      );
    }
    return (await Promise.all(chunks)).flat();
  }

  /** Lists rows in key order; reads no more than `limit`. */
  async list<T>(range: ListRange): Promise<ListedRow<T>[]> {
    const { prefix, start, end } = range;
    // The backend takes a prefix with one bound, or two bounds without a prefix.
    const selector = (start && end ? { start, end } : {
      prefix,
      ...(start && { start }),
      ...(end && { end }),
    }) as Deno.KvListSelector;
    const rows: ListedRow<T>[] = [];
    const entries = this.#kv.list<T>(selector, {
      ...(range.limit !== undefined && { limit: range.limit }),
      batchSize: Math.min(range.limit ?? 500, this.limits.listBatch),
      reverse: range.reverse ?? false,
    });
    for await (const entry of entries) {
      const { key, value, versionstamp } = entry;
      rows.push({ key, value, versionstamp });
    }
    this.counts.keysRead += rows.length;
    return rows;
  }

  /** Starts a transaction. */
  transaction(): Transaction {
    return new Transaction(this, this.#kv);
  }

  /** Whether the store answers. */
  async answers(): Promise<boolean> {
    try {
      return (await this.#kv.get(globalKeys.epoch() as Deno.KvKey))
        .versionstamp !== null;
    } catch {
      return false;
    }
  }

  /** Closes the store. */
  close(): void {
    this.#kv.close();
  }
}

/** Reads the store's epoch, and makes it on a new store. */
async function readEpoch(kv: Deno.Kv): Promise<string> {
  const key = globalKeys.epoch() as Deno.KvKey;
  for (;;) {
    const entry = await kv.get<string>(key);
    if (entry.value !== null) return entry.value;
    await kv.atomic().check(entry).set(key, crypto.randomUUID()).commit();
  }
}

/**
 * Wraps an open Deno KV.
 *
 * @param kv an open Deno KV, embedded or over KV Connect
 * @param backend which limits hold
 */
export async function storeOn(
  kv: Deno.Kv,
  backend: keyof typeof LIMITS = "embedded",
): Promise<Store> {
  return new Store(kv, await readEpoch(kv), LIMITS[backend]);
}
