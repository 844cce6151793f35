import { isId } from "../model/ids.ts";
import { may } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";
import { putTenant, type TenantRow } from "../store/tenants.ts";

/** How often a commit is tried again when somebody else was quicker. */
const MAX_TRIES = 5;

/**
 * Suspends a tenant, or lets it go on. A suspended one's sessions stop at their next request; nothing of it is removed.
 * Asking for what is so already changes nothing and is no error. Audited in the org of the person who asks, naming the
 * tenant: one record a request.
 *
 * @returns the tenant as it stands then; `forbidden`, `not-found`, `transition-refused` for the operator's own tenant,
 * which nobody could let go on again
 */
export async function setTenantStatus(
  deps: { store: Store },
  me: Me,
  input: { tenantId: string; status: TenantRow["status"] },
  audit: AuditRow,
): Promise<Result<TenantRow>> {
  if (!may(me, "tenant.suspend")) return fail("forbidden");
  const { tenantId, status } = input;
  if (!isId("ten", tenantId)) return fail("not-found");
  const action = status === "suspended" ? "tenant.suspend" : "tenant.resume";
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const tx = deps.store.transaction();
    const tenant = await tx.get<TenantRow>(globalKeys.tenant(tenantId));
    if (tenant === null) return fail("not-found");
    if (tenant.kind === "operator") return fail("transition-refused");
    if (tenant.status === status) return ok(tenant);
    const next: TenantRow = { ...tenant, status };
    putTenant(tx, next);
    const org = new TenantTransaction(tx, me.orgId, tenantKeys(me.orgId));
    putAudit(org, {
      ...audit,
      entries: [{ action, recordId: tenantId, status: 200 }],
      count: 1,
    });
    if (await org.commit()) return ok(next);
  }
  return fail("busy", { retryAfter: 1 });
}
