import { logIn } from "../../lib/access/log_in.ts";
import type { Store } from "../../lib/store/store.ts";
import {
  blankAudit,
  hire,
  INSTANCE_KEY,
  MONDAY,
  newCompany,
  plainPasswords,
} from "./builders.ts";

/** Where logins come from. */
export const ADDRESS = "203.0.113.7";

/** A worker and how they try to log in: somebody of a company, whose password is "right". */
export async function person(store: Store) {
  const company = await newCompany(store);
  const me = await hire(company, "WORKER", "Mika", "plain:right");
  const deps = {
    store,
    passwords: plainPasswords(),
    instanceKey: INSTANCE_KEY,
    now: () => MONDAY,
  };
  const tryLogin = (
    password: string,
    over: { email?: string; address?: string; now?: number } = {},
  ) =>
    logIn({ ...deps, now: () => over.now ?? MONDAY }, {
      email: over.email ?? me.email,
      password,
      address: over.address ?? ADDRESS,
    }, blankAudit());
  return { company, me, deps, tryLogin };
}
