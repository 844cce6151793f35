import { createTenant } from "../lib/tenancy/create_tenant.ts";
import type { Plan } from "../lib/store/tenants.ts";
import {
  audit,
  type DemoLogin,
  type Making,
  must,
  PASSWORD,
} from "./demo_making.ts";

const DAY = 86400_000;

/** Small companies of other trades on the same instance: none ever sees another. */
const NEIGHBOURS: {
  company: string;
  industry: string;
  plan: Plan;
  owner: { name: string; email: string };
  /** How long it has been here. */
  days: number;
}[] = [
  {
    company: "Calder Plumbing",
    industry: "plumbing",
    plan: "starter",
    owner: { name: "Olek Sobol", email: "olek@calder.example" },
    days: 41,
  },
  {
    company: "Marlow and Pike Cleaning",
    industry: "cleaning",
    plan: "enterprise",
    owner: { name: "Priya Marlow", email: "priya@marlowpike.example" },
    days: 18,
  },
  {
    company: "Greenline Gardens",
    industry: "landscaping",
    plan: "team",
    owner: { name: "Iris Holt", email: "iris@greenline.example" },
    days: 3,
  },
];

/** Makes the other tenants of the demo's instance, as their signups would have. */
export async function makeNeighbours(making: Making): Promise<DemoLogin[]> {
  const passwordHash = await making.passwords.hash(PASSWORD);
  for (const { company, industry, plan, owner, days } of NEIGHBOURS) {
    const at = making.now() - days * DAY;
    must(
      await createTenant({ ...making, now: () => at }, {
        plan,
        industry,
        externalCustomerId: `demo-${industry}`,
        company,
        timeZone: "Europe/Berlin",
        owner: { ...owner, passwordHash },
      }, audit(at, null)),
    );
  }
  return NEIGHBOURS.map(({ company, owner }) => ({
    ...owner,
    role: "owner",
    password: PASSWORD,
    company,
  }));
}
