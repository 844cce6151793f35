import { normalEmail } from "../model/person.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { MembershipRow, UserRow } from "../store/identities.ts";
import { globalKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import {
  countAttempt,
  forgetAttempts,
  LOGIN_PER_ACCOUNT,
  LOGIN_PER_ADDRESS,
} from "./attempts.ts";
import type { Passwords } from "./passwords.ts";
import { openSession } from "./sessions.ts";

/** The user with an email address, or null. */
export async function userByEmail(
  store: Store,
  email: string,
): Promise<UserRow | null> {
  const id = await store.get<string>(
    globalKeys.userByEmail(normalEmail(email)),
  );
  return id === null ? null : await store.get<UserRow>(globalKeys.user(id));
}

/** The memberships in which a user can act, the last used one first. */
export async function activeMemberships(
  store: Store,
  userId: string,
): Promise<MembershipRow[]> {
  const rows = await store.list<MembershipRow>({
    prefix: globalKeys.memberships(userId),
  });
  return rows.map((row) => row.value)
    .filter((row) => row.status === "active")
    .sort((a, b) => a.lastUsedAt < b.lastUsedAt ? 1 : -1);
}

/**
 * Logs a person in by email and password. The answer never tells whether the account exists.
 *
 * @param input.address where the request came from, for the limit per address
 * @returns the session's secret and where to land, or `unauthenticated`, `rate-limited`
 * @throws {PasswordsBusy}
 */
export async function logIn(
  deps: { store: Store; passwords: Passwords; now: () => number },
  input: { email: string; password: string; address: string },
): Promise<Result<{ secret: string; membership: MembershipRow }>> {
  const { store, passwords } = deps;
  const email = normalEmail(input.email);
  const waits = await Promise.all([
    countAttempt(store, LOGIN_PER_ACCOUNT, email, deps.now()),
    countAttempt(store, LOGIN_PER_ADDRESS, input.address, deps.now()),
  ]);
  const retryAfter = Math.max(...waits.map((wait) => wait ?? 0));
  if (retryAfter > 0) return fail("rate-limited", { retryAfter });
  const user = await userByEmail(store, email);
  const right = await passwords.verify(
    input.password,
    user?.passwordHash ?? null,
  );
  if (!right || user === null) return fail("unauthenticated");
  const [membership] = await activeMemberships(store, user.id);
  if (membership === undefined) return fail("unauthenticated");
  await forgetAttempts(store, LOGIN_PER_ACCOUNT, email);
  return ok({
    secret: await openSession(store, membership, deps.now()),
    membership,
  });
}
