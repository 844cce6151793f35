import { createHash } from "node:crypto";
import { TTL } from "./limits.ts";
import type { TenantTransaction } from "./tenant_store.ts";

/** What is remembered of a call, in the same commit as its effect. */
export interface IdempotencyRow {
  /** SHA-256 (hex) of method, route, org and canonical body. */
  fingerprint: string;
  /** HTTP status of the answer. */
  status: number;
  /** The answer's body. */
  result: unknown;
  /** Server time, milliseconds; forgotten from then on. */
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

/** JSON with sorted member names, so that equal data give equal text (the ordering rule of RFC 8785, section 3.2.3). */
function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== "object") {
    return JSON.stringify(value) ?? "null";
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  const members: string[] = [];
  for (const name of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) {
      members.push(`${JSON.stringify(name)}:${canonicalJson(member)}`);
    }
  }
  return `{${members.join()}}`;
}

/** SHA-256 (hex) of what a call asks for: the same key with another fingerprint is another call. */
export function fingerprintOf(
  call: { method: string; route: string; orgId: string; body: unknown },
): string {
  const text = [call.method, call.route, call.orgId, canonicalJson(call.body)]
    .join("\n");
  return createHash("sha256").update(text).digest("hex");
}
