import { type Count, countDay } from "./counts.ts";
import { globalKeys, INSTANCE_LOG, type Key, tenantKeys } from "./keys.ts";
import { TTL } from "./limits.ts";
import type { ListRange, Store } from "./store.ts";
import type { TenantRow } from "./tenants.ts";

/** How often the store is swept, milliseconds. */
const SWEEP_EVERY_MS = 86400_000;

/** How long a sweep may take before another process believes that it died, milliseconds. */
const SWEEP_LEASE_MS = 3600_000;

/** Rows that are looked at in one read. */
const PAGE = 500;

/** How the daily sweep stands. */
export interface SweepRow {
  /** When the present sweep, or the last one, began, milliseconds. */
  startedAt: number;
  /** Until then nobody else begins one; null: none is under way. */
  until: number | null;
  /** When a sweep last came to its end, milliseconds; null: none ever has. */
  succeededAt: number | null;
  /** What the last one that came to its end removed: rows by family. */
  removed: Record<string, number>;
}

interface Expiring {
  expiresAt?: number;
  idleExpiresAt?: number;
}

/** Rows of one kind, and which of them are over. */
interface Family {
  name: string;
  prefix: Key;
  isOver: (value: Expiring, key: Key, now: number) => boolean;
}

const hasExpired = ({ expiresAt, idleExpiresAt }: Expiring, now: number) =>
  (expiresAt ?? Infinity) <= now || (idleExpiresAt ?? Infinity) <= now;

const expiring = (name: string, prefix: Key): Family => ({
  name,
  prefix,
  isOver: (value, _key, now) => hasExpired(value, now),
});

const GLOBAL: Family[] = [
  expiring("sessions", globalKeys.sessions()),
  expiring("sessions_by_user", globalKeys.sessionsOfAll()),
  expiring("shut_out", globalKeys.shutOutOfAll()),
  expiring("invites", globalKeys.invites()),
  expiring("attempts", globalKeys.attemptsOfAll()),
  {
    name: "counts",
    prefix: globalKeys.countsOfAll(),
    // The day stands in the key: sums have no room for it.
    isOver: (_value, key, now) => String(key[1]) < countDay(now - TTL.counts),
  },
];

function familiesOf(orgId: string): Family[] {
  const keys = tenantKeys(orgId);
  return [
    expiring("idem", keys.idempotencies()),
    expiring("ledger_keys", keys.ledgerKeysOfAll()),
  ];
}

/** What a sweep works with. */
export interface SweepDeps {
  /** The store that is swept. */
  store: Store;
  /** Server time, milliseconds. */
  now: () => number;
  /** Counts `sweep.<family>`. */
  count: Count;
}

/**
 * Removes, once a day, what has expired and what the backend's own collection left: idempotency records, results of ops,
 * sessions, invitations, attempts and old counts. Readers compare `expiresAt` by themselves; this is for the room. Rows
 * of the change feed carry no time, and are the backend's to collect. What dedupe needs, the ledgers, is never touched.
 *
 * @param signal the sweep ends early once it is aborted, and is made again by the next start
 * @returns rows removed by family; null when it is not time, or another process sweeps
 */
export async function sweep(
  deps: SweepDeps,
  signal?: AbortSignal,
): Promise<Record<string, number> | null> {
  const { store, now, count } = deps;
  const claimed = await claim(store, now());
  if (claimed === null) return null;
  const removed: Record<string, number> = {};
  const clean = async (families: readonly Family[]) => {
    for (const family of families) {
      const rows = await sweepFamily(deps, family, signal);
      if (rows > 0) removed[family.name] = (removed[family.name] ?? 0) + rows;
    }
  };
  await clean(GLOBAL);
  for await (const orgId of orgIds(store)) {
    if (signal?.aborted) break;
    await clean(familiesOf(orgId));
  }
  for (const [family, rows] of Object.entries(removed)) {
    count(`sweep.${family}`, rows);
  }
  const tx = store.transaction();
  tx.set(
    globalKeys.sweep(),
    signal?.aborted ? { ...claimed, startedAt: 0, until: null } : {
      ...claimed,
      until: null,
      succeededAt: now(),
      removed,
    },
  );
  await tx.commit();
  return removed;
}

/** How the daily sweep stands; null before the first one. */
export function readSweep(store: Store): Promise<SweepRow | null> {
  return store.get<SweepRow>(globalKeys.sweep());
}

async function claim(store: Store, now: number): Promise<SweepRow | null> {
  const tx = store.transaction();
  const last = await tx.get<SweepRow>(globalKeys.sweep());
  if (last !== null) {
    const isUnderWay = last.until !== null && last.until > now;
    const isDone = last.until === null &&
      now - last.startedAt < SWEEP_EVERY_MS;
    if (isUnderWay || isDone) return null;
  }
  const next: SweepRow = {
    startedAt: now,
    until: now + SWEEP_LEASE_MS,
    succeededAt: last?.succeededAt ?? null,
    removed: last?.removed ?? {},
  };
  tx.set(globalKeys.sweep(), next);
  return await tx.commit() ? next : null;
}

/** Pages of a list, the rows of each as they are read. */
async function* pages<T>(store: Store, prefix: Key) {
  let start: Key | null = null;
  for (;;) {
    const range: ListRange = { prefix, ...(start && { start }), limit: PAGE };
    const rows = await store.list<T>(range);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    start = [...last.key as Key, ""];
  }
}

async function* orgIds(store: Store): AsyncGenerator<string> {
  yield INSTANCE_LOG;
  for await (const rows of pages<TenantRow>(store, globalKeys.tenants())) {
    for (const row of rows) yield row.value.orgId;
  }
}

async function sweepFamily(
  { store, now }: SweepDeps,
  { prefix, isOver }: Family,
  signal?: AbortSignal,
): Promise<number> {
  let removed = 0;
  for await (const rows of pages<Expiring>(store, prefix)) {
    if (signal?.aborted) return removed;
    const over = rows.filter((row) => isOver(row.value, row.key as Key, now()))
      .map((row) => row.key as Key);
    while (over.length > 0) {
      const keys = over.splice(0, store.limits.checks);
      const tx = store.transaction();
      await tx.prefetch(keys);
      let gone = 0;
      for (const key of keys) {
        // Read again, and checked: a window of attempts may have begun anew under the same key.
        const value = await tx.get<Expiring>(key);
        if (value === null || !isOver(value, key, now())) continue;
        tx.delete(key);
        gone++;
      }
      // Who was disturbed leaves it to tomorrow.
      if (gone > 0 && await tx.commit()) removed += gone;
    }
  }
  return removed;
}
