import { makeId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type { MembershipRow, UserRow } from "../store/identities.ts";
import type { InstanceKey } from "../store/instance_key.ts";
import { type InviteInto, putInvite } from "../store/invites.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import {
  type OperatorRow,
  putTenant,
  type TenantRow,
} from "../store/tenants.ts";
import { findUser, putNewUser } from "../store/users.ts";
import { checkCompany } from "./check_company.ts";
import { putOrg } from "./put_org.ts";

/** Whom the operator's own tenant is made for. */
export interface NewOperator {
  /** At most 120 characters. */
  company: string;
  /** IANA name. */
  timeZone: string;
  /** The first provider and developer. An account that they have already is kept. */
  owner: { name: string; email: string };
}

/** The operator's tenant, and the link that lets its first person in. */
export interface Operator extends OperatorRow {
  /** False when it stood already. */
  created: boolean;
  /** Secret of the first person's one-time link; null when this call made none: only its hash is stored. */
  secret: string | null;
  /** The first person has not used a link yet. */
  waiting: boolean;
}

/** The first person runs the instance and looks after it; others are invited with less. */
const FIRST_MEMBERSHIPS: InviteInto["memberships"] = [
  { space: "PROVIDER", roles: ["ADMIN"] },
  { space: "DEVELOPER", roles: ["ENGINEER"] },
];

/** How often a commit is tried again when another call was quicker. */
const MAX_TRIES = 5;

/** What makes the operator. */
export interface OperatorDeps {
  /** Where the operator is kept. */
  store: Store;
  /** Makes the secret of the first person's link. */
  instanceKey: InstanceKey;
  /** Server time, milliseconds. */
  now: () => number;
}

/**
 * Makes the operator's own tenant, once: its PROVIDER and DEVELOPER members run the instance and never see a customer's
 * data by it. One commit; a second call finds what stands and changes nothing.
 *
 * @returns `invalid-input` naming the fields as a registration does: `company`, `timeZone`, `owner.name`, `owner.email`
 */
export async function createOperator(
  deps: OperatorDeps,
  input: NewOperator,
  audit: AuditRow,
): Promise<Result<Operator>> {
  const errors = checkCompany(input);
  if (errors.length > 0) return fail("invalid-input", { errors });
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const now = deps.now();
    const tx = deps.store.transaction();
    const known = await tx.get<OperatorRow>(globalKeys.operator());
    if (known !== null) {
      const waiting = await isWaiting(deps.store, known);
      return ok({ ...known, created: false, secret: null, waiting });
    }
    const newId = <P extends "ten" | "org">(prefix: P) =>
      makeId(prefix, now, crypto.getRandomValues(new Uint8Array(10)));
    const [tenantId, orgId] = [newId("ten"), newId("org")];
    const company = input.company.trim();
    const user = await findUser(tx, input.owner.email) ??
      putNewUser(tx, { ...input.owner, passwordHash: null }, now);
    const operator: OperatorRow = { tenantId, orgId, userId: user.id };
    tx.set(globalKeys.operator(), operator);
    putTenant(
      tx,
      {
        v: 1,
        id: tenantId,
        orgId,
        company,
        kind: "operator",
        plan: "enterprise",
        industry: "operator",
        externalCustomerId: "operator",
        status: "active",
        createdAt: new Date(now).toISOString(),
      } satisfies TenantRow,
    );
    const org = new TenantTransaction(tx, orgId, tenantKeys(orgId));
    putOrg(org, { tenantId, company, timeZone: input.timeZone }, [
      "PROVIDER",
      "DEVELOPER",
    ]);
    const { secret } = await putInvite(
      tx,
      deps.instanceKey,
      user,
      input.owner.name.trim(),
      {
        tenantId,
        orgId,
        company,
        memberships: FIRST_MEMBERSHIPS,
        invitedBy: null,
      },
      now,
    );
    putAudit(org, {
      ...audit,
      entries: [{ action: "tenant.create", recordId: tenantId, status: 201 }],
      count: 1,
    });
    if (await org.commit()) {
      return ok({ ...operator, created: true, secret, waiting: true });
    }
  }
  return fail("busy", { retryAfter: 1 });
}

async function isWaiting(
  store: Store,
  { userId, tenantId }: OperatorRow,
): Promise<boolean> {
  const rows = await store.getMany<MembershipRow>(
    FIRST_MEMBERSHIPS.map(({ space }) =>
      globalKeys.membership(userId, tenantId, space)
    ),
  );
  return rows.every((row) => row?.status === "invited");
}

/**
 * Makes a new link for the operator's first person; the one before it ends.
 *
 * @returns `not-found` before the setup, `conflict` once the person has accepted: from then on members invite each other
 */
export async function renewOperatorLink(
  deps: OperatorDeps,
  audit: AuditRow,
): Promise<Result<{ secret: string }>> {
  const now = deps.now();
  const tx = deps.store.transaction();
  const operator = await tx.get<OperatorRow>(globalKeys.operator());
  if (operator === null) return fail("not-found");
  const { tenantId, orgId, userId } = operator;
  const user = await tx.get<UserRow>(globalKeys.user(userId));
  const tenant = await tx.get<TenantRow>(globalKeys.tenant(tenantId));
  if (user === null || tenant === null) return fail("not-found");
  for (const { space } of FIRST_MEMBERSHIPS) {
    const key = globalKeys.membership(userId, tenantId, space);
    const membership = await tx.get<MembershipRow>(key);
    if (membership?.status !== "invited") return fail("conflict");
  }
  const { secret } = await putInvite(tx, deps.instanceKey, user, user.name, {
    tenantId,
    orgId,
    company: tenant.company,
    memberships: FIRST_MEMBERSHIPS,
    invitedBy: null,
  }, now);
  const org = new TenantTransaction(tx, orgId, tenantKeys(orgId));
  putAudit(org, {
    ...audit,
    entries: [{ action: "member.invite", recordId: userId, status: 201 }],
    count: 1,
  });
  return await org.commit() ? ok({ secret }) : fail("conflict");
}
