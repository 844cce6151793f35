import { fail, ok, type Result } from "../model/problem.ts";
import type { Role, Space } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type {
  InviteRow,
  MemberRow,
  MembershipRow,
  UserRow,
} from "../store/identities.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import { secretHash } from "../store/secret_hash.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import type { LoggedIn } from "./log_in.ts";
import type { Passwords } from "./passwords.ts";
import { checkPassword } from "./person.ts";
import { openSession } from "./sessions.ts";

/** An invitation that can still be accepted. */
export interface OpenInvite {
  /** Who is invited. */
  name: string;
  /** The account's address. */
  email: string;
  /** Where they are invited to. */
  company: string;
  /** The spaces there, each with its roles; the first one acts after the invitation was accepted. */
  into: { space: Space; roles: Role[] }[];
  /** The person has an account with a password: it is asked for, not set. */
  hasPassword: boolean;
}

async function findInvite(
  store: Store,
  secret: string,
  now: number,
): Promise<InviteRow | null> {
  const row = await store.get<InviteRow>(globalKeys.invite(secretHash(secret)));
  return row && row.expiresAt > now ? row : null;
}

/** Reads an invitation without using it up; null when it is unknown, used or expired. */
export async function readInvite(
  store: Store,
  secret: string,
  now: number,
): Promise<OpenInvite | null> {
  const invite = await findInvite(store, secret, now);
  if (!invite) return null;
  const { userId, tenantId, orgId, spaces } = invite;
  const [user, ...memberships] = await store.getMany<unknown>([
    globalKeys.user(userId),
    ...spaces.map((space) => globalKeys.membership(userId, tenantId, space)),
  ]) as [UserRow | null, ...(MembershipRow | null)[]];
  const waiting = memberships.filter((row) =>
    row?.invite === secretHash(secret)
  ) as MembershipRow[];
  const [first] = waiting;
  if (!user || !first) return null;
  const member = await store.get<MemberRow>(
    tenantKeys(orgId).member(first.space, userId),
  );
  if (!member) return null;
  return {
    name: member.name,
    email: user.email,
    company: first.company,
    into: waiting.map(({ space, roles }) => ({ space, roles })),
    hasPassword: user.passwordHash !== null,
  };
}

/**
 * Accepts an invitation: sets the password (or checks it, where the person has one), makes its memberships active,
 * uses the link up and logs in.
 *
 * @throws {PasswordsBusy}
 */
export async function acceptInvite(
  deps: { store: Store; passwords: Passwords; now: () => number },
  input: { secret: string; password: string; device?: string },
  audit: AuditRow,
): Promise<Result<LoggedIn>> {
  const { store, passwords } = deps;
  const now = deps.now();
  const invite = await findInvite(store, input.secret, now);
  if (invite === null) return fail("not-found");
  const { userId, tenantId, orgId } = invite;
  const account = await store.get<UserRow>(globalKeys.user(userId));
  if (account === null) return fail("not-found");
  if (account.passwordHash !== null) {
    if (!await passwords.verify(input.password, account.passwordHash)) {
      return fail("invalid-input", {
        errors: [{
          field: "password",
          message: "This is not the password of your account.",
        }],
      });
    }
  } else {
    const message = checkPassword(input.password);
    if (message) {
      return fail("invalid-input", {
        errors: [{ field: "password", message }],
      });
    }
  }
  const passwordHash = account.passwordHash ??
    await passwords.hash(input.password);
  const tx = store.transaction();
  const invitation = secretHash(input.secret);
  const tenant = new TenantTransaction(tx, orgId, tenantKeys(orgId));
  const user = await tx.get<UserRow>(globalKeys.user(userId));
  if (await tx.get(globalKeys.invite(invitation)) === null || !user) {
    return fail("not-found");
  }
  // Another invitation of the same person was accepted meanwhile, with a password of its own.
  if (user.passwordHash !== account.passwordHash) return fail("conflict");
  const accepted: MembershipRow[] = [];
  for (const space of invite.spaces) {
    const membershipKey = globalKeys.membership(userId, tenantId, space);
    const memberKey = tenant.keys.member(space, userId);
    const membership = await tx.get<MembershipRow>(membershipKey);
    const member = await tenant.get<MemberRow>(memberKey);
    // One that was taken back, or that waits for a later link.
    if (membership?.invite !== invitation || !member) continue;
    const { invite: _used, ...active } = membership;
    accepted.push({ ...active, status: "active" });
    tx.set(membershipKey, accepted.at(-1));
    tenant.set(
      memberKey,
      { ...member, status: "active" } satisfies MemberRow,
    );
  }
  const [acts] = accepted;
  if (!acts) return fail("not-found");
  tx.set(globalKeys.user(userId), { ...user, passwordHash });
  tx.delete(globalKeys.invite(invitation));
  putAudit(tenant, {
    ...audit,
    actor: userId,
    space: acts.space,
    entries: [{ action: "member.accept", recordId: userId, status: 200 }],
    count: 1,
  });
  if (!await tenant.commit()) return fail("conflict");
  return ok({
    secret: await openSession(store, acts, deps.now(), input.device),
    membership: acts,
    choose: false,
  });
}
