import { createHmac, hkdfSync } from "node:crypto";
import { globalKeys } from "./keys.ts";
import type { Store } from "./store.ts";

/** Makes secrets that only this instance can make again, so that none of them has to be stored. */
export interface InstanceKey {
  /** A 256-bit secret for one thing, base64url: the same for the same purpose and id. */
  secretFor(purpose: string, id: string): string;
  /** 32 bytes of key for a purpose (HKDF-SHA256, RFC 5869). */
  bytesFor(purpose: string): Uint8Array<ArrayBuffer>;
}

/** Derives an instance's keys from its secret. */
export function instanceKeyFrom(secret: string): InstanceKey {
  const bytesFor = (purpose: string) =>
    new Uint8Array(hkdfSync("sha256", secret, "streamflow", purpose, 32));
  return {
    bytesFor,
    secretFor: (purpose, id) =>
      createHmac("sha256", bytesFor(purpose)).update(id).digest("base64url"),
  };
}

/**
 * The instance's key: from the configured secret, or, on an instance that only this machine reaches, from one that the
 * store keeps.
 *
 * @param secret `STREAMFLOW_SECRET`; null where there is none
 */
export async function openInstanceKey(
  store: Store,
  secret: string | null,
): Promise<InstanceKey> {
  if (secret !== null) return instanceKeyFrom(secret);
  for (;;) {
    const tx = store.transaction();
    const known = await tx.get<string>(globalKeys.instanceSecret());
    if (known !== null) return instanceKeyFrom(known);
    const made = crypto.getRandomValues(new Uint8Array(32)).toBase64();
    tx.set(globalKeys.instanceSecret(), made);
    if (await tx.commit()) return instanceKeyFrom(made);
  }
}
