import { isTimeZone } from "../model/calendar.ts";
import { makeId } from "../model/ids.ts";
import { fail, type FieldError, ok, type Result } from "../model/problem.ts";
import { CLIENT_ROLES } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import { fingerprintOf } from "../store/idempotency.ts";
import type { MemberRow, MembershipRow, UserRow } from "../store/identities.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import type {
  OrgProfile,
  Plan,
  RegistrationRow,
  TenantRow,
} from "../store/tenants.ts";
import { templateOf } from "./templates/all.ts";

/** What a new tenant is made of. */
export interface NewTenant {
  /** What the tenant pays for. */
  plan: Plan;
  /** Names a template; an unknown one is refused. */
  industry: string;
  /** Names the registration for ever: the same call gives the same tenant. */
  externalCustomerId: string;
  /** At most 120 characters. */
  company: string;
  /** IANA name. */
  timeZone: string;
  /** A null hash leaves the owner invited until a password is set. */
  owner: { name: string; email: string; passwordHash: string | null };
}

/** A tenant that stands, and whether this call made it. */
export interface Registration {
  /** The same for every repeat of the call. */
  tenantId: string;
  /** The tenant's one org. */
  orgId: string;
  /** User id of the owner. */
  ownerId: string;
  /** False when an earlier call made it. */
  created: boolean;
}

/** Features that a plan adds to those of the template. */
const PLAN_FEATURES: Record<Plan, string[]> = {
  starter: [],
  team: ["dispatch"],
  enterprise: ["dispatch", "federation"],
};

/** How often the commit is tried again when another registration was quicker. */
const MAX_TRIES = 5;

function checkTenant(input: NewTenant): FieldError[] {
  const errors: FieldError[] = [];
  if (input.company.trim() === "" || input.company.length > 120) {
    errors.push({
      field: "company",
      message: "Write the company's name, at most 120 characters.",
    });
  }
  if (!/^[\x21-\x7e]{1,200}$/.test(input.externalCustomerId)) {
    errors.push({
      field: "externalCustomerId",
      message: "Write 1 to 200 letters, digits or signs, without spaces.",
    });
  }
  if (templateOf(input.industry) === null) {
    errors.push({ field: "industry", message: "Choose one of the list." });
  }
  if (!isTimeZone(input.timeZone)) {
    errors.push({
      field: "timeZone",
      message: "Choose a time zone like Europe/Berlin.",
    });
  }
  return errors;
}

/**
 * Makes a tenant in one commit: tenant, org, features, roles, template, owner, membership, audit. All of it or nothing;
 * the same `externalCustomerId` gives the same tenant for ever, ten at once or a year later.
 *
 * @returns `invalid-input` naming the fields, or `idempotency-payload-mismatch` for another payload under the same id
 */
export async function createTenant(
  deps: { store: Store; now: () => number },
  input: NewTenant,
  audit: AuditRow,
): Promise<Result<Registration>> {
  const errors = checkTenant(input);
  const template = templateOf(input.industry);
  if (errors.length > 0 || template === null) {
    return fail("invalid-input", { errors });
  }
  const { passwordHash, ...owner } = input.owner;
  const fingerprint = fingerprintOf({
    method: "POST",
    route: "/api/tenant/register",
    orgId: "",
    body: { ...input, owner },
  });
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const now = deps.now();
    const at = new Date(now).toISOString();
    const newId = <P extends "ten" | "org" | "usr">(prefix: P) =>
      makeId(prefix, now, crypto.getRandomValues(new Uint8Array(10)));
    const tx = deps.store.transaction();
    const registrationKey = globalKeys.registration(input.externalCustomerId);
    const emailKey = globalKeys.userByEmail(owner.email);
    // Read as of one moment: between two reads the same registration, sent twice, could take its own address.
    await tx.prefetch([registrationKey, emailKey]);
    const known = await tx.get<RegistrationRow>(registrationKey);
    if (known !== null) {
      if (known.fingerprint !== fingerprint) {
        return fail("idempotency-payload-mismatch");
      }
      const { tenantId, orgId, ownerId } = known;
      return ok({ tenantId, orgId, ownerId, created: false });
    }
    if (await tx.get(emailKey) !== null) {
      return fail("invalid-input", {
        errors: [{
          field: "email",
          message:
            "There is an account with this address. Log in, or use another one.",
        }],
      });
    }
    const [tenantId, orgId, ownerId] = [
      newId("ten"),
      newId("org"),
      newId("usr"),
    ];
    const org = new TenantTransaction(tx, orgId, tenantKeys(orgId));
    const { plan, industry, externalCustomerId } = input;
    const company = input.company.trim();

    tx.set(
      registrationKey,
      { fingerprint, tenantId, orgId, ownerId } satisfies RegistrationRow,
    );
    tx.set(
      globalKeys.tenant(tenantId),
      {
        v: 1,
        id: tenantId,
        orgId,
        company,
        kind: "customer",
        plan,
        industry,
        externalCustomerId,
        status: "active",
        createdAt: at,
      } satisfies TenantRow,
    );
    tx.set(emailKey, ownerId);
    tx.set(
      globalKeys.user(ownerId),
      {
        v: 1,
        id: ownerId,
        ...owner,
        passwordHash,
        createdAt: at,
      } satisfies UserRow,
    );
    tx.set(
      globalKeys.membership(ownerId, tenantId, "CLIENT"),
      {
        userId: ownerId,
        tenantId,
        orgId,
        space: "CLIENT",
        roles: ["OWNER"],
        status: passwordHash === null ? "invited" : "active",
        company,
        lastUsedAt: at,
      } satisfies MembershipRow,
    );
    tx.set(globalKeys.template(industry, template.version), template);

    org.set(
      org.keys.profile(),
      { tenantId, company, timeZone: input.timeZone } satisfies OrgProfile,
    );
    org.set(org.keys.template(), template);
    for (const feature of [...template.features, ...PLAN_FEATURES[plan]]) {
      org.set(org.keys.feature(feature), { enabled: true });
    }
    for (const role of CLIENT_ROLES) {
      org.set(org.keys.role("CLIENT", role), { v: 1 });
    }
    org.set(
      org.keys.member("CLIENT", ownerId),
      {
        userId: ownerId,
        ...owner,
        roles: ["OWNER"],
        status: passwordHash === null ? "invited" : "active",
      } satisfies MemberRow,
    );
    putAudit(org, {
      ...audit,
      actor: ownerId,
      space: "CLIENT",
      entries: [{ action: "tenant.create", recordId: tenantId, status: 201 }],
      count: 1,
    });
    org.changed({ type: "settings", id: tenantId });
    if (await org.commit()) {
      return ok({ tenantId, orgId, ownerId, created: true });
    }
  }
  return fail("busy", { retryAfter: 1 });
}
