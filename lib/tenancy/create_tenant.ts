import { makeId } from "../model/ids.ts";
import { normalEmail } from "../model/person.ts";
import { fail, type FieldError, ok, type Result } from "../model/problem.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import { fingerprintOf } from "../store/idempotency.ts";
import type { MemberRow, MembershipRow, UserRow } from "../store/identities.ts";
import type { InstanceKey } from "../store/instance_key.ts";
import { putInvite } from "../store/invites.ts";
import { putJob } from "../store/jobs.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import {
  type IndustryTemplate,
  type Plan,
  putTenant,
  type RegistrationRow,
  type TenantRow,
} from "../store/tenants.ts";
import type { Transaction } from "../store/transaction.ts";
import { findUser, putNewUser } from "../store/users.ts";
import { checkCompany } from "./check_company.ts";
import { PLAN_FEATURES, PLANS } from "./plans.ts";
import { putOrg } from "./put_org.ts";
import { putSample } from "./put_sample.ts";
import { newestTemplate, putTemplate } from "./newest_template.ts";

/** Who a tenant belongs to. */
export interface NewOwner {
  /** At most 100 characters. */
  name: string;
  /** Stored trimmed and in lower case. */
  email: string;
  /**
   * Of the password that the owner chose; null: a one-time link, sent with the welcome mail, lets them choose one. With
   * null somebody who has an account already is invited into a second company; with a hash they are refused, since
   * nobody has proved that the account is theirs.
   */
  passwordHash: string | null;
}

/** What a new tenant is made of. */
export interface NewTenant {
  /** What the tenant pays for. */
  plan: Plan;
  /** Names a template; an unknown one is refused. */
  industry: string;
  /** Names the registration for ever: the same call gives the same tenant. */
  externalCustomerId: string;
  /** At most 120 characters; null: named after the owner, or the customer's id. */
  company: string | null;
  /** IANA name; null: UTC. */
  timeZone: string | null;
  /** Null: nobody is in the tenant yet. */
  owner: NewOwner | null;
  /** False leaves out the sample lead and order; for companies that bring records of their own. */
  sample?: boolean;
}

/** What a registration has achieved so far: what is true now, also when it is asked again later. */
export type RegistrationStatus =
  | "active"
  | "invited"
  | "no-owner"
  | "suspended";

/** A tenant that stands, and whether this call made it. */
export interface Registration {
  /** The same for every repeat of the call. */
  tenantId: string;
  /** The tenant's one org. */
  orgId: string;
  /** User id of the owner; null: the registration named none. */
  ownerId: string | null;
  /** Whether the owner can log in, or the operator has stopped the tenant. */
  status: RegistrationStatus;
  /** False when an earlier call made it. */
  created: boolean;
}

/** What makes tenants. */
export interface TenantDeps {
  /** Where they are kept. */
  store: Store;
  /** Makes the secret of an owner's link. */
  instanceKey: InstanceKey;
  /** Server time, milliseconds. */
  now: () => number;
}

/** A registration that was checked, with nothing left to be filled in. */
interface Checked {
  plan: Plan;
  externalCustomerId: string;
  company: string;
  timeZone: string;
  owner: NewOwner | null;
  template: IndustryTemplate;
  isStored: boolean;
  sample: boolean;
}

/** How often the commit is tried again when another registration was quicker. */
const MAX_TRIES = 5;

/** What is wrong with a registration by itself: for a form that has to know before a password is hashed. */
export async function checkTenant(
  store: Store,
  input: NewTenant,
): Promise<FieldError[]> {
  const checked = await check(store, input);
  return checked.ok ? [] : checked.problem.errors ?? [];
}

