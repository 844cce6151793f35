import { MAX_EMAIL, normalEmail } from "../model/person.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type { MembershipRow, UserRow } from "../store/identities.ts";
import type { InstanceKey } from "../store/instance_key.ts";
import { globalKeys, INSTANCE_LOG } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantStore } from "../store/tenant_store.ts";
import {
  countAttempt,
  forgetAttempts,
  LOGIN_PER_ACCOUNT,
  LOGIN_PER_ADDRESS,
} from "./attempts.ts";
import type { Passwords } from "./passwords.ts";
import { activeMemberships, stoppedCompanies } from "./memberships.ts";
import { openSession } from "./sessions.ts";

/** The user with an email address, or null. */
export async function userByEmail(
  store: Store,
  email: string,
): Promise<UserRow | null> {
  // Nobody can have it, and it may be longer than a key.
  if (email.length > MAX_EMAIL) return null;
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

/** What a login comes to. */
export type LoginOutcome = Result<LoggedIn> & {
  /** The right person, whom no company has in its team. */
  inNoTeam?: boolean;
};

/**
 * Logs a person in by email and password. The answer never tells whether the account exists.
 *
 * @param input.address where the request came from, for the limit per address
 * @param input.device browser and system in words, for the person's own list of sessions
 * @param audit the request's record, written with what the login comes to, unless it is too many; null where the request
 * has another one
 * @returns the session's secret and where to land, or `unauthenticated`, `rate-limited`; after the right
 * password of somebody who has no place to work now `forbidden`, with the reason in words
 * @throws {PasswordsBusy}
 */
export async function logIn(
  deps: {
    store: Store;
    passwords: Passwords;
    instanceKey: InstanceKey;
    now: () => number;
  },
  input: { email: string; password: string; address: string; device?: string },
  audit: AuditRow | null,
): Promise<LoginOutcome> {
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
  // Looked for also where there is no account, so that the time it takes tells nothing.
  const memberships = await activeMemberships(store, user?.id ?? "-");
  const [membership] = memberships;
  if (!right || user === null || membership === undefined) {
    const refusal = right && user !== null
      ? await nowhere(store, user.id)
      : fail("unauthenticated");
    if (audit) {
      // What was typed may be a slip of somebody's address, or a password: only this instance can tell it again.
      const recordId = user?.id ??
        `address:${
          deps.instanceKey.secretFor("login.failed", email).slice(0, 12)
        }`;
      const orgId = membership?.orgId ?? INSTANCE_LOG;
      await auditFailure(store, orgId, {
        ...audit,
        ...failedBy(recordId, refusal.problem.status),
      });
    }
    return refusal;
  }
  await forgetAttempts(store, LOGIN_PER_ACCOUNT, email);
  const secret = await openSession(
    store,
    membership,
    deps.now(),
    input.device,
    audit,
  );
  const choose = memberships.length > 1 && membership.lastUsedAt === "";
  return ok({ secret, membership, choose });
}

/** Why somebody who has proved who they are has no place to work now: nobody else is told. */
async function nowhere(
  store: Store,
  userId: string,
): Promise<ReturnType<typeof fail> & { inNoTeam: boolean }> {
  const companies = await stoppedCompanies(store, userId);
  const inNoTeam = companies.length === 0;
  const refusal = fail("forbidden", {
    detail: !inNoTeam
      ? `${
        companies.join(", ")
      } cannot be used at the moment. Nothing is lost: what waits on a phone stays there, and goes on when the company may. Ask whoever runs it.`
      : "You are in no company's team at the moment. Open the link of your invitation, or ask in the office for one.",
  });
  return { ...refusal, inNoTeam };
}

const failedBy = (
  recordId: string,
  status: number,
): Pick<AuditRow, "entries" | "count"> => ({
  entries: [{ action: "login.failed", recordId, status }],
  count: 1,
});

/** A failure has no commit of its own that could carry the record. */
async function auditFailure(
  store: Store,
  orgId: string,
  audit: AuditRow,
): Promise<void> {
  const tx = new TenantStore(store, orgId).transaction();
  putAudit(tx, audit);
  await tx.commit();
}
