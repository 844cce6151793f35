import { countDay } from "../store/counts.ts";
import type { Store } from "../store/store.ts";
import { readCounts } from "./read_counts.ts";

const DAY_MS = 86400_000;
const REFUSED = "sync.refused.";

/** What became of the queued ops of a day, over all tenants. */
export interface SyncDay {
  /** UTC, YYYY-MM-DD. */
  day: string;
  /** Requests of devices. */
  batches: number;
  /** Ops that had their effect. */
  applied: number;
  /** Ops that were answered before and had no second effect. */
  replayed: number;
  /** Ops whose record had changed meanwhile. */
  conflicts: number;
  /** Refused ops by problem code, conflicts among them; what never happened is missing. */
  refused: Record<string, number>;
  /** Answers with a fault of ours, of all routes. */
  faults: number;
}

/**
 * Reads the last days' sums about sync, today first.
 *
 * @param now server time, milliseconds
 * @param days how many
 */
export function readSyncDays(
  store: Store,
  now: number,
  days: number,
): Promise<SyncDay[]> {
  return Promise.all(Array.from({ length: days }, async (_, back) => {
    const day = countDay(now - back * DAY_MS);
    const sums = await readCounts(store, day);
    const sum = (name: string) => sums[name] ?? 0;
    return {
      day,
      batches: sum("sync.batches"),
      applied: sum("sync.applied"),
      replayed: sum("sync.replayed"),
      conflicts: sum("sync.conflicts"),
      refused: Object.fromEntries(
        Object.entries(sums).filter(([name]) => name.startsWith(REFUSED))
          .map(([name, n]) => [name.slice(REFUSED.length), n]),
      ),
      faults: sum("requests.5xx"),
    };
  }));
}