async function check(
  store: Store,
  input: NewTenant,
): Promise<Result<Checked>> {
  const { owner } = input;
  const { externalCustomerId, sample = true } = input;
  const company = input.company ??
    (owner?.name.trim() || `Customer ${externalCustomerId}`).slice(0, 120);
  const timeZone = input.timeZone ?? "UTC";
  const errors = checkCompany({ company, timeZone, owner });
  if (!/^[\x21-\x7e]{1,200}$/.test(externalCustomerId)) {
    errors.push({
      field: "externalCustomerId",
      message: "Write 1 to 200 letters, digits or signs, without spaces.",
    });
  }
  if (!PLANS.includes(input.plan)) {
    errors.push({ field: "plan", message: `Choose one: ${PLANS.join(", ")}.` });
  }
  const found = /^[a-z][A-Za-z0-9]{0,40}$/.test(input.industry)
    ? await newestTemplate(store, input.industry)
    : null;
  if (found === null) {
    errors.push({ field: "industry", message: "Choose one of the list." });
  }
  if (errors.length > 0 || found === null) {
    return fail("invalid-input", { errors });
  }
  return ok({
    plan: input.plan,
    externalCustomerId,
    company: company.trim(),
    timeZone,
    owner: owner && {
      ...owner,
      name: owner.name.trim(),
      email: normalEmail(owner.email),
    },
    ...found,
    sample,
  });
}

/** The same for every repeat of a call, however its text is spaced; a password chosen anew makes no other call. */
function fingerprint(input: NewTenant, { owner }: Checked): string {
  const { plan, industry, externalCustomerId, company, timeZone } = input;
  return fingerprintOf({
    method: "POST",
    route: "/api/tenant/register",
    orgId: "",
    body: {
      plan,
      industry,
      externalCustomerId,
      company: company === null ? null : company.trim(),
      timeZone,
      owner: owner && { name: owner.name, email: owner.email },
    },
  });
}

/**
 * Makes a tenant in one commit: tenant, org, features, roles, template, sample records, owner (with the link that lets
 * them in, where they have chosen no password), the welcome mail's job, audit. All of it or nothing; the same
 * `externalCustomerId` gives the same tenant for ever, ten at once or a year later.
 *
 * @param audit `actor` null: the owner signed up, or a signup site did it for them
 * @returns `invalid-input` naming the fields, or `idempotency-payload-mismatch` for another payload under the same id
 * @throws {InvalidTemplate} when the store's newest template of the industry cannot be used
 */
export async function createTenant(
  deps: TenantDeps,
  input: NewTenant,
  audit: AuditRow,
): Promise<Result<Registration>> {
  const checked = await check(deps.store, input);
  if (!checked.ok) return checked;
  const tenant = checked.value;
  const { externalCustomerId, owner } = tenant;
  const print = fingerprint(input, tenant);
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const tx = deps.store.transaction();
    const registrationKey = globalKeys.registration(externalCustomerId);
    // Read as of one moment: between two reads the same registration, sent twice, could take its own address.
    await tx.prefetch([
      registrationKey,
      ...(owner ? [globalKeys.userByEmail(owner.email)] : []),
    ]);
    const known = await tx.get<RegistrationRow>(registrationKey);
    if (known !== null) {
      return known.fingerprint === print
        ? ok(await registered(deps.store, known))
        : fail("idempotency-payload-mismatch");
    }
    const user = owner && await findUser(tx, owner.email);
    if (user && owner?.passwordHash) {
      return fail("invalid-input", {
        errors: [{
          field: "owner.email",
          message:
            "There is an account with this address. Log in, or use another one.",
        }],
      });
    }
    const made = await putAll(tx, deps, tenant, user, print, audit);
    if (made !== null) return ok(made);
  }
  return fail("busy", { retryAfter: 1 });
}

/** What an earlier call made, and how far its owner got since. */
async function registered(
  store: Store,
  { tenantId, orgId, ownerId }: RegistrationRow,
): Promise<Registration> {
  const [tenant, membership] = await store.getMany<unknown>([
    globalKeys.tenant(tenantId),
    globalKeys.membership(ownerId ?? "", tenantId, "CLIENT"),
  ]) as [TenantRow | null, MembershipRow | null];
  return {
    tenantId,
    orgId,
    ownerId,
    status: tenant?.status === "suspended"
      ? "suspended"
      : ownerId === null
      ? "no-owner"
      : membership?.status === "invited"
      ? "invited"
      : "active",
    created: false,
  };
}

