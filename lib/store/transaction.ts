import type { Key } from "./keys.ts";
import type { Limits } from "./limits.ts";
import type { Store } from "./store.ts";

interface Read {
  key: Key;
  value: unknown;
  /** Undefined: that of the commit of the transaction before. */
  versionstamp: string | null | undefined;
  checked: boolean;
}

interface Write {
  key: Key;
  value: unknown;
  deleted: boolean;
  expireIn: number | undefined;
  bytes: number;
}

// No two keys have one name: parts of one place in a family are of one type, and only a family's last part is free text.
const nameOf = (key: Key) => key.join("\0");
const encoder = new TextEncoder();

/** Bytes of a key as the backend encodes it: per part a type byte, the text with NUL doubled, and an end byte. */
function keyBytes(key: Key): number {
  let sum = 0;
  for (const part of key) {
    sum += typeof part === "number" ? 9 : textBytes(part) + 2;
  }
  return sum;
}

function textBytes(text: string): number {
  // Nearly every part is plain, and encoding each was a fifth of a batch's computing.
  // deno-lint-ignore no-control-regex
  if (/^[\x01-\x7f]*$/.test(text)) return text.length;
  return encoder.encode(text.replaceAll("\0", "\0\0")).length;
}

/** Upper bound of a value's serialised bytes: V8 writes text outside Latin-1 with two bytes a unit. */
function valueBytes(value: unknown): number {
  if (value instanceof Uint8Array) return value.byteLength + 64;
  const text = JSON.stringify(value) ?? "";
  // deno-lint-ignore no-control-regex
  return (/[^\x00-\xff]/.test(text) ? 2 : 1) * text.length + 64;
}

/**
 * One atomic commit in the making: reads see its own writes, everything read with `get` is checked at commit,
 * and either all of it happens or none. It knows how much of the backend's limits it has used.
 */
export class Transaction {
  readonly #store: Store;
  readonly #kv: Deno.Kv;
  readonly #reads = new Map<string, Read>();
  readonly #writes = new Map<string, Write>();
  readonly #sums: { key: Key; n: number; kind: "sum" | "max" }[] = [];
  #stamped: { prefix: Key; value: unknown; expireIn: number } | null = null;
  #checks = 0;
  #keyBytes = 0;
  #valueBytes = 0;

  #after: Transaction | null = null;
  #versionstamp: string | null = null;

  /** Use `Store.transaction()`. */
  constructor(store: Store, kv: Deno.Kv) {
    this.#store = store;
    this.#kv = kv;
  }

  /**
   * A transaction that sees what this one writes, so that it can be filled while this one commits. It may be committed
   * only after this one was, and is worth nothing when this one failed.
   */
  following(): Transaction {
    const next = new Transaction(this.#store, this.#kv);
    next.#after = this;
    return next;
  }

  /** What the backend accepts in one commit. */
  get limits(): Limits {
    return this.#store.limits;
  }

  /** Reads a value and makes the commit depend on it; null where there is none. */
  async get<T>(key: Key): Promise<T | null> {
    return (await this.#read<T>(key, true)).value;
  }

  /** Reads a value without making the commit depend on it. */
  async peek<T>(key: Key): Promise<T | null> {
    return (await this.#read<T>(key, false)).value;
  }

  /** Whether the commit depends on a key already. */
  dependsOn(key: Key): boolean {
    return this.#reads.get(nameOf(key))?.checked ?? false;
  }

  /** Reads many keys ahead, in as few round trips as possible; later `get` and `peek` find them here. */
  async prefetch(keys: readonly Key[]): Promise<void> {
    const missing = [...new Map(keys.map((key) => [nameOf(key), key])).values()]
      .filter((key) => !this.#reads.has(nameOf(key)) && !this.#inherit(key));
    const entries = await this.#store.entries(missing);
    missing.forEach((key, i) => {
      const { value, versionstamp } = entries[i] as Deno.KvEntryMaybe<unknown>;
      this.#know(key, value, versionstamp);
    });
  }

  /**
   * Takes for granted that there is nothing under a key: saves a read where that is nearly certain. A `get` of it makes
   * the commit depend on it, and fail where the guess was wrong.
   */
  assumeAbsent(key: Key): void {
    this.#know(key, null, null);
  }

  /**
   * Reads keys that lie close together with one list instead of one read each: what is there between the first and the
   * last of them. Where it is more than twice as much as was asked for, they are read one by one.
   */
  async prefetchBetween(keys: readonly Key[]): Promise<void> {
    const sorted = keys.map((key) => ({ key, last: String(key.at(-1)) }))
      .sort((a, b) => a.last < b.last ? -1 : 1);
    const [first, last] = [sorted[0], sorted.at(-1)];
    if (!first || !last) return;
    const most = 2 * keys.length;
    const rows = await this.#store.list({
      prefix: first.key.slice(0, -1),
      start: first.key,
      // The end is exclusive.
      end: [...last.key.slice(0, -1), `${last.last}\0`],
      limit: most + 1,
    });
    if (rows.length > most) return await this.prefetch(keys);
    const found = new Map(rows.map((row) => [nameOf(row.key as Key), row]));
    for (const key of keys) {
      const row = found.get(nameOf(key));
      this.#know(key, row?.value ?? null, row?.versionstamp ?? null);
    }
  }

  #know(key: Key, value: unknown, versionstamp: string | null): void {
    const name = nameOf(key);
    if (this.#reads.has(name) || this.#inherit(key)) return;
    this.#reads.set(name, { key, value, versionstamp, checked: false });
  }

  /** Takes what the transaction before this one writes under a key for read. @returns false when it writes nothing there */
  #inherit(key: Key): boolean {
    const name = nameOf(key);
    const write = this.#after ? this.#after.#writes.get(name) : undefined;
    if (!write) return false;
    const { value, deleted } = write;
    // Its versionstamp is known when that transaction is committed.
    const versionstamp = deleted ? null : undefined;
    this.#reads.set(name, { key, value, versionstamp, checked: false });
    return true;
  }

  async #read<T>(key: Key, check: boolean): Promise<{ value: T | null }> {
    const name = nameOf(key);
    let read = this.#reads.get(name);
    if (read === undefined) {
      await this.prefetch([key]);
      read = this.#reads.get(name) as Read;
    }
    if (check && !read.checked) {
      read.checked = true;
      this.#checks++;
      this.#keyBytes += keyBytes(key);
    }
    const write = this.#writes.get(name);
    if (write) return { value: write.deleted ? null : write.value as T };
    return { value: read.value as T | null };
  }

