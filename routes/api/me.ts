import { activeMemberships } from "../../lib/access/memberships.ts";
import { acting } from "../../lib/http/call.ts";
import { define } from "../../lib/http/state.ts";

/** Who acts: `{ user, features, memberships }`. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const { id, orgId, tenantId, space, roles, name } = me;
    const [features, memberships] = await Promise.all([
      tenant.list({ prefix: tenant.keys.features() }),
      activeMemberships(ctx.state.deps.store, id),
    ]);
    return ctx.json({
      user: { id, orgId, tenantId, space, roles, name },
      features: features.map((row) => row.key.at(-1)),
      memberships: memberships.map(({ tenantId, space, roles, company }) => ({
        tenantId,
        space,
        roles,
        company,
      })),
    });
  },
});
