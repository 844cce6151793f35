import { globalKeys } from "./keys.ts";
import type { Store } from "./store.ts";

/** What a name begins with under which the largest number counts, and not the sum. */
const PEAK = "peak.";

/** Whether the largest number counts under a name, and not the sum. */
export function isPeak(name: string): boolean {
  return name.startsWith(PEAK);
}

/**
 * Counts something that happened, `n` times; under a name that begins with `peak.`, sees how high something went. Kept in
 * memory until the next flush.
 */
export type Count = (name: string, n?: number) => void;

/** The day (UTC, YYYY-MM-DD) that a moment is counted under. */
export function countDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/**
 * Adds to the sums of a day, and raises its peaks. Nothing is read, so that processes never get into each other's way.
 *
 * @throws what the store throws; nothing was added then, or all of it
 */
export async function addCounts(
  store: Store,
  day: string,
  sums: ReadonlyMap<string, number>,
): Promise<void> {
  const tx = store.transaction();
  for (const [name, n] of sums) {
    tx[isPeak(name) ? "max" : "sum"](globalKeys.count(day, name), n);
  }
  await tx.commit();
}

/** The sums and peaks of a day by name; a sum that never was counted is missing. */
export async function readSums(
  store: Store,
  day: string,
): Promise<Record<string, number>> {
  const rows = await store.list<{ value: bigint }>({
    prefix: globalKeys.counts(day),
  });
  return Object.fromEntries(
    rows.map((row) => [String(row.key.at(-1)), Number(row.value.value)]),
  );
}
