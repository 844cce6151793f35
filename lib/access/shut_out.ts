import type { SessionMark, SessionRow } from "../store/identities.ts";
import { globalKeys } from "../store/keys.ts";
import { secretHash } from "../store/secret_hash.ts";
import type { Store } from "../store/store.ts";
import type { Transaction } from "../store/transaction.ts";
import { removeSession } from "./sessions.ts";

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
 * Whether a cookie's secret names a session that ended with its membership. A suspended company shuts nobody out: its people
 * are still in its team, and go on when it may.
 */
export async function isShutOut(
  store: Store,
  secret: string,
  now: number,
): Promise<boolean> {
  const key = globalKeys.shutOut(secretHash(secret));
  const mark = await store.get<SessionMark>(key);
  return mark !== null && mark.expiresAt > now;
}
