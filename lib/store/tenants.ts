import type { FieldValues, FormDefinition } from "../model/form.ts";
import { globalKeys } from "./keys.ts";
import type { Transaction } from "./transaction.ts";

/** A customer's environment. */
export interface TenantRow {
  /** Schema version of the row. */
  v: 1;
  /** `ten_` and a ULID. */
  id: string;
  /** The one org of the tenant. */
  orgId: string;
  /** Name as it was written at the signup. */
  company: string;
  /** The operator's own tenant has the PROVIDER and DEVELOPER members; there is one. */
  kind: "customer" | "operator";
  /** Adds its features to those of the template. */
  plan: Plan;
  /** Names the template that the tenant was seeded from. */
  industry: string;
  /** The signup site's id; the registration is remembered under it. */
  externalCustomerId: string;
  /** A suspended tenant's sessions stop at their next request. */
  status: "active" | "suspended";
  /** Server time, ISO 8601. */
  createdAt: string;
}

/** The columns of the provider's tenants list: an index row's value. */
export type TenantListRow = Pick<
  TenantRow,
  "id" | "company" | "plan" | "industry" | "status" | "createdAt"
>;

/**
 * Writes a tenant with its index row. The one place that does. The operator's own tenant is no customer and stands in no
 * list of them.
 */
export function putTenant(tx: Pick<Transaction, "set">, next: TenantRow): void {
  tx.set(globalKeys.tenant(next.id), next);
  if (next.kind === "operator") return;
  const { id, company, plan, industry, status, createdAt } = next;
  const row: TenantListRow = {
    id,
    company,
    plan,
    industry,
    status,
    createdAt,
  };
  tx.set(globalKeys.tenantByCreated(createdAt, id), row);
}

/** Where the operator's own tenant is, and whom its first link was for. */
export interface OperatorRow {
  /** The tenant; there is one. */
  tenantId: string;
  /** Its org. */
  orgId: string;
  /** User id of the first person. */
  userId: string;
}

/** What a tenant pays for. */
export type Plan = "starter" | "team" | "enterprise";

/** What the org's pages show of it. */
export interface OrgProfile {
  /** The tenant that the org belongs to. */
  tenantId: string;
  /** Name in headers and titles. */
  company: string;
  /** IANA name. */
  timeZone: string;
}

/** The answer to a registration, remembered for ever. */
export interface RegistrationRow {
  /** SHA-256 (hex) of the call; another one under the same id is refused. */
  fingerprint: string;
  /** The tenant that was made. */
  tenantId: string;
  /** Its org. */
  orgId: string;
  /** User id of its owner; null: the registration named none. */
  ownerId: string | null;
}

/** A kind of work that the company does: what a new order starts from. */
export interface OrderKind {
  /** Unique in the template; what the plan's form sends. */
  id: string;
  /** What the office chooses by. */
  title: string;
  /** Usual length, minutes: what the plan's form proposes. */
  minutes: number;
  /** Copied into every new order of the kind. */
  checklist: { id: string; label: string; required: boolean }[];
}

/** Records that a new company begins with, marked as samples in their own words. */
export interface TemplateSample {
  /** The lead's fields, as its form accepts them. */
  lead: FieldValues;
  /** The order; its length and checklist come from its kind. */
  order: {
    /** Id of one of the template's kinds. */
    kind: string;
    /** Days after the company's first day. */
    inDays: number;
    /** HH:MM in the company's time zone. */
    time: string;
    /** What is to be done. */
    title: string;
    /** Whom it is for. */
    customer: string;
    /** Where it is. */
    address: string;
    /** What the worker should know. */
    brief: string;
  };
}

/** An industry's preset: data, never code. */
export interface IndustryTemplate {
  /** Unique name, such as `hvac`. */
  industry: string;
  /** Counts the template's editions; each is kept. */
  version: number;
  /** What a signup chooses by. */
  title: string;
  /** Names that are switched on for every plan. */
  features: string[];
  /** The form that leads are asked and checked by. */
  leadForm: FormDefinition;
  /** In the order in which they are offered. */
  orderKinds: OrderKind[];
  /** What a new company finds: a lead, and the order that came of it. */
  sample: TemplateSample;
}
