import type { DeadJobRow, JobRow } from "../store/jobs.ts";
import { globalKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { backoff, isSpent, MAX_ATTEMPTS } from "./backoff.ts";

/** How long a dispatcher has a job to itself, milliseconds. Longer than the longest delivery: see `DEADLINE_MS`. */
export const LEASE_MS = 60_000;

/** What came of one try. */
export type Outcome =
  /** The receiver has it. */
  | { type: "delivered" }
  /** There was nothing left to deliver. */
  | { type: "dropped"; because: string }
  /** It may work later. */
  | { type: "failed"; error: string }
  /** It never will, unless a person changes something. */
  | { type: "refused"; error: string };

/** Where a job stands after a try. */
export type Settled = "done" | "waiting" | "dead" | "lost";

/** The most of an error's text that a row keeps. */
const MAX_ERROR = 300;

/** Lists what is due, the longest waiting first; a job whose lease ran out is due again. */
export async function dueJobs(
  store: Store,
  now: number,
  limit: number,
): Promise<JobRow[]> {
  const rows = await store.list<JobRow>({
    prefix: globalKeys.jobs(),
    end: globalKeys.jobsAfter(now),
    limit,
  });
  return rows.map((row) => row.value);
}

/**
 * Takes the lease of a job that was due: one checked commit moves its row to the lease's end, so that nobody else finds
 * it before.
 *
 * @param job as it was listed
 * @param owner names the dispatcher
 * @returns the job under its lease; null when somebody else was quicker
 */
export async function takeJob(
  store: Store,
  job: JobRow,
  owner: string,
  now: number,
): Promise<JobRow | null> {
  const tx = store.transaction();
  const key = globalKeys.job(job.dueAt, job.id);
  const current = await tx.get<JobRow>(key);
  if (current === null) return null;
  if (current.attempts >= MAX_ATTEMPTS) {
    // Its dispatcher died in the last try: a job that kills what tries it must end too.
    const error = current.error ?? "Each try ended without an answer";
    tx.delete(key);
    tx.set(globalKeys.deadJob(job.id), deadRow(current, error, now));
    await tx.commit();
    return null;
  }
  const until = now + LEASE_MS;
  const taken: JobRow = {
    ...current,
    attempts: current.attempts + 1,
    dueAt: until,
    lease: { owner, until },
  };
  tx.delete(key);
  tx.set(globalKeys.job(until, job.id), taken);
  return await tx.commit() ? taken : null;
}

/**
 * Writes down what came of a try, as long as the lease is still this dispatcher's.
 *
 * @param job as `takeJob` gave it
 * @param random from 0 to less than 1, for the wait after a failure
 * @returns `lost` when the lease ran out and somebody else has the job; nothing was written then
 */
export async function settleJob(
  store: Store,
  job: JobRow,
  outcome: Outcome,
  now: number,
  random: number,
): Promise<Settled> {
  const tx = store.transaction();
  const key = globalKeys.job(job.dueAt, job.id);
  const current = await tx.get<JobRow>(key);
  // A lease that ran out at the same moment and was taken over has another owner or another attempt.
  if (
    current?.lease?.owner !== job.lease?.owner ||
    current?.attempts !== job.attempts
  ) return "lost";
  tx.delete(key);
  let settled: Settled = "done";
  if (outcome.type === "failed" || outcome.type === "refused") {
    const error = outcome.error.slice(0, MAX_ERROR);
    if (outcome.type === "refused" || isSpent(job, now)) {
      settled = "dead";
      tx.set(globalKeys.deadJob(job.id), deadRow(job, error, now));
    } else {
      settled = "waiting";
      const dueAt = now + backoff(job.attempts, random);
      tx.set(
        globalKeys.job(dueAt, job.id),
        { ...job, dueAt, lease: null, error } satisfies JobRow,
      );
    }
  }
  return await tx.commit() ? settled : "lost";
}

function deadRow(job: JobRow, error: string, now: number): DeadJobRow {
  return { ...job, lease: null, error, diedAt: now };
}

/** How many jobs are looked at in one read when leases are released. */
const RELEASE_PAGE = 200;

/**
 * Ends every lease: for a process that alone owns the store and has just started, since whoever held them is dead.
 *
 * @returns how many were released
 */
export async function releaseLeases(
  store: Store,
  now: number,
): Promise<number> {
  let released = 0;
  // A released row moves to `now`, before those that are still to be read: leases end later than now.
  let start = globalKeys.jobsAfter(now);
  for (;;) {
    const rows = await store.list<JobRow>({
      prefix: globalKeys.jobs(),
      start,
      limit: RELEASE_PAGE,
    });
    for (const { value: job } of rows) {
      if (job.lease === null) continue;
      const tx = store.transaction();
      if (await tx.get(globalKeys.job(job.dueAt, job.id)) === null) continue;
      tx.delete(globalKeys.job(job.dueAt, job.id));
      tx.set(
        globalKeys.job(now, job.id),
        { ...job, dueAt: now, lease: null } satisfies JobRow,
      );
      if (await tx.commit()) released++;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < RELEASE_PAGE) return released;
    start = [...globalKeys.job(last.value.dueAt, last.value.id), ""];
  }
}
