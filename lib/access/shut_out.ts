import type { SessionMark, SessionRow } from "../store/identities.ts";
import { globalKeys } from "../store/keys.ts";
import { secretHash } from "../store/secret_hash.ts";
import type { Store } from "../store/store.ts";
import type { Transaction } from "../store/transaction.ts";
import { readSession, removeSession } from "./sessions.ts";

/**
 * Ends a session whose membership ends. A mark stays for as long as the session could have lasted, so that the device that
 * has it can be told apart from one that was only away too long.
 */
export function shutOut(
  tx: Transaction,
  idHash: string,
  { userId, expiresAt }: SessionRow,
  now: number,
): void {
  removeSession(tx, userId, idHash);
  tx.set(
    globalKeys.shutOut(idHash),
    { expiresAt } satisfies SessionMark,
    expiresAt - now,
  );
}

/**
 * Whether a cookie's secret names a session that would be good if its place were not closed to its person: their membership
 * ended, or the company is suspended.
 */
export async function isShutOut(
  store: Store,
  secret: string,
  now: number,
): Promise<boolean> {
  if (secret.length !== 43) return false;
  const idHash = secretHash(secret);
  const mark = await store.get<SessionMark>(globalKeys.shutOut(idHash));
  if (mark !== null) return mark.expiresAt > now;
  const row = await store.get<SessionRow>(globalKeys.session(idHash));
  return row !== null && row.expiresAt > now && row.idleExpiresAt > now &&
    await readSession(store, secret, now) === null;
}
