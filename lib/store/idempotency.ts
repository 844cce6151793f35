import type { TenantTransaction } from "./tenant_store.ts";
import { TTL } from "./limits.ts";

/** What is remembered of a call, in the same commit as its effect. */
export interface IdempotencyRow {
  /** SHA-256 (hex) of method, route, org and canonical body. */
  fingerprint: string;
  status: number;
  /** The answer's body. */
  result: unknown;
  expiresAt: number;
}

/** Reads what is remembered of a key; null when nothing is, or when it has expired. */
export async function readIdempotency(
  tx: TenantTransaction,
  userId: string,
  key: string,
  now: number,
): Promise<IdempotencyRow | null> {
  const row = await tx.peek<IdempotencyRow>(tx.keys.idempotency(userId, key));
  return row && row.expiresAt > now ? row : null;
}

/** Remembers the answer to a key, in the commit that has its effect. */
export function putIdempotency(
  tx: TenantTransaction,
  userId: string,
  key: string,
  row: Omit<IdempotencyRow, "expiresAt">,
  now: number,
): void {
  tx.set(
    tx.keys.idempotency(userId, key),
    { ...row, expiresAt: now + TTL.idempotency },
    TTL.idempotency,
  );
}
