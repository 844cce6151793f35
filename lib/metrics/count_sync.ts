import type { SyncResponse } from "../model/protocol.ts";
import type { Count } from "../store/counts.ts";

/** What a device counts that is summed over all devices; anything else that it says is not taken over. */
const DEVICE_SUMS = [
  "asked",
  "chosen",
  "drainMs",
  "failures",
  "forks",
  "ledgerMismatches",
  "merged",
  "restores",
  "vanished",
];

/** What goes up and down on a device: of all devices the highest of a day is told. */
const DEVICE_PEAKS = ["oldestMs", "parked", "queued"];

/** A number that cannot be true must not spoil a day's sum. */
const MOST = 1e11;

const plain = (n: number) => Math.min(Math.round(n), MOST);

/** Takes over what a device reported about itself, as far as it is known. */
function countDevice(
  count: Count,
  reported: Readonly<Record<string, number>>,
): void {
  for (const name of DEVICE_SUMS) {
    const n = plain(reported[name] ?? 0);
    if (n > 0) count(`device.${name}`, n);
  }
  for (const name of DEVICE_PEAKS) {
    const n = plain(reported[name] ?? 0);
    if (n > 0) count(`peak.device.${name}`, n);
  }
  // Each drain reports its time once.
  if (reported.drainMs) count("device.drains");
}

/**
 * Counts what became of a device's batch: `sync.batches`, and of its ops `sync.applied`, `sync.replayed` (answered
 * before), `sync.refused.<code>`, and `sync.conflicts` for those refused because the record had changed, by its kind
 * `sync.conflicts.lead` or `sync.conflicts.order`. What the device said about itself comes under `device.<name>` and
 * `peak.device.<name>`.
 *
 * @param reported as the request brought it
 */
export function countSync(
  count: Count,
  { results }: Pick<SyncResponse, "results">,
  reported: Readonly<Record<string, number>> = {},
): void {
  count("sync.batches");
  countDevice(count, reported);
  for (const { replayed, problem } of results) {
    if (replayed) count("sync.replayed");
    else if (problem === undefined) count("sync.applied");
    else {
      count(`sync.refused.${problem.code}`);
      if (problem.code === "stale-entity") {
        count("sync.conflicts");
        const { current } = problem;
        const isOrder = typeof current === "object" && current !== null &&
          "checklist" in current;
        if (current) count(`sync.conflicts.${isOrder ? "order" : "lead"}`);
      }
    }
  }
}
