import type { Me } from "../lib/model/spaces.ts";
import { createOperator } from "../lib/tenancy/create_operator.ts";
import {
  accept,
  audit,
  type DemoLogin,
  letIn,
  type Making,
  must,
  PASSWORD,
} from "./demo_making.ts";

const COMPANY = "Northwind Hosting";
const TIME_ZONE = "Europe/Berlin";
const FIRST = { name: "Lena Brandt", email: "lena@northwind.example" };
const TEAM = [
  { name: "Noor Haddad", email: "noor@northwind.example", role: "SUPPORT" },
  { name: "Sam Okafor", email: "sam@northwind.example", role: "ENGINEER" },
];

/** Makes the operator's own tenant: who runs the instance, who helps its customers, and who looks after it. */
export async function makeOperator(making: Making): Promise<DemoLogin[]> {
  const now = making.now();
  const { tenantId, orgId, userId, secret } = must(
    await createOperator(
      making,
      { company: COMPANY, timeZone: TIME_ZONE, owner: FIRST },
      audit(now, null),
    ),
  );
  if (secret === null) throw new Error("The operator has no link");
  await accept(making, secret);
  const admin: Me = {
    id: userId,
    orgId,
    tenantId,
    space: "PROVIDER",
    roles: ["ADMIN"],
    name: FIRST.name,
    company: COMPANY,
    timeZone: TIME_ZONE,
  };
  for (const person of TEAM) await letIn(making, admin, person);
  return [{ ...FIRST, role: "ADMIN" }, ...TEAM].map((person) => ({
    ...person,
    role: person.role.toLowerCase(),
    password: PASSWORD,
    company: COMPANY,
  }));
}
