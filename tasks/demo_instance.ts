import type { Passwords } from "../lib/access/passwords.ts";
import { openInstanceKey } from "../lib/store/instance_key.ts";
import type { Store } from "../lib/store/store.ts";
import { makeDemoCompany } from "./demo_company.ts";
import { type DemoLogin, type Making, PASSWORD } from "./demo_making.ts";
import { makeNeighbours } from "./demo_neighbours.ts";
import { makeOperator } from "./demo_operator.ts";

/** Hashes the demo's one password once. */
async function hashOnce(passwords: Passwords): Promise<Passwords> {
  const hash = await passwords.hash(PASSWORD);
  const once: Pick<Passwords, "hash" | "verify"> = {
    hash: () => Promise.resolve(hash),
    verify: (password) => Promise.resolve(password === PASSWORD),
  };
  // The class has private fields, which no other object can have.
  return once as Passwords;
}

/** Fills an empty store with an instance at work: people in all four spaces, and companies of several trades. */
export async function makeDemoInstance(
  deps: { store: Store; passwords: Passwords; now: () => number },
): Promise<DemoLogin[]> {
  const making: Making = {
    store: deps.store,
    now: deps.now,
    passwords: await hashOnce(deps.passwords),
    instanceKey: await openInstanceKey(deps.store, null),
  };
  const neighbours = await makeNeighbours(making);
  const operator = await makeOperator(making);
  const company = await makeDemoCompany(making);
  return [...company, ...operator, ...neighbours];
}
