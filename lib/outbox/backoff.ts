import type { JobRow } from "../store/jobs.ts";

/** The longest wait after the first failed try, milliseconds; it doubles with each. */
const BASE_MS = 10_000;
/** The longest wait after any. */
const CAP_MS = 2 * 3600_000;
/** The shortest wait, so that a job never fills a run by itself. */
const LEAST_MS = 1000;
/** Tries before a job is given up. */
export const MAX_ATTEMPTS = 50;
/** How old a job may get before it is given up at its next failure, milliseconds. */
export const MAX_AGE_MS: number = 2 * 86400_000;

/**
 * How long a job waits for its next try: exponential, with full jitter, so that jobs which failed together do not come
 * back together.
 *
 * @param attempts tries that were begun, 1 or more
 * @param random from 0 to less than 1
 * @returns milliseconds
 */
export function backoff(attempts: number, random: number): number {
  const ceiling = Math.min(CAP_MS, BASE_MS * 2 ** (attempts - 1));
  return Math.max(LEAST_MS, Math.floor(random * ceiling));
}

/** Tries that a job gets however old it is: the instance itself may have been away for days. */
export const LEAST_ATTEMPTS = 5;

/** Whether a job has had all the tries, or all the time, that it gets. */
export function isSpent(job: JobRow, now: number): boolean {
  return job.attempts >= MAX_ATTEMPTS ||
    job.attempts >= LEAST_ATTEMPTS &&
      now - (job.retriedAt ?? job.createdAt) >= MAX_AGE_MS;
}
