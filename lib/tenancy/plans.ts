import type { Plan } from "../store/tenants.ts";

/** What a tenant can pay for, the smallest first. */
export const PLANS = [
  "starter",
  "team",
  "enterprise",
] as const satisfies Plan[];

const GIB = 1024 ** 3;

/** How many bytes of photos and signatures a tenant may keep. */
export const PLAN_BLOB_BYTES: Readonly<Record<Plan, number>> = {
  starter: 2 * GIB,
  team: 20 * GIB,
  enterprise: 200 * GIB,
};

/** Features that a plan adds to those of the template. */
export const PLAN_FEATURES: Readonly<Record<Plan, readonly string[]>> = {
  starter: [],
  team: ["dispatch"],
  enterprise: ["dispatch", "federation"],
};
