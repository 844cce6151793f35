import { readSums } from "../store/counts.ts";
import type { Store } from "../store/store.ts";

/**
 * What happened on a day, over all tenants and processes, by name; what never happened is missing. What the processes
 * have not flushed yet (some seconds) is not in it.
 *
 * - `requests.2xx` and so on: answers by class of status
 * - `problems.<code>`: answers with a problem, by its code
 * - `sync.batches`, `sync.applied`, `sync.replayed`, `sync.conflicts`, `sync.conflicts.lead`, `sync.conflicts.order`,
 *   `sync.refused.<code>`: queued ops; `sync.imported`: those that came in a file
 * - `device.<name>`: what devices counted: `merged`, `asked`, `chosen`, `failures`, `drains`, `drainMs`, `forks`,
 *   `restores`, `vanished`, `ledgerMismatches`
 * - `peak.device.queued`, `peak.device.oldestMs`, `peak.device.parked`: the highest that any device told, no sum
 * - `outbox.delivered`, `outbox.failed`, `outbox.dead`, `outbox.dropped`: tries of jobs
 * - `sweep.<family>`: rows that the daily sweep removed
 *
 * @param day UTC, YYYY-MM-DD
 */
export function readCounts(
  store: Store,
  day: string,
): Promise<Record<string, number>> {
  return readSums(store, day);
}
