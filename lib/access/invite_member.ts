import { grantableRole, mayChange } from "../model/granting.ts";
import { isId, makeId } from "../model/ids.ts";
import { checkPerson, normalEmail } from "../model/person.ts";
import { may } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type { MembershipRow, UserRow } from "../store/identities.ts";
import type { InstanceKey } from "../store/instance_key.ts";
import {
  fingerprintOf,
  putIdempotency,
  readIdempotency,
} from "../store/idempotency.ts";
import { inviteSecret, putInvite } from "../store/invites.ts";
import { putJob } from "../store/jobs.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";

/** How often it is tried again when somebody else committed to the same rows. */
const MAX_TRIES = 5;

/** What makes invitations. */
export interface InviteDeps {
  /** Where they are kept. */
  store: Store;
  /** Makes the secrets of their links. */
  instanceKey: InstanceKey;
  /** Server time, milliseconds. */
  now: () => number;
}

/** Who is invited, and as what. */
export interface InviteInput {
  /** At most 100 characters. */
  name: string;
  /** Looked up and stored in lower case. */
  email: string;
  /** One that the subject may give. */
  role: string;
  /** Names the form that asks, `op_` and a ULID: sent twice, it invites once. Anything else names nothing. */
  key?: string;
}

/** An invitation that stands. */
export interface Invited {
  /** Of the one-time link; only its hash is stored. */
  secret: string;
  /** Who was invited. */
  userId: string;
}

/**
 * Invites somebody into one of the spaces that the subject may let others into, and orders the mail that tells them. A
 * second invitation of the same person replaces the first; the same form sent again gives the same link.
 */
export async function inviteMember(
  deps: InviteDeps,
  me: Me,
  input: InviteInput,
  audit: AuditRow,
): Promise<Result<Invited>> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const outcome = await tryToInvite(deps, me, input, audit);
    if (outcome !== null) return outcome;
  }
  return fail("busy", { retryAfter: 1 });
}

/** @returns null when somebody else was quicker */
async function tryToInvite(
  deps: InviteDeps,
  me: Me,
  input: InviteInput,
  audit: AuditRow,
): Promise<Result<Invited> | null> {
  if (!may(me, "member.invite")) return fail("forbidden");
  const errors = checkPerson(input);
  const granted = grantableRole(me, input.role);
  if (granted === null) {
    errors.push({ field: "role", message: "Choose one of the list." });
  }
  if (errors.length > 0 || granted === null) {
    return fail("invalid-input", { errors });
  }
  const now = deps.now();
  const { space, role } = granted;
  const email = normalEmail(input.email);
  const name = input.name.trim();
  const tx = deps.store.transaction();
  const { tenantId, orgId, company } = me;
  const tenant = new TenantTransaction(tx, orgId, tenantKeys(orgId));
  const key = isId("op", input.key) ? input.key : null;
  const fingerprint = fingerprintOf({
    method: "POST",
    route: "member.invite",
    orgId,
    body: { name, email, role, space },
  });
  if (key !== null) {
    const sent = await readIdempotency(tenant, me.id, key, now);
    // A form filled in anew, after Back, is another invitation.
    if (sent?.fingerprint === fingerprint) {
      const { inviteId, userId } = sent.result as Record<string, string>;
      const secret = inviteSecret(deps.instanceKey, inviteId ?? "");
      return ok({ secret, userId: userId ?? "" });
    }
    // Depends on the row's absence: of two forms with one key only one commits.
    await tx.get(tenant.keys.idempotency(me.id, key));
  }
  const knownId = await tx.get<string>(globalKeys.userByEmail(email));
  const known = knownId === null
    ? null
    : await tx.get<UserRow>(globalKeys.user(knownId));
  const user: UserRow = known ?? {
    v: 1,
    id: makeId("usr", now, crypto.getRandomValues(new Uint8Array(10))),
    email,
    name,
    passwordHash: null,
    createdAt: new Date(now).toISOString(),
  };
  const membership = await tx.get<MembershipRow>(
    globalKeys.membership(user.id, me.tenantId, space),
  );
  if (membership?.status === "active") {
    return fail("invalid-input", {
      errors: [{
        field: "email",
        message: "This person is in the team already.",
      }],
    });
  }
  if (membership?.status === "invited" && !mayChange(me, membership)) {
    return fail("invalid-input", {
      errors: [{
        field: "email",
        message: "This person is invited already, to a role above yours.",
      }],
    });
  }
  if (!known) {
    tx.set(globalKeys.user(user.id), user);
    tx.set(globalKeys.userByEmail(email), user.id);
  }
  const { secret, inviteId } = await putInvite(
    tx,
    deps.instanceKey,
    user,
    name,
    {
      tenantId,
      orgId,
      company,
      memberships: [{ space, roles: [role] }],
      invitedBy: me.id,
    },
    now,
  );
  putJob(tx, {
    id: inviteId,
    kind: "mail.invite",
    tenantId,
    payload: {},
  }, now);
  if (key !== null) {
    const result = { inviteId, userId: user.id };
    putIdempotency(
      tenant,
      me.id,
      key,
      { fingerprint, status: 201, result },
      now,
    );
  }
  putAudit(tenant, {
    ...audit,
    entries: [{ action: "member.invite", recordId: user.id, status: 201 }],
    count: 1,
  });
  return await tenant.commit() ? ok({ secret, userId: user.id }) : null;
}
