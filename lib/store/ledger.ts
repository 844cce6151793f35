import type { Problem } from "../model/problem.ts";

/** Where the server stands with one device: the memory that outlives idempotency keys. */
export interface LedgerRow {
  userId: string;
  lastSeq: number;
  /** See `ledgerLink`. */
  hash: string;
  /** Server time of the last contact at which the device had nothing more to send, milliseconds. */
  contactAt: number;
  /** What the device has counted, summed over all reports. */
  counts: Record<string, number>;
}

/** The result of one processed op, kept long after its idempotency record is gone. */
export interface LedgerKeyRow {
  key: string;
  status: number;
  version?: number;
  /** Without `current`, which is read again when the result is. */
  problem?: Problem;
  recordId: string | null;
  expiresAt: number;
}
