import { countDay } from "../store/counts.ts";
import type { Store } from "../store/store.ts";
import { readCounts } from "./read_counts.ts";

const DAY_MS = 86400_000;
const REFUSED = "sync.refused.";

/** What all devices told of themselves on a day. */
export interface DeviceFigures {
  /** Most changes that waited on one device. */
  queued: number;
  /** Age of the oldest change that waited on any, milliseconds. */
  oldestMs: number;
  /** Most changes that needed a person on one device. */
  parked: number;
  /** Conflicts that needed nobody, and such about which a person was asked, and decided. */
  merged: number;
  /** See `merged`. */
  asked: number;
  /** See `merged`. */
  chosen: number;
  /** Tries to sync that came to nothing. */
  failures: number;
  /** Queues that were sent to their end. */
  drains: number;
  /** How long that took together, milliseconds. */
  drainMs: number;
  /** Copied profiles that were told apart. */
  forks: number;
  /** Times that a device sent again what a restored server had lost. */
  restores: number;
  /** Databases that a browser deleted. */
  vanished: number;
  /** Times that both sides' ledgers differed. */
  ledgerMismatches: number;
}

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
  /** Conflicts by kind of record. */
  conflictsOf: { lead: number; order: number };
  /** Ops that came in a file, because their phone could not send them. */
  imported: number;
  /** What devices told of themselves. */
  devices: DeviceFigures;
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
      conflictsOf: {
        lead: sum("sync.conflicts.lead"),
        order: sum("sync.conflicts.order"),
      },
      imported: sum("sync.imported"),
      devices: {
        queued: sum("peak.device.queued"),
        oldestMs: sum("peak.device.oldestMs"),
        parked: sum("peak.device.parked"),
        merged: sum("device.merged"),
        asked: sum("device.asked"),
        chosen: sum("device.chosen"),
        failures: sum("device.failures"),
        drains: sum("device.drains"),
        drainMs: sum("device.drainMs"),
        forks: sum("device.forks"),
        restores: sum("device.restores"),
        vanished: sum("device.vanished"),
        ledgerMismatches: sum("device.ledgerMismatches"),
      },
      refused: Object.fromEntries(
        Object.entries(sums).filter(([name]) => name.startsWith(REFUSED))
          .map(([name, n]) => [name.slice(REFUSED.length), n]),
      ),
      faults: sum("requests.5xx"),
    };
  }));
}
