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
import { activeMemberships } from "./memberships.ts";
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

/** A session that was opened just now. */
export interface LoggedIn {
  /** For the cookie. */
  secret: string;
  /** The one that acts. */
  membership: MembershipRow;
  /** There are several and none was ever used: the person chooses before anything else. */
  choose: boolean;
}

/**
 * Logs a person in by email and password. The answer never tells whether the account exists.
 *
 * @param input.address where the request came from, for the limit per address
 * @param input.device browser and system in words, for the person's own list of sessions
 * @returns the session's secret and where to land, or `unauthenticated`, `rate-limited`
 * @throws {PasswordsBusy}
 */
export async function logIn(
  deps: { store: Store; passwords: Passwords; now: () => number },
  input: { email: string; password: string; address: string; device?: string },
): Promise<Result<LoggedIn>> {
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
  const memberships = await activeMemberships(store, user.id);
  const [membership] = memberships;
  if (membership === undefined) return fail("unauthenticated");
  await forgetAttempts(store, LOGIN_PER_ACCOUNT, email);
  return ok({
    secret: await openSession(store, membership, deps.now(), input.device),
    membership,
    choose: memberships.length > 1 && membership.lastUsedAt === "",
  });
}
