import {
  type Handler,
  type OutboxDeps,
  runDueJobs,
} from "../../lib/outbox/run_due_jobs.ts";
import type { Outcome } from "../../lib/outbox/take_job.ts";
import type { DeadJobRow, JobKind, JobRow } from "../../lib/store/jobs.ts";
import { putJob } from "../../lib/store/jobs.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import type { Store } from "../../lib/store/store.ts";
import { MONDAY, newId } from "./builders.ts";

/** Orders a job, and gives its id. */
export async function order(
  store: Store,
  now = MONDAY,
  kind: JobKind = "mail.invite",
): Promise<string> {
  const id = newId("job");
  const tx = store.transaction();
  putJob(tx, { id, kind, tenantId: null, payload: {} }, now);
  await tx.commit();
  return id;
}

/** All jobs that are still open. */
export async function jobsOf(store: Store): Promise<JobRow[]> {
  const rows = await store.list<JobRow>({ prefix: globalKeys.jobs() });
  return rows.map((row) => row.value);
}

/** All jobs that were given up. */
export async function deadOf(store: Store): Promise<DeadJobRow[]> {
  const rows = await store.list<DeadJobRow>({ prefix: globalKeys.deadJobs() });
  return rows.map((row) => row.value);
}

/** A dispatcher with a clock that a test sets, and what it did. */
export class Dispatcher {
  now = MONDAY;
  /** Where in its range a wait falls, from 0 to less than 1. */
  random = 0.5;
  readonly log: Record<string, unknown>[] = [];
  readonly counts: Record<string, number> = {};
  readonly deps: OutboxDeps;

  constructor(
    readonly store: Store,
    handler: Handler | OutboxDeps["handlers"],
    owner: string = newId("op"),
  ) {
    this.deps = {
      store,
      handlers: typeof handler === "function"
        ? { "mail.invite": handler, "mail.welcome": handler }
        : handler,
      owner,
      now: () => this.now,
      random: () => this.random,
      count: (name, n = 1) => {
        this.counts[name] = (this.counts[name] ?? 0) + n;
      },
      log: (line) => this.log.push(line),
    };
  }

  /** Tries what is due. */
  run(signal?: AbortSignal): Promise<number> {
    return runDueJobs(this.deps, signal);
  }

  /** Goes on to when the only open job is due, and tries it. */
  async runNext(): Promise<void> {
    const [job] = await jobsOf(this.store);
    if (job === undefined) throw new Error("No job is open");
    this.now = Math.max(this.now, job.dueAt);
    await this.run();
  }
}

/** A receiver that answers what a test wants, and remembers which jobs reached it. */
export class Receiver {
  answer: Outcome = { type: "delivered" };
  readonly received: string[] = [];
  readonly handler: Handler = (job) => {
    this.received.push(job.id);
    return Promise.resolve(this.answer);
  };
}
