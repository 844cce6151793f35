import { may } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import { type AuditRow, putAudit } from "../store/audit.ts";
import type { DeadJobRow, JobRow } from "../store/jobs.ts";
import { globalKeys, tenantKeys } from "../store/keys.ts";
import type { Store } from "../store/store.ts";
import { TenantTransaction } from "../store/tenant_store.ts";

/**
 * Has a job that was given up tried again, from its first attempt on. Audited in the org of the person who asks.
 *
 * @returns `forbidden`, `not-found` when it is not given up (any more), `conflict` when somebody else was quicker
 */
export async function retryDeadJob(
  deps: { store: Store; now: () => number },
  me: Me,
  id: string,
  audit: AuditRow,
): Promise<Result<{ id: string }>> {
  if (!may(me, "outbox.retry")) return fail("forbidden");
  const now = deps.now();
  const tx = deps.store.transaction();
  const dead = await tx.get<DeadJobRow>(globalKeys.deadJob(id));
  if (dead === null) return fail("not-found");
  const { diedAt: _diedAt, ...job } = dead;
  tx.delete(globalKeys.deadJob(id));
  tx.set(
    globalKeys.job(now, id),
    {
      ...job,
      attempts: 0,
      retriedAt: now,
      dueAt: now,
      lease: null,
    } satisfies JobRow,
  );
  const org = new TenantTransaction(tx, me.orgId, tenantKeys(me.orgId));
  putAudit(org, {
    ...audit,
    entries: [{ action: "outbox.retry", recordId: id, status: 200 }],
    count: 1,
  });
  return await org.commit() ? ok({ id }) : fail("conflict");
}
