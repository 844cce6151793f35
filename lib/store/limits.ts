/** What one backend of Deno KV accepts. Measured on Deno 2.9.6 or read in denokv's source; named here and nowhere else. */
export interface Limits {
  /** Checks in one commit. */
  checks: number;
  /** Sets and deletes in one commit. */
  mutations: number;
  /** Sum of key bytes in one commit. */
  keyBytes: number;
  /** Sum of serialised value bytes in one commit. */
  valueBytes: number;
  /** One serialised value. */
  valueSize: number;
  /** Keys in one getMany. */
  getMany: number;
  /** Rows in one batch of a list. */
  listBatch: number;
}

const SHARED = {
  mutations: 1000,
  keyBytes: 80 * 1024,
  valueBytes: 800 * 1024,
  valueSize: 64 * 1024,
  getMany: 10,
  listBatch: 1000,
};

/** Limits by backend: the embedded SQLite file (or memory), and KV Connect. */
export const LIMITS: Record<"embedded" | "connect", Limits> = {
  embedded: { ...SHARED, checks: 100 },
  connect: { ...SHARED, checks: 10 },
};

/** Times to live, in milliseconds. `expireIn` only collects garbage: every reader compares `expiresAt`. */
export const TTL = {
  idempotency: 72 * 3600_000,
  ledgerKey: 90 * 86400_000,
  changes: 90 * 86400_000,
  sessionIdle: 14 * 86400_000,
  session: 90 * 86400_000,
  invite: 7 * 86400_000,
  counts: 90 * 86400_000,
} as const;