  /**
   * Sets a value.
   *
   * @param expireIn milliseconds after which the backend may collect the row
   * @throws {RangeError} when the value is larger than the backend stores
   */
  set(key: Key, value: unknown, expireIn?: number): void {
    const bytes = valueBytes(value);
    if (bytes > this.#store.limits.valueSize) {
      throw new RangeError(
        `Cannot set ${key.slice(2, 3)}: value of about ${bytes} bytes`,
      );
    }
    this.#write({ key, value, deleted: false, expireIn, bytes });
  }

  /** Deletes a value. */
  delete(key: Key): void {
    this.#write({
      key,
      value: null,
      deleted: true,
      expireIn: undefined,
      bytes: 0,
    });
  }

  /** Adds to a sum (`Deno.KvU64`), whatever it is by now: nothing is read, and no two commits conflict by it. */
  sum(key: Key, n: number): void {
    this.#keyBytes += keyBytes(key);
    this.#sums.push({ key, n, kind: "sum" });
  }

  /** Raises a number (`Deno.KvU64`) where it is lower by now: nothing is read, and no two commits conflict by it. */
  max(key: Key, n: number): void {
    this.#keyBytes += keyBytes(key);
    this.#sums.push({ key, n, kind: "max" });
  }

  #write(write: Write): void {
    const name = nameOf(write.key);
    const before = this.#writes.get(name);
    if (before) this.#valueBytes -= before.bytes;
    else this.#keyBytes += keyBytes(write.key);
    this.#valueBytes += write.bytes;
    this.#writes.set(name, write);
  }

  /**
   * Sets the one row whose last key part is the commit's versionstamp. One a commit: two with one prefix
   * would overwrite each other silently.
   */
  setStamped(prefix: Key, value: unknown, expireIn: number): void {
    this.#stamped = { prefix, value, expireIn };
  }

  /** Whether so much more still fits into the backend's limits, with room for the closing rows. */
  hasRoomFor(
    more: {
      checks: number;
      mutations: number;
      keyBytes: number;
      valueBytes: number;
    },
  ): boolean {
    const { limits } = this.#store;
    return this.#checks + more.checks <= limits.checks &&
      this.#writes.size + this.#sums.length + more.mutations <=
        limits.mutations &&
      this.#keyBytes + more.keyBytes <= limits.keyBytes &&
      this.#valueBytes + more.valueBytes <= limits.valueBytes;
  }

  /**
   * Commits.
   *
   * @returns false when something that was read with `get` changed meanwhile; nothing was written then
   */
  async commit(): Promise<boolean> {
    const before = this.#after ? this.#after.#versionstamp : null;
    if (this.#after && before === null) return false;
    const atomic = this.#kv.atomic();
    for (const read of this.#reads.values()) {
      if (read.checked) {
        atomic.check({
          key: read.key as Deno.KvKey,
          versionstamp: read.versionstamp === undefined
            ? before
            : read.versionstamp,
        });
      }
    }
    for (const write of this.#writes.values()) {
      if (write.deleted) atomic.delete(write.key as Deno.KvKey);
      else {
        atomic.set(
          write.key as Deno.KvKey,
          write.value,
          write.expireIn === undefined ? {} : { expireIn: write.expireIn },
        );
      }
    }
    for (const { key, n, kind } of this.#sums) {
      atomic[kind](key as Deno.KvKey, BigInt(n));
    }
    if (this.#stamped) {
      const { prefix, value, expireIn } = this.#stamped;
      const key = [...prefix, this.#kv.commitVersionstamp()] as Deno.KvKey;
      atomic.set(key, value, { expireIn });
    }
    const outcome = await atomic.commit();
    this.#store.counts.commits++;
    if (outcome.ok) this.#versionstamp = outcome.versionstamp;
    else this.#store.counts.conflicts++;
    return outcome.ok;
  }
}
