import assert from "node:assert/strict";
import type { Store } from "../../lib/store/store.ts";
import {
  createTenant,
  type NewTenant,
} from "../../lib/tenancy/create_tenant.ts";
import { blankAudit, MONDAY } from "./builders.ts";

/** A registration that is accepted. */
export const registration = (over: Partial<NewTenant> = {}): NewTenant => ({
  plan: "starter",
  industry: "hvac",
  externalCustomerId: "customer-1",
  company: "Alder Heating",
  timeZone: "Europe/Berlin",
  owner: {
    name: "Olga Alder",
    email: "olga@alder.example",
    passwordHash: "hash",
  },
  ...over,
});

/** Registers. */
export const register = (store: Store, input = registration(), now = MONDAY) =>
  createTenant({ store, now: () => now }, input, blankAudit());

/** Registers, which has to succeed. */
export async function registered(
  store: Store,
  input = registration(),
  now = MONDAY,
) {
  const outcome = await register(store, input, now);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}
