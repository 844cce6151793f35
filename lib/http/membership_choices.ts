import { activeMemberships } from "../access/memberships.ts";
import type { Role, Space } from "../model/spaces.ts";
import { acting } from "./call.ts";
import type { RequestContext } from "./state.ts";

/** Where the person can act, and where they do. */
export interface MembershipChoice {
  /** With the space the membership's name. */
  tenantId: string;
  /** The one space that it lets in. */
  space: Space;
  /** What the person may do there. */
  roles: readonly Role[];
  /** Whose tenant it is. */
  company: string;
  /** The one that acts. */
  current: boolean;
}

/** Where whoever asks can act: the memberships that are active, the last used one first. */
export async function membershipChoices(
  ctx: RequestContext,
): Promise<MembershipChoice[]> {
  const { me } = acting(ctx);
  const rows = await activeMemberships(ctx.state.deps.store, me.id);
  return rows.map(({ tenantId, space, roles, company }) => ({
    tenantId,
    space,
    roles,
    company,
    current: tenantId === me.tenantId && space === me.space,
  }));
}
