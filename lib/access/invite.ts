import { makeId } from "../model/ids.ts";
import { may } from "../model/policy.ts";
import { fail, type FieldError, ok, type Result } from "../model/problem.ts";
import { CLIENT_ROLES, type ClientRole, type Me } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type {
  InviteRow,
  MemberRow,
  MembershipRow,
  UserRow,
} from "../store/identities.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import { TTL } from "../store/limits.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import { normalEmail } from "./log_in.ts";
import type { Passwords } from "./passwords.ts";
import { newSecret, secretHash } from "./secret.ts";
import { openSession } from "./sessions.ts";

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The shortest password that is taken; length is what counts (NIST SP 800-63B, section 3.1.1). */
export const MIN_PASSWORD = 10;
/** The longest one: beyond it hashing would be work for an attacker to order. */
export const MAX_PASSWORD = 200;

/** What is wrong with a new password, or null. */
export function checkPassword(password: string): string | null {
  if (password.length < MIN_PASSWORD) {
    return `Use ${MIN_PASSWORD} characters or more.`;
  }
  return password.length > MAX_PASSWORD
    ? `Use ${MAX_PASSWORD} characters or less.`
    : null;
}

/** What is wrong with a person's name and email. */
export function checkPerson(
  person: { name: string; email: string },
): FieldError[] {
  const errors: FieldError[] = [];
  if (person.name.trim() === "" || person.name.length > 100) {
    errors.push({
      field: "name",
      message: "Write the name, at most 100 characters.",
    });
  }
  if (!EMAIL.test(normalEmail(person.email)) || person.email.length > 200) {
    errors.push({
      field: "email",
      message: "Write an address like name@example.com.",
    });
  }
  return errors;
}

/**
 * Invites somebody into the company. A second invitation of the same person replaces the first.
 *
 * @returns the secret of the one-time link; only its hash is stored
 */
export async function inviteMember(
  deps: { store: Store; now: () => number },
  me: Me,
  input: { name: string; email: string; role: string },
  audit: AuditRow,
): Promise<Result<{ secret: string; userId: string }>> {
  if (!may(me, "member.invite")) return fail("forbidden");
  const errors = checkPerson(input);
  if (!(CLIENT_ROLES as readonly string[]).includes(input.role)) {
    errors.push({ field: "role", message: "Choose one of the list." });
  }
  if (errors.length > 0) return fail("invalid-input", { errors });
  const now = deps.now();
  const at = new Date(now).toISOString();
  const email = normalEmail(input.email);
  const name = input.name.trim();
  const roles = [input.role as ClientRole];
  const tx = deps.store.transaction();
  const knownId = await tx.get<string>(globalKeys.userByEmail(email));
  const userId = knownId ??
    makeId("usr", now, crypto.getRandomValues(new Uint8Array(10)));
  const membershipKey = globalKeys.membership(userId, me.tenantId, me.space);
  const membership = await tx.get<MembershipRow>(membershipKey);
  if (membership?.status === "active") {
    return fail("invalid-input", {
      errors: [{
        field: "email",
        message: "This person is in the team already.",
      }],
    });
  }
  const known = knownId === null
    ? null
    : await tx.get<UserRow>(globalKeys.user(userId));
  const user: UserRow = known ??
    {
      v: 1,
      id: userId,
      email,
      name,
      passwordHash: null,
      createdAt: at,
    };
  const secret = newSecret();
  const invitation = secretHash(secret);
  if (membership?.invite) tx.delete(globalKeys.invite(membership.invite));
  const tenant = new TenantTransaction(tx, me.orgId, tenantKeys(me.orgId));
  if (!known) {
    tx.set(globalKeys.user(userId), user);
    tx.set(globalKeys.userByEmail(email), userId);
  }
  const { tenantId, orgId, space, company } = me;
  tx.set(
    membershipKey,
    {
      userId,
      tenantId,
      orgId,
      space,
      roles,
      status: "invited",
      company,
      lastUsedAt: "",
      invite: invitation,
    } satisfies MembershipRow,
  );
  tenant.set(
    tenant.keys.member(userId),
    {
      userId,
      // As this company knows the person: an account's own name may have been given to another company only.
      name,
      email,
      roles,
      status: "invited",
    } satisfies MemberRow,
  );
  const invite: InviteRow = {
    userId,
    tenantId,
    orgId,
    space,
    invitedBy: me.id,
    expiresAt: now + TTL.invite,
  };
  tx.set(globalKeys.invite(invitation), invite, TTL.invite);
  putAudit(tenant, {
    ...audit,
    entries: [{ action: "member.invite", recordId: userId, status: 201 }],
    count: 1,
  });
  return await tenant.commit() ? ok({ secret, userId }) : fail("conflict");
}

/** An invitation that can still be accepted. */
export interface OpenInvite {
  /** Who is invited. */
  name: string;
  /** The account's address. */
  email: string;
  /** Where they are invited to. */
  company: string;
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
  if (invite === null) return null;
  const [user, membership, member] = await store.getMany<unknown>([
    globalKeys.user(invite.userId),
    globalKeys.membership(invite.userId, invite.tenantId, invite.space),
    tenantKeys(invite.orgId).member(invite.userId),
  ]) as [UserRow | null, MembershipRow | null, MemberRow | null];
  if (!user || !membership || !member) return null;
  return {
    name: member.name,
    email: user.email,
    company: membership.company,
    hasPassword: user.passwordHash !== null,
  };
}

/**
 * Accepts an invitation: sets the password (or checks it, where the person has one), makes the membership active,
 * uses the link up and logs in.
 *
 * @throws {PasswordsBusy}
 */
export async function acceptInvite(
  deps: { store: Store; passwords: Passwords; now: () => number },
  input: { secret: string; password: string },
  audit: AuditRow,
): Promise<Result<{ secret: string; membership: MembershipRow }>> {
  const { store, passwords } = deps;
  const now = deps.now();
  const invite = await findInvite(store, input.secret, now);
  if (invite === null) return fail("not-found");
  const { userId, tenantId, orgId, space } = invite;
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
  const inviteKey = globalKeys.invite(secretHash(input.secret));
  const membershipKey = globalKeys.membership(userId, tenantId, space);
  const tenant = new TenantTransaction(tx, orgId, tenantKeys(orgId));
  const user = await tx.get<UserRow>(globalKeys.user(userId));
  const membership = await tx.get<MembershipRow>(membershipKey);
  const member = await tenant.get<MemberRow>(tenant.keys.member(userId));
  if (await tx.get(inviteKey) === null || !user || !membership || !member) {
    return fail("not-found");
  }
  // Another invitation of the same person was accepted meanwhile, with a password of its own.
  if (user.passwordHash !== account.passwordHash) return fail("conflict");
  const { invite: _used, ...accepted } = membership;
  const active: MembershipRow = { ...accepted, status: "active" };
  tx.set(globalKeys.user(userId), { ...user, passwordHash });
  tx.set(membershipKey, active);
  tenant.set(
    tenant.keys.member(userId),
    { ...member, status: "active" } satisfies MemberRow,
  );
  tx.delete(inviteKey);
  putAudit(tenant, {
    ...audit,
    actor: userId,
    space,
    entries: [{ action: "member.accept", recordId: userId, status: 200 }],
    count: 1,
  });
  if (!await tenant.commit()) return fail("conflict");
  return ok({
    secret: await openSession(store, active, deps.now()),
    membership: active,
  });
}
