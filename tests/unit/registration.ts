import assert from "node:assert/strict";
import type { Store } from "../../lib/store/store.ts";
import {
  createTenant,
  type NewOwner,
  type NewTenant,
} from "../../lib/tenancy/create_tenant.ts";
import { blankAudit, INSTANCE_KEY, MONDAY } from "./builders.ts";

/** The owner of a registration that is accepted. */
export const OLGA: NewOwner = {
  name: "Olga Alder",
  email: "olga@alder.example",
  passwordHash: "hash",
};

/** A registration that is accepted. */
export const registration = (over: Partial<NewTenant> = {}): NewTenant => ({
  plan: "starter",
  industry: "hvac",
  externalCustomerId: "customer-1",
  company: "Alder Heating",
  timeZone: "Europe/Berlin",
  owner: OLGA,
  ...over,
});

/** Registers. */
export const register = (store: Store, input = registration(), now = MONDAY) =>
  createTenant(
    { store, instanceKey: INSTANCE_KEY, now: () => now },
    input,
    blankAudit(),
  );

/** Registers, which has to succeed. */
export async function registered(
  store: Store,
  input = registration(),
  now = MONDAY,
) {
  const outcome = await register(store, input, now);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  const { ownerId } = outcome.value;
  // Told apart by the tests that register without an owner.
  return { ...outcome.value, ownerId: ownerId ?? "nobody" };
}
