import { globalKeys, type Key, type TenantKeys, tenantKeys } from "./keys.ts";
import { type Limits, TTL } from "./limits.ts";
import type { ListedRow, ListRange, Store } from "./store.ts";
import type { Transaction } from "./transaction.ts";

/** One changed record, as the change feed tells it. */
export interface Change {
  /** Which kind of record; `settings` is the org's profile and template. */
  type: "lead" | "workOrder" | "timesheet" | "settings";
  /** `<userId>/<day>` for a timesheet, the tenant for `settings`, else the record's id. */
  id: string;
}

/** One audit record, as the change feed tells the sealer of it. Devices never see it. */
export interface AuditMark {
  /** Tells it from a change. */
  type: "audit";
  /** The record's id. */
  id: string;
  /** What it is in the log, see `auditLeaf`; null while more will be added to it. */
  leaf: string | null;
}

/** What the change feed keeps of one commit. */
export type FeedRow = (Change | AuditMark)[];

/**
 * One org's part of the store. Made from a session; every key it gives out starts with that org,
 * so that a use case cannot name another one.
 */
export class TenantStore {
  readonly #store: Store;
  /** The only org that it reaches. */
  readonly orgId: string;
  /** Builds the org's keys, the only ones accepted. */
  readonly keys: TenantKeys;

  /**
   * Made once per request, from its session.
   *
   * @param orgId the org of the session that acts
   */
  constructor(store: Store, orgId: string) {
    this.#store = store;
    this.orgId = orgId;
    this.keys = tenantKeys(orgId);
  }

  /** Names the store's life. */
  get epoch(): string {
    return this.#store.epoch;
  }

  /** Reads one value of the org. */
  get<T>(key: Key): Promise<T | null> {
    return this.#store.get<T>(this.#own(key));
  }

  /** Reads many values of the org. */
  getMany<T>(keys: readonly Key[]): Promise<(T | null)[]> {
    return this.#store.getMany<T>(keys.map((key) => this.#own(key)));
  }

  /** Lists rows of the org. */
  list<T>(range: ListRange): Promise<ListedRow<T>[]> {
    for (const key of [range.prefix, range.start, range.end]) {
      if (key) this.#own(key);
    }
    return this.#store.list<T>(range);
  }

  /** Starts a transaction on the org's data. */
  transaction(): TenantTransaction {
    return new TenantTransaction(
      this.#store.transaction(),
      this.orgId,
      this.keys,
    );
  }

  #own(key: Key): Key {
    return ownKey(this.orgId, key);
  }
}

function ownKey(orgId: string, key: Key): Key {
  if (key[0] !== "org" || key[1] !== orgId) {
    throw new RangeError("Cannot reach outside the org");
  }
  return key;
}

/** A transaction on one org's data, which also tells the change feed what it changed. */
export class TenantTransaction {
  readonly #tx: Transaction;
  readonly #changes = new Map<string, Change>();
  readonly #marks = new Map<string, AuditMark>();

  /** Use `TenantStore.transaction()`, or this for a commit whose transaction also touches rows outside the org. */
  constructor(
    tx: Transaction,
    readonly orgId: string,
    readonly keys: TenantKeys,
  ) {
    this.#tx = tx;
  }

  /** A transaction that sees what this one writes: see `Transaction.following`. */
  following(): TenantTransaction {
    return new TenantTransaction(
      this.#tx.following(),
      this.orgId,
      this.keys,
    );
  }

  /** What the backend accepts in one commit. */
  get limits(): Limits {
    return this.#tx.limits;
  }

  /** Reads a value and makes the commit depend on it. */
  get<T>(key: Key): Promise<T | null> {
    return this.#tx.get<T>(ownKey(this.orgId, key));
  }

  /** Reads a value without making the commit depend on it. */
  peek<T>(key: Key): Promise<T | null> {
    return this.#tx.peek<T>(ownKey(this.orgId, key));
  }

  /** Whether the commit depends on a key already. */
  dependsOn(key: Key): boolean {
    return this.#tx.dependsOn(ownKey(this.orgId, key));
  }

  /** Reads many keys ahead. */
  prefetch(keys: readonly Key[]): Promise<void> {
    return this.#tx.prefetch(keys.map((key) => ownKey(this.orgId, key)));
  }

  /** Takes for granted that there is nothing under a key. */
  assumeAbsent(key: Key): void {
    this.#tx.assumeAbsent(ownKey(this.orgId, key));
  }

  /** Reads keys that lie close together with one list. */
  prefetchBetween(keys: readonly Key[]): Promise<void> {
    return this.#tx.prefetchBetween(
      keys.map((key) => ownKey(this.orgId, key)),
    );
  }

  /** Sets a value. */
  set(key: Key, value: unknown, expireIn?: number): void {
    this.#tx.set(ownKey(this.orgId, key), value, expireIn);
  }

  /** Deletes a value. */
  delete(key: Key): void {
    this.#tx.delete(ownKey(this.orgId, key));
  }

  /** Tells the change feed that a record changed. */
  changed(change: Change): void {
    this.#changes.set(`${change.type}/${change.id}`, change);
  }

  /** Tells the sealer that an audit record was set: see `putAudit`. */
  audited(mark: AuditMark): void {
    this.#marks.set(mark.id, mark);
  }

  /** Whether so much more still fits into the commit. */
  hasRoomFor(more: Parameters<Transaction["hasRoomFor"]>[0]): boolean {
    return this.#tx.hasRoomFor(more);
  }

  /** Commits with one row for the change feed. @returns false when something that was read changed meanwhile */
  commit(): Promise<boolean> {
    const row: FeedRow = [...this.#changes.values(), ...this.#marks.values()];
    if (row.length > 0) {
      this.#tx.setStamped(this.keys.changes(), row, TTL.changes);
    }
    // Not checked, so that writers never meet here; it only says where the sealer has to look.
    if (this.#marks.size > 0) {
      this.#tx.set(globalKeys.auditDue(this.orgId), true);
    }
    return this.#tx.commit();
  }
}
