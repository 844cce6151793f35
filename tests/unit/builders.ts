import type { Passwords } from "../../lib/access/passwords.ts";
import { makeId } from "../../lib/model/ids.ts";
import type { FieldValues } from "../../lib/model/form.ts";
import type { ClientRole, Me, Role, Space } from "../../lib/model/spaces.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import type {
  MemberRow,
  MembershipRow,
  UserRow,
} from "../../lib/store/identities.ts";
import { instanceKeyFrom } from "../../lib/store/instance_key.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import type { LIMITS } from "../../lib/store/limits.ts";
import { type Store, storeOn } from "../../lib/store/store.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import type { Lead } from "../../lib/model/lead.ts";
import { putLead } from "../../lib/store/leads.ts";
import { putOrder } from "../../lib/store/work_orders.ts";
import { createTenant } from "../../lib/tenancy/create_tenant.ts";

/** A Monday morning: the time at which every test begins. */
export const MONDAY = Date.parse("2026-11-23T09:00:00.000Z");
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Makes the secrets of a test's one-time links. */
export const INSTANCE_KEY = instanceKeyFrom("a test's instance");

let made = 0;

/** A new id; no two are equal, and later ones sort later. */
export function newId(prefix: Parameters<typeof makeId>[0]): string {
  const random = new Uint8Array(10);
  new DataView(random.buffer).setUint32(6, ++made);
  return makeId(prefix, MONDAY, random);
}

/** An audit record with nothing in it yet. */
export function blankAudit(): AuditRow {
  return {
    id: newId("aud"),
    at: new Date(MONDAY).toISOString(),
    requestId: "test",
    actor: null,
    space: null,
    route: "test",
    entries: [],
    count: 0,
    closed: true,
  };
}

/** Runs a test on a store in memory, and closes it. */
export async function withStore(
  run: (store: Store) => Promise<void>,
  backend: keyof typeof LIMITS = "embedded",
): Promise<void> {
  const store = await storeOn(await Deno.openKv(":memory:"), backend);
  try {
    await run(store);
  } finally {
    store.close();
  }
}

/** A company with its people. */
export interface Company {
  store: Store;
  tenant: TenantStore;
  owner: Me;
}

/** Signs a company up. */
export async function newCompany(
  store: Store,
  company = "Alder Heating",
  passwordHash: string | null = "not a hash",
): Promise<Company> {
  const email = `${newId("usr").toLowerCase()}@alder.example`;
  const deps = { store, instanceKey: INSTANCE_KEY, now: () => MONDAY };
  const made = await createTenant(deps, {
    plan: "starter",
    industry: "hvac",
    externalCustomerId: newId("ten"),
    company,
    timeZone: "Europe/Berlin",
    owner: { name: `Olga of ${company}`, email, passwordHash },
    sample: false,
  }, blankAudit());
  if (!made.ok) throw new Error(JSON.stringify(made.problem));
  const { tenantId, orgId, ownerId } = made.value;
  if (ownerId === null) throw new Error("The company has no owner");
  const owner: Me = {
    id: ownerId,
    orgId,
    tenantId,
    space: "CLIENT",
    roles: ["OWNER"],
    name: `Olga of ${company}`,
    company,
    timeZone: "Europe/Berlin",
  };
  return { store, tenant: new TenantStore(store, orgId), owner };
}

/** Runs a test for one company on a store in memory. */
export function withCompany(
  run: (company: Company) => Promise<void>,
  backend: keyof typeof LIMITS = "embedded",
): Promise<void> {
  return withStore(async (store) => run(await newCompany(store)), backend);
}

/** Adds somebody who has accepted their invitation. */
export async function hire(
  { store, tenant, owner }: Company,
  role: ClientRole,
  name = `Mika the ${role.toLowerCase()}`,
  passwordHash: string | null = "not a hash",
): Promise<Me & { email: string }> {
  const id = newId("usr");
  const email = `${id.toLowerCase()}@alder.example`;
  const { tenantId, orgId, company, timeZone } = owner;
  const at = new Date(MONDAY).toISOString();
  const user: UserRow = { v: 1, id, email, name, passwordHash, createdAt: at };
  const membership: MembershipRow = {
    userId: id,
    tenantId,
    orgId,
    space: "CLIENT",
    roles: [role],
    status: "active",
    company,
    lastUsedAt: at,
  };
  const member: MemberRow = {
    userId: id,
    name,
    email,
    roles: [role],
    status: "active",
  };
  const tx = store.transaction();
  tx.set(globalKeys.user(id), user);
  tx.set(globalKeys.userByEmail(email), id);
  tx.set(globalKeys.membership(id, tenantId, "CLIENT"), membership);
  tx.set(tenant.keys.member("CLIENT", id), member);
  await tx.commit();
  return {
    id,
    orgId,
    tenantId,
    space: "CLIENT",
    roles: [role],
    name,
    company,
    timeZone,
    email,
  };
}

