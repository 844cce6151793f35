import { type Space, SPACE_ROLES } from "../model/spaces.ts";
import type { TenantTransaction } from "../store/tenant_store.ts";
import type { OrgProfile } from "../store/tenants.ts";

/** Writes what every org has from its first moment: its profile, and the roles of its spaces. */
export function putOrg(
  org: TenantTransaction,
  profile: OrgProfile,
  spaces: readonly Space[],
): void {
  org.set(org.keys.profile(), profile);
  for (const space of spaces) {
    for (const role of SPACE_ROLES[space]) {
      org.set(org.keys.role(space, role), { v: 1 });
    }
  }
  org.changed({ type: "settings", id: profile.tenantId });
}
