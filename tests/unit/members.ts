import type { Me, Role, Space } from "../../lib/model/spaces.ts";
import type {
  MemberRow,
  MembershipRow,
  UserRow,
} from "../../lib/store/identities.ts";
import { globalKeys, tenantKeys } from "../../lib/store/keys.ts";
import type { Store } from "../../lib/store/store.ts";
import { createOperator } from "../../lib/tenancy/create_operator.ts";
import { blankAudit, INSTANCE_KEY, MONDAY, newId } from "./builders.ts";

/** Where somebody is a member. */
type Place = Pick<Me, "tenantId" | "orgId" | "company" | "timeZone">;

/** Makes the operator's own tenant. */
export async function newOperator(store: Store): Promise<Place> {
  const company = "Northwind Hosting";
  const timeZone = "Europe/Berlin";
  const made = await createOperator(
    { store, instanceKey: INSTANCE_KEY, now: () => MONDAY },
    {
      company,
      timeZone,
      owner: { name: "Ruth Operator", email: "ruth@northwind.example" },
    },
    blankAudit(),
  );
  if (!made.ok) throw new Error(JSON.stringify(made.problem));
  const { tenantId, orgId } = made.value;
  return { tenantId, orgId, company, timeZone };
}

/** Adds somebody who acts in any space of a tenant. */
export async function join(
  store: Store,
  place: Place,
  space: Space,
  role: Role,
): Promise<Me> {
  const { tenantId, orgId, company, timeZone } = place;
  const id = newId("usr");
  const email = `${id.toLowerCase()}@member.example`;
  const name = `Mo the ${role.toLowerCase()}`;
  const at = new Date(MONDAY).toISOString();
  const roles = [role];
  const status = "active" as const;
  const tx = store.transaction();
  const user: UserRow = {
    v: 1,
    id,
    email,
    name,
    passwordHash: "not a hash",
    createdAt: at,
  };
  tx.set(globalKeys.user(id), user);
  tx.set(globalKeys.userByEmail(email), id);
  tx.set(
    globalKeys.membership(id, tenantId, space),
    {
      userId: id,
      tenantId,
      orgId,
      space,
      roles,
      status,
      company,
      lastUsedAt: at,
    } satisfies MembershipRow,
  );
  tx.set(
    tenantKeys(orgId).member(space, id),
    { userId: id, name, email, roles, status } satisfies MemberRow,
  );
  await tx.commit();
  return { id, orgId, tenantId, space, roles, name, company, timeZone };
}
