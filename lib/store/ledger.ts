import type { Problem } from "../model/problem.ts";

/** Where the server stands with one device: the memory that outlives idempotency keys. */
export interface LedgerRow {
  /** Whose device it is; for anybody else it counts as forked. */
  userId: string;
  /** The last op that has a result; 0: none has. */
  lastSeq: number;
  /** See `ledgerLink`. */
  hash: string;
  /** Server time of the last contact at which the device had nothing more to send, milliseconds. */
  contactAt: number;
  /** When its last op is believed to have happened, milliseconds: no later one is before it. Absent: not known. */
  believedAt?: number;
  /** What the device has counted, summed over all reports. */
  counts: Record<string, number>;
}

/** The result of one processed op, kept long after its idempotency record is gone. */
export interface LedgerKeyRow {
  /** The op's idempotency key: another one under this seq means a forked device. */
  key: string;
  /** HTTP status of the result. */
  status: number;
  /** The record's version that the op produced; absent when it changed none. */
  version?: number;
  /** Without `current`, which is read again when the result is. */
  problem?: Problem;
  /** The record that the op was about; null where it stands alone. */
  recordId: string | null;
  /** Server time, milliseconds; not given out from then on. */
  expiresAt: number;
}