/**
 * Gives somebody a membership more.
 *
 * @param lastUsedAt ISO 8601; empty: never used
 */
export async function join(
  { store, tenant, owner }: Company,
  person: Pick<Me, "id" | "name">,
  space: Space,
  role: Role,
  lastUsedAt = "",
): Promise<Me> {
  const { tenantId, orgId, company, timeZone } = owner;
  const { id, name } = person;
  const roles = [role];
  const tx = store.transaction();
  tx.set(
    globalKeys.membership(id, tenantId, space),
    {
      userId: id,
      tenantId,
      orgId,
      space,
      roles,
      status: "active",
      company,
      lastUsedAt,
    } satisfies MembershipRow,
  );
  tx.set(
    tenant.keys.member(space, id),
    {
      userId: id,
      name,
      email: `${id.toLowerCase()}@alder.example`,
      roles,
      status: "active",
    } satisfies MemberRow,
  );
  await tx.commit();
  return { id, orgId, tenantId, space, roles, name, company, timeZone };
}

/** The fields of a lead that its form accepts. */
export function leadFields(name = "Petra Vogel"): FieldValues {
  return {
    name,
    step: "new",
    phone: "0171 234567",
    address: "Lindenweg 4",
    noHeat: true,
  };
}

/** Writes a lead as it would be after `version` changes. */
export async function keepLead(
  tenant: TenantStore,
  lead: Partial<Lead> = {},
): Promise<Lead> {
  const at = new Date(MONDAY).toISOString();
  const next: Lead = {
    v: 1,
    id: newId("lead"),
    orgId: tenant.orgId,
    version: 1,
    updatedAt: at,
    createdAt: at,
    createdBy: "usr",
    assigneeId: null,
    fields: leadFields(),
    ...lead,
  };
  const tx = tenant.transaction();
  putLead(tx, null, next, { by: "usr", at, believedAt: at });
  await tx.commit();
  return next;
}

/** A planned order. */
export function newOrder(
  orgId: string,
  order: Partial<WorkOrder> = {},
): WorkOrder {
  return {
    v: 1,
    id: newId("wo"),
    orgId,
    version: 1,
    updatedAt: new Date(MONDAY).toISOString(),
    number: 1001,
    title: "Yearly service",
    customer: "Petra Vogel",
    phone: null,
    address: "Lindenweg 4",
    brief: null,
    day: "2026-11-23",
    time: "10:00",
    minutes: 90,
    assigneeId: null,
    status: "PLANNED",
    startedAt: null,
    finishedAt: null,
    notes: null,
    checklist: [],
    ...order,
  };
}

/** Writes an order, over an earlier state of it if there is one. */
export async function keepOrder(
  tenant: TenantStore,
  order: Partial<WorkOrder> = {},
): Promise<WorkOrder> {
  const next = newOrder(tenant.orgId, order);
  const tx = tenant.transaction();
  const previous = await tx.get<WorkOrder>(tx.keys.order(next.id));
  putOrder(tx, previous, next, {
    by: "usr",
    at: next.updatedAt,
    believedAt: next.updatedAt,
  });
  await tx.commit();
  return next;
}

/** Passwords without the work of hashing: `plain:` and the password. What hashing does is tested by itself. */
export function plainPasswords(): Passwords {
  const plain: Pick<Passwords, "hash" | "verify" | "close"> = {
    hash: (password) => Promise.resolve(`plain:${password}`),
    verify: (password, hash) => Promise.resolve(hash === `plain:${password}`),
    close: () => {},
  };
  // The class has private fields, which no other object can have.
  return plain as Passwords;
}
