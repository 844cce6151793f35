import { globalKeys } from "./keys.ts";

/** What is to be delivered; each kind has one handler. Nothing secret stands in it. */
export type JobKind = "mail.welcome" | "mail.invite";

/** Work to be done outside the transaction that ordered it: a row of the outbox. */
export interface JobRow {
  /** `job_` and a ULID: the receiver's idempotency key is made from it. */
  id: string;
  /** Chooses the handler. */
  kind: JobKind;
  /**
   * What the handler needs: ids, never what a person could be known by, since the instance's developers read the outbox.
   * `mail.invite`: nothing, the invitation has the job's id. `mail.welcome`: `userId` of the owner, and `inviteId` where
   * the owner has yet to set a password.
   */
  payload: Record<string, string>;
  /** Whose work it is; null: the instance's. */
  tenantId: string | null;
  /** Server time of the commit that ordered it, milliseconds. */
  createdAt: number;
  /** When a person had it tried again after it was given up, milliseconds: its age counts from then. */
  retriedAt?: number;
  /** When it may be tried (again), milliseconds; also in the row's key. */
  dueAt: number;
  /** Tries that were begun. */
  attempts: number;
  /** Who tries it now, and until when nobody else does; null: nobody. */
  lease: { owner: string; until: number } | null;
  /** Why the last try failed; absent before the first failure. */
  error?: string;
}

/** A job that was given up, for a person to look at and to have it tried again. */
export interface DeadJobRow extends JobRow {
  /** Server time, milliseconds. */
  diedAt: number;
  /** Why. */
  error: string;
}

/** A transaction that can hold a job: the one that makes the change which orders it. */
export interface Writes {
  /** Sets a value. */
  set(key: ReturnType<typeof globalKeys.job>, value: unknown): void;
}

/** Orders a job, in the commit of the change that it follows from. */
export function putJob(
  tx: Writes,
  job: Pick<JobRow, "id" | "kind" | "payload" | "tenantId">,
  now: number,
): void {
  const row: JobRow = {
    ...job,
    createdAt: now,
    dueAt: now,
    attempts: 0,
    lease: null,
  };
  tx.set(globalKeys.job(row.dueAt, row.id), row);
}
