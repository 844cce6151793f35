import { grantableRole, mayChange } from "../model/granting.ts";
import { makeId } from "../model/ids.ts";
import { checkPerson, normalEmail } from "../model/person.ts";
import { may } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type { MembershipRow, UserRow } from "../store/identities.ts";
import type { InstanceKey } from "../store/instance_key.ts";
import { putInvite } from "../store/invites.ts";
import { putJob } from "../store/jobs.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";

/**
 * Invites somebody into one of the spaces that the subject may let others into, and orders the mail that tells them. A
 * second invitation of the same person replaces the first.
 *
 * @returns the secret of the one-time link; only its hash is stored
 */
export async function inviteMember(
  deps: { store: Store; instanceKey: InstanceKey; now: () => number },
  me: Me,
  input: { name: string; email: string; role: string },
  audit: AuditRow,
): Promise<Result<{ secret: string; userId: string }>> {
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
  const { tenantId, orgId, company } = me;
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
  const tenant = new TenantTransaction(tx, orgId, tenantKeys(orgId));
  putAudit(tenant, {
    ...audit,
    entries: [{ action: "member.invite", recordId: user.id, status: 201 }],
    count: 1,
  });
  return await tenant.commit()
    ? ok({ secret, userId: user.id })
    : fail("conflict");
}
