import { activeMemberships } from "../../lib/access/memberships.ts";
import { acting } from "../../lib/http/call.ts";
import { readFeatures } from "../../lib/store/features.ts";
import { define } from "../../lib/http/state.ts";

/** Who acts: `{ user, features, memberships }`. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const { id, orgId, tenantId, space, roles, name } = me;
    const [features, memberships] = await Promise.all([
      readFeatures(tenant),
      activeMemberships(ctx.state.deps.store, id),
    ]);
    return ctx.json({
      user: { id, orgId, tenantId, space, roles, name },
      features,
      memberships: memberships.map(({ tenantId, space, roles, company }) => ({
        tenantId,
        space,
        roles,
        company,
      })),
    });
  },
});
