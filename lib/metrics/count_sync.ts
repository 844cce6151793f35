import type { SyncResponse } from "../model/protocol.ts";
import type { Count } from "../store/counts.ts";

/**
 * Counts what became of a device's batch: `sync.batches`, and of its ops `sync.applied`, `sync.replayed` (answered
 * before), `sync.refused.<code>`, and `sync.conflicts` for those refused because the record had changed.
 */
export function countSync(
  count: Count,
  { results }: Pick<SyncResponse, "results">,
): void {
  count("sync.batches");
  for (const { replayed, problem } of results) {
    if (replayed) count("sync.replayed");
    else if (problem === undefined) count("sync.applied");
    else {
      count(`sync.refused.${problem.code}`);
      if (problem.code === "stale-entity") count("sync.conflicts");
    }
  }
}
