import type { Plan } from "../store/tenants.ts";

/** What a tenant can pay for, the smallest first. */
export const PLANS = [
  "starter",
  "team",
  "enterprise",
] as const satisfies Plan[];

/** Features that a plan adds to those of the template. */
export const PLAN_FEATURES: Readonly<Record<Plan, readonly string[]>> = {
  starter: [],
  team: ["dispatch"],
  enterprise: ["dispatch", "federation"],
};
