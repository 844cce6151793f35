import type { FormDefinition } from "../model/form.ts";

/** A customer's environment. */
export interface TenantRow {
  v: 1;
  id: string;
  orgId: string;
  company: string;
  plan: Plan;
  industry: string;
  externalCustomerId: string;
  status: "active" | "suspended";
  createdAt: string;
}

/** What a tenant pays for. */
export type Plan = "starter" | "team" | "enterprise";

/** What the org's pages show of it. */
export interface OrgProfile {
  tenantId: string;
  company: string;
  /** IANA name. */
  timeZone: string;
}

/** The answer to a registration, remembered for ever. */
export interface RegistrationRow {
  fingerprint: string;
  tenantId: string;
  orgId: string;
  ownerId: string;
}

/** A kind of work that the company does: what a new order starts from. */
export interface OrderKind {
  id: string;
  title: string;
  minutes: number;
  checklist: { id: string; label: string; required: boolean }[];
}

/** An industry's preset: data, never code. */
export interface IndustryTemplate {
  industry: string;
  version: number;
  title: string;
  features: string[];
  leadForm: FormDefinition;
  orderKinds: OrderKind[];
}
