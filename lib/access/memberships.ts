import type { MembershipRow } from "../store/identities.ts";
import { globalKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import type { TenantRow } from "../store/tenants.ts";

/** The memberships in which a user can act now, the last used one first: active ones of tenants that are not suspended. */
export async function activeMemberships(
  store: Store,
  userId: string,
): Promise<MembershipRow[]> {
  const rows = await store.list<MembershipRow>({
    prefix: globalKeys.memberships(userId),
  });
  const active = rows.map((row) => row.value)
    .filter((row) => row.status === "active");
  const tenants = await store.getMany<TenantRow>(
    active.map((row) => globalKeys.tenant(row.tenantId)),
  );
  return active
    .filter((_, at) => tenants[at]?.status === "active")
    .sort((a, b) => a.lastUsedAt < b.lastUsedAt ? 1 : -1);
}
