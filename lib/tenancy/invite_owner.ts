import { isId } from "../model/ids.ts";
import { checkPerson, normalEmail } from "../model/person.ts";
import { may } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import {
  fingerprintOf,
  putIdempotency,
  readIdempotency,
} from "../store/idempotency.ts";
import type { MembershipRow } from "../store/identities.ts";
import { inviteSecret, putInvite } from "../store/invites.ts";
import { putJob } from "../store/jobs.ts";
import { globalKeys, type Key, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import type { RegistrationRow, TenantRow } from "../store/tenants.ts";
import { findUser, putNewUser } from "../store/users.ts";
import type { TenantDeps } from "./create_tenant.ts";

/** How often a commit is tried again when somebody else was quicker. */
const MAX_TRIES = 5;

/** Whom the operator invites as a tenant's owner. */
export interface OwnerInvitation {
  /** Whose owner. */
  tenantId: string;
  /** At most 100 characters. */
  name: string;
  /** Looked up and stored in lower case. */
  email: string;
  /** Names the form that asks, `op_` and a ULID: sent twice, it invites once. Anything else names nothing. */
  key: string;
}

/** What is looked at of a tenant, none of which is its org's own data. */
export type Registered = Partial<
  Pick<TenantRow, "id" | "kind" | "externalCustomerId">
>;

/** Who was named as the owner of a tenant that nobody has joined yet; null where there is no such tenant. */
async function waitingOwner(
  read: <T>(key: Key) => Promise<T | null>,
  { id, kind, externalCustomerId }: Registered,
): Promise<
  { registration: RegistrationRow; membership: MembershipRow | null } | null
> {
  if (kind !== "customer" || !id || !externalCustomerId) return null;
  const registration = await read<RegistrationRow>(
    globalKeys.registration(externalCustomerId),
  );
  if (registration === null) return null;
  const { ownerId } = registration;
  if (ownerId === null) return { registration, membership: null };
  const membership = await read<MembershipRow>(
    globalKeys.membership(ownerId, id, "CLIENT"),
  );
  // Who was in it once and is invited again by their people is no matter of the operator's.
  return membership?.status === "invited" && membership.lastUsedAt === ""
    ? { registration, membership }
    : null;
}

/** Whether a customer's tenant waits for its first person: no owner was named, or the one who was has not joined. */
export async function awaitsOwner(
  store: Store,
  tenant: Registered,
): Promise<boolean> {
  return await waitingOwner((key) => store.get(key), tenant) !== null;
}

/**
 * Invites the owner of a tenant that nobody has joined yet: one that was registered without an owner, or whose owner's
 * link was lost, ran out or went to a wrong address. An earlier link ends, the registration's status follows the new
 * owner, and the mail is ordered. Audited in the org of the person who asks, naming
 * the tenant.
 *
 * @returns the secret of the one-time link; `forbidden`, `not-found`, `invalid-input`, or `transition-refused` for a
 * tenant that somebody has joined and for the operator's own
 */
export async function inviteOwner(
  deps: TenantDeps,
  me: Me,
  input: OwnerInvitation,
  audit: AuditRow,
): Promise<Result<{ secret: string }>> {
  if (!may(me, "tenant.invite")) return fail("forbidden");
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const outcome = await tryToInvite(deps, me, input, audit);
    if (outcome !== null) return outcome;
  }
  return fail("busy", { retryAfter: 1 });
}

/** @returns null when somebody else was quicker */
async function tryToInvite(
  deps: TenantDeps,
  me: Me,
  input: OwnerInvitation,
  audit: AuditRow,
): Promise<Result<{ secret: string }> | null> {
  const { tenantId } = input;
  const now = deps.now();
  const [name, email] = [input.name.trim(), normalEmail(input.email)];
  const tx = deps.store.transaction();
  const operator = new TenantTransaction(tx, me.orgId, tenantKeys(me.orgId));
  const tenant = isId("ten", tenantId)
    ? await tx.get<TenantRow>(globalKeys.tenant(tenantId))
    : null;
  if (tenant === null) return fail("not-found");
  const key = isId("op", input.key) ? input.key : null;
  const fingerprint = fingerprintOf({
    method: "POST",
    route: "tenant.invite",
    orgId: me.orgId,
    body: { tenantId, name, email },
  });
  if (key !== null) {
    const sent = await readIdempotency(operator, me.id, key, now);
    if (sent?.fingerprint === fingerprint) {
      const { inviteId = "" } = sent.result as { inviteId?: string };
      return ok({ secret: inviteSecret(deps.instanceKey, inviteId) });
    }
    // Depends on the row's absence: of two forms with one key only one commits.
    await tx.get(operator.keys.idempotency(me.id, key));
  }
  const errors = checkPerson(input);
  if (errors.length > 0) return fail("invalid-input", { errors });
  // The commit depends on what is read here, so that of two at once only one leaves a link.
  const waiting = await waitingOwner((key) => tx.get(key), tenant);
  if (waiting === null) return fail("transition-refused");
  const { orgId, company, externalCustomerId } = tenant;
  const user = await findUser(tx, email) ??
    putNewUser(tx, { name, email, passwordHash: null }, now);
  tx.set(
    globalKeys.registration(externalCustomerId),
    { ...waiting.registration, ownerId: user.id } satisfies RegistrationRow,
  );
  const { membership } = waiting;
  if (membership && membership.userId !== user.id) {
    const { userId, invite } = membership;
    if (invite) tx.delete(globalKeys.invite(invite));
    tx.delete(globalKeys.membership(userId, tenantId, "CLIENT"));
    const org = new TenantTransaction(tx, orgId, tenantKeys(orgId));
    org.delete(org.keys.member("CLIENT", userId));
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
      memberships: [{ space: "CLIENT", roles: ["OWNER"] }],
      invitedBy: null,
    },
    now,
  );
  putJob(tx, { id: inviteId, kind: "mail.invite", tenantId, payload: {} }, now);
  if (key !== null) {
    const result = { inviteId };
    putIdempotency(operator, me.id, key, {
      fingerprint,
      status: 201,
      result,
    }, now);
  }
  putAudit(operator, {
    ...audit,
    entries: [{ action: "tenant.invite", recordId: tenantId, status: 201 }],
    count: 1,
  });
  return await operator.commit() ? ok({ secret }) : null;
}
