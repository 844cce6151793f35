import type { DeadJobRow, JobRow } from "../store/jobs.ts";
import { globalKeys } from "../store/keys.ts";
import { type Page, readPage } from "../store/page.ts";
import type { Store } from "../store/store.ts";

/** The most rows that an overview reads of each list. */
const MAX_COUNTED = 1000;

/** How the outbox stands. Each number is at most 1,000, and `more` says when there are more. */
export interface OutboxOverview {
  /** To be tried now. */
  due: number;
  /** Being tried by a dispatcher whose lease holds. */
  leased: number;
  /** Waiting for their next try after a failed one. */
  waiting: number;
  /** Given up; a person may have them tried again. */
  dead: number;
  /** When the job that is due for the longest time was to be tried, milliseconds; null: none is due. */
  oldestDueAt: number | null;
  /** One of the lists is longer than what was read. */
  more: boolean;
}

/**
 * Counts what is in the outbox, by at most 2,000 rows read.
 *
 * @param now server time, milliseconds
 */
export async function outboxOverview(
  store: Store,
  now: number,
): Promise<OutboxOverview> {
  const [jobs, dead] = await Promise.all([
    store.list<JobRow>({ prefix: globalKeys.jobs(), limit: MAX_COUNTED }),
    store.list<DeadJobRow>({
      prefix: globalKeys.deadJobs(),
      limit: MAX_COUNTED,
    }),
  ]);
  const rows = jobs.map((row) => row.value);
  const due = rows.filter((job) => job.dueAt <= now);
  const later = rows.length - due.length;
  const leased =
    rows.filter((job) => job.lease !== null && job.lease.until > now).length;
  return {
    due: due.length,
    leased,
    waiting: later - leased,
    dead: dead.length,
    oldestDueAt: due[0]?.dueAt ?? null,
    more: jobs.length === MAX_COUNTED || dead.length === MAX_COUNTED,
  };
}

/** Lists open jobs by when they are due, by cursor. A leased one is due when its lease runs out. */
export function listJobs(
  store: Store,
  options: { cursor?: string | null; limit: number },
): Promise<Page<JobRow>> {
  return readPage<JobRow>(store, globalKeys.jobs(), options);
}

/** Lists the jobs that were given up, the newest first, by cursor. */
export function listDeadJobs(
  store: Store,
  options: { cursor?: string | null; limit: number },
): Promise<Page<DeadJobRow>> {
  return readPage<DeadJobRow>(store, globalKeys.deadJobs(), {
    ...options,
    reverse: true,
  });
}