/** Writes and commits a tenant; null when something that it depends on changed meanwhile. */
async function putAll(
  tx: Transaction,
  deps: TenantDeps,
  tenant: Checked,
  known: UserRow | null,
  print: string,
  audit: AuditRow,
): Promise<Registration | null> {
  const { plan, template, company, owner, externalCustomerId } = tenant;
  const now = deps.now();
  const newId = <P extends "ten" | "org" | "job">(prefix: P) =>
    makeId(prefix, now, crypto.getRandomValues(new Uint8Array(10)));
  const [tenantId, orgId] = [newId("ten"), newId("org")];
  const org = new TenantTransaction(tx, orgId, tenantKeys(orgId));

  const user = owner && (known ?? putNewUser(tx, owner, now));
  const ownerId = user?.id ?? null;
  tx.set(
    globalKeys.registration(externalCustomerId),
    { fingerprint: print, tenantId, orgId, ownerId } satisfies RegistrationRow,
  );
  putTenant(tx, {
    v: 1,
    id: tenantId,
    orgId,
    company,
    kind: "customer",
    plan,
    industry: template.industry,
    externalCustomerId,
    status: "active",
    createdAt: new Date(now).toISOString(),
  });
  if (!tenant.isStored) putTemplate(tx, template);

  putOrg(org, { tenantId, company, timeZone: tenant.timeZone }, [
    "CLIENT",
    "ACCOUNTING",
  ]);
  org.set(org.keys.template(), template);
  for (const feature of [...template.features, ...PLAN_FEATURES[plan]]) {
    org.set(org.keys.feature(feature), { enabled: true });
  }
  if (tenant.sample) {
    putSample(org, template, ownerId ?? tenantId, tenant.timeZone, now);
  }
  if (owner && user) {
    const inviteId = owner.passwordHash === null
      ? await invite(tx, deps, { tenantId, orgId, company }, user, owner, now)
      : putOwner(tx, org, { tenantId, company }, user, now);
    putJob(tx, {
      id: inviteId ?? newId("job"),
      kind: "mail.welcome",
      tenantId,
      payload: { userId: user.id, ...(inviteId !== null && { inviteId }) },
    }, now);
  }
  putAudit(org, {
    ...audit,
    // Who signs up acts for themselves; a signup site is nobody that the instance knows.
    ...(owner?.passwordHash && { actor: ownerId, space: "CLIENT" }),
    entries: [{ action: "tenant.create", recordId: tenantId, status: 201 }],
    count: 1,
  });
  if (!await org.commit()) return null;
  const status = owner === null
    ? "no-owner"
    : owner.passwordHash === null
    ? "invited"
    : "active";
  return { tenantId, orgId, ownerId, status, created: true };
}

/** Writes the owner's waiting membership and its link. */
async function invite(
  tx: Transaction,
  deps: TenantDeps,
  tenant: { tenantId: string; orgId: string; company: string },
  user: UserRow,
  { name }: NewOwner,
  now: number,
): Promise<string> {
  const { inviteId } = await putInvite(tx, deps.instanceKey, user, name, {
    ...tenant,
    memberships: [{ space: "CLIENT", roles: ["OWNER"] }],
    invitedBy: null,
  }, now);
  return inviteId;
}

/** Writes the membership of an owner who has a password and can act at once. */
function putOwner(
  tx: Transaction,
  org: TenantTransaction,
  { tenantId, company }: { tenantId: string; company: string },
  user: UserRow,
  now: number,
): null {
  tx.set(
    globalKeys.membership(user.id, tenantId, "CLIENT"),
    {
      userId: user.id,
      tenantId,
      orgId: org.orgId,
      space: "CLIENT",
      roles: ["OWNER"],
      status: "active",
      company,
      lastUsedAt: new Date(now).toISOString(),
    } satisfies MembershipRow,
  );
  org.set(
    org.keys.member("CLIENT", user.id),
    {
      userId: user.id,
      name: user.name,
      email: user.email,
      roles: ["OWNER"],
      status: "active",
    } satisfies MemberRow,
  );
  return null;
}
