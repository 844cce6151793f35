import type { Count } from "../store/counts.ts";
import type { JobKind, JobRow } from "../store/jobs.ts";
import type { Store } from "../store/store.ts";
import {
  dueJobs,
  LEASE_MS,
  type Outcome,
  settleJob,
  takeJob,
} from "./take_job.ts";

/** How long one delivery may take, milliseconds: well within its lease, so that nobody delivers beside it. */
export const DEADLINE_MS: number = LEASE_MS * 3 / 4;

/** Deliveries at the same time. */
const CONCURRENCY = 4;

/** Jobs that are listed at once. */
const PAGE = 40;

/**
 * Delivers a job of its kind, or says why not. It may be called again for the same job, with the same id, when a try
 * ended without an answer: what it sends carries the job's id as the receiver's idempotency key.
 *
 * @param signal aborted when the time for the delivery is over
 */
export type Handler = (job: JobRow, signal: AbortSignal) => Promise<Outcome>;

/** What a dispatcher needs. */
export interface OutboxDeps {
  /** Where the jobs are. */
  store: Store;
  /** One for each kind. */
  handlers: Record<JobKind, Handler>;
  /** Names this dispatcher: no two that run at the same time share one. */
  owner: string;
  /** Server time, milliseconds. */
  now: () => number;
  /** From 0 to less than 1. */
  random: () => number;
  /** How long one delivery may take, milliseconds; `DEADLINE_MS` unless said. */
  deadlineMs?: number;
  /** Counts `outbox.delivered`, `.failed`, `.dead`, `.dropped`. */
  count: Count;
  /** Takes one line of the log for each try. */
  log: (line: Record<string, unknown>) => void;
}

/**
 * Tries everything that is due, some jobs at a time, until nothing is due or the signal is aborted. Two dispatchers may
 * run at once: a job is tried by whoever gets its lease.
 *
 * @param signal no further job is begun once it is aborted; those that run are waited for
 * @returns how many tries were made
 * @throws what the store throws
 */
export async function runDueJobs(
  deps: OutboxDeps,
  signal?: AbortSignal,
): Promise<number> {
  let tries = 0;
  for (;;) {
    const due = await dueJobs(deps.store, deps.now(), PAGE);
    const before = tries;
    const work = async () => {
      for (
        let job = due.shift();
        job !== undefined && !signal?.aborted;
        job = due.shift()
      ) {
        const taken = await takeJob(deps.store, job, deps.owner, deps.now());
        if (taken === null) continue;
        tries++;
        await tryJob(deps, taken);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    // What is left, if anything, is being tried by others.
    if (tries === before || signal?.aborted) return tries;
  }
}

async function tryJob(deps: OutboxDeps, job: JobRow): Promise<void> {
  const { store, now, count, log } = deps;
  const startedAt = now();
  const outcome = await deliver(
    deps.handlers[job.kind],
    job,
    deps.deadlineMs ?? DEADLINE_MS,
  );
  const settled = await settleJob(store, job, outcome, now(), deps.random());
  const what = settled === "done"
    ? outcome.type
    : settled === "waiting"
    ? "failed"
    : settled;
  if (settled !== "lost") count(`outbox.${what}`);
  log({
    time: new Date(now()).toISOString(),
    level: settled === "done" ? "info" : settled === "dead" ? "error" : "warn",
    job: job.id,
    kind: job.kind,
    tenantId: job.tenantId ?? undefined,
    outcome: what,
    attempts: job.attempts,
    ms: now() - startedAt,
    error: "error" in outcome ? outcome.error : undefined,
    because: outcome.type === "dropped" ? outcome.because : undefined,
  });
}

/** Runs a handler within the deadline; whatever it throws is a failure that may pass. */
async function deliver(
  handler: Handler | undefined,
  job: JobRow,
  deadlineMs: number,
): Promise<Outcome> {
  if (handler === undefined) {
    // An older version runs beside a newer one, which ordered the job.
    return { type: "failed", error: `Nothing here delivers ${job.kind}` };
  }
  const deadline = new AbortController();
  const late = Promise.withResolvers<Outcome>();
  const timer = setTimeout(() => {
    deadline.abort();
    late.resolve({ type: "failed", error: "It took too long" });
  }, deadlineMs);
  try {
    return await Promise.race([handler(job, deadline.signal), late.promise]);
  } catch (error) {
    return {
      type: "failed",
      error: error instanceof Error
        ? `${error.name}: ${error.message}`
        : String(error),
    };
  } finally {
    clearTimeout(timer);
  }
}
