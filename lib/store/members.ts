import type { MemberRow } from "./identities.ts";
import type { TenantStore } from "./tenant_store.ts";

/** The most members that a choice of workers shows. */
const MAX_CHOICE = 200;

/** Names of members by user id, of those that are asked for. */
export async function memberNames(
  tenant: TenantStore,
  userIds: readonly (string | null)[],
): Promise<Record<string, string>> {
  const ids = [...new Set(userIds)].filter((id) => id !== null);
  const rows = await tenant.getMany<MemberRow>(
    ids.map((id) => tenant.keys.member("CLIENT", id)),
  );
  return Object.fromEntries(
    rows.flatMap((row) => row ? [[row.userId, row.name]] : []),
  );
}

/** The members of the client space, with those whose membership ended: their work keeps their names. */
export async function listMembers(tenant: TenantStore): Promise<MemberRow[]> {
  const rows = await tenant.list<MemberRow>({
    prefix: tenant.keys.members("CLIENT"),
    limit: MAX_CHOICE,
  });
  return rows.map((row) => row.value);
}
