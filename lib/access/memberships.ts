import type { MembershipRow } from "../store/identities.ts";
import { globalKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import type { TenantRow } from "../store/tenants.ts";

/** The companies of somebody's active memberships that are stopped now, by name, each once. */
export async function stoppedCompanies(
  store: Store,
  userId: string,
): Promise<string[]> {
  const { stopped } = await placesOf(store, userId);
  return [...new Set(stopped.map(({ company }) => company))].sort();
}

/** The memberships in which a user can act now, the last used one first: active ones of tenants that are not suspended. */
export async function activeMemberships(
  store: Store,
  userId: string,
): Promise<MembershipRow[]> {
  const { open } = await placesOf(store, userId);
  return open.sort((a, b) => a.lastUsedAt < b.lastUsedAt ? 1 : -1);
}

async function placesOf(
  store: Store,
  userId: string,
): Promise<{ open: MembershipRow[]; stopped: MembershipRow[] }> {
  const rows = await store.list<MembershipRow>({
    prefix: globalKeys.memberships(userId),
  });
  const active = rows.map((row) => row.value)
    .filter((row) => row.status === "active");
  const tenants = await store.getMany<TenantRow>(
    active.map((row) => globalKeys.tenant(row.tenantId)),
  );
  const statusIs = (status: TenantRow["status"]) => (_: unknown, at: number) =>
    tenants[at]?.status === status;
  return {
    open: active.filter(statusIs("active")),
    stopped: active.filter(statusIs("suspended")),
  };
}
