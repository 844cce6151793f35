import { ORGS } from "./keys.ts";
import type { ListRange, Store } from "./store.ts";

/**
 * Every org that has anything in the store, by id, and `INSTANCE_LOG` where something was audited for no org. Read from
 * the keys themselves, one read an org: an org that is missing from all lists is found too.
 */
export async function* everyOrg(store: Store): AsyncGenerator<string> {
  let range: ListRange = { prefix: ORGS, limit: 1 };
  for (;;) {
    const [row] = await store.list(range);
    if (row === undefined) return;
    const orgId = String(row.key[1]);
    yield orgId;
    // A part that ends in NUL comes after everything below the part without it.
    range = { ...range, start: [...ORGS, `${orgId}\0`] };
  }
}
