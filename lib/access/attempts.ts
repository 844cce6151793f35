import { globalKeys } from "../store/keys.ts";
import { secretHash } from "../store/secret_hash.ts";
import type { Store } from "../store/store.ts";

/** How many tries in how long; kept in the store, so that a restart forgives nothing. */
export interface AttemptLimit {
  /** Keeps the counts of different limits apart. */
  kind: string;
  /** Tries in one window. */
  max: number;
  /** Length of a window, which begins with its first try. */
  windowMs: number;
}

interface AttemptsRow {
  count: number;
  expiresAt: number;
}

/** Tries that one account may fail, and one address. */
export const LOGIN_PER_ACCOUNT: AttemptLimit = {
  kind: "login-account",
  max: 10,
  windowMs: 15 * 60_000,
};
/** See `LOGIN_PER_ACCOUNT`; an office shares one address. */
export const LOGIN_PER_ADDRESS: AttemptLimit = {
  kind: "login-address",
  max: 100,
  windowMs: 15 * 60_000,
};
/** Companies that one address may sign up. */
export const SIGNUP_PER_ADDRESS: AttemptLimit = {
  kind: "signup-address",
  max: 20,
  windowMs: 3600_000,
};

/**
 * Wrong keys that one address may try to register tenants with. A right one goes on from there: behind a proxy many
 * share an address, and a key is too long to be guessed.
 */
export const REGISTER_PER_ADDRESS: AttemptLimit = {
  kind: "register-address",
  max: 100,
  windowMs: 15 * 60_000,
};
/** Calls that are refused to one signup site; what succeeds is not counted, however much it is. */
export const REGISTER_PER_KEY: AttemptLimit = {
  kind: "register-key",
  max: 1000,
  windowMs: 15 * 60_000,
};

/**
 * Whether a subject has used up its limit, without counting anything.
 *
 * @returns null when it may go on, else seconds to wait
 */
export async function waitFor(
  store: Store,
  limit: AttemptLimit,
  subject: string,
  now: number,
): Promise<number | null> {
  const key = globalKeys.attempts(limit.kind, secretHash(subject));
  const row = await store.get<AttemptsRow>(key);
  return row && row.expiresAt > now && row.count >= limit.max
    ? Math.ceil((row.expiresAt - now) / 1000)
    : null;
}

/**
 * Counts a try.
 *
 * @param subject what is limited: an account's email, an address
 * @returns null when it may go on, else seconds to wait
 */
export async function countAttempt(
  store: Store,
  limit: AttemptLimit,
  subject: string,
  now: number,
): Promise<number | null> {
  // Hashed: neither addresses nor guessed emails belong into keys.
  const key = globalKeys.attempts(limit.kind, secretHash(subject));
  // Who loses a race tries again: each race is one try counted, so it ends at the limit at the latest.
  for (;;) {
    const tx = store.transaction();
    const row = await tx.get<AttemptsRow>(key);
    const current = row && row.expiresAt > now
      ? row
      : { count: 0, expiresAt: now + limit.windowMs };
    if (current.count >= limit.max) {
      return Math.ceil((current.expiresAt - now) / 1000);
    }
    tx.set(
      key,
      { ...current, count: current.count + 1 },
      current.expiresAt - now,
    );
    if (await tx.commit()) return null;
  }
}

/** Forgets the tries of a subject, after a success. */
export async function forgetAttempts(
  store: Store,
  limit: AttemptLimit,
  subject: string,
): Promise<void> {
  const tx = store.transaction();
  tx.delete(globalKeys.attempts(limit.kind, secretHash(subject)));
  await tx.commit();
}
