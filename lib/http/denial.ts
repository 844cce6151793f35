import { HttpError } from "fresh";
import type { Me } from "../model/spaces.ts";
import { putAudit } from "../store/audit.ts";
import { TenantStore } from "../store/tenant_store.ts";
import { auditOf } from "./call.ts";
import type { RequestContext } from "./state.ts";

/** Audits that somebody known was refused. A refusal has no commit of its own that could carry the record. */
export async function auditDenial(
  ctx: RequestContext,
  me: Me,
  action: string,
  status: number,
): Promise<void> {
  const tx = new TenantStore(ctx.state.deps.store, me.orgId).transaction();
  putAudit(tx, {
    ...auditOf(ctx, me),
    entries: [{ action, status }],
    count: 1,
  });
  await tx.commit();
}

/** Audits a 403 that comes out of what it runs, whether it is answered or thrown. */
export async function auditRefusal(
  ctx: RequestContext,
  me: Me,
  run: () => Promise<Response>,
): Promise<Response> {
  let answer: Response;
  try {
    answer = await run();
  } catch (error) {
    if (error instanceof HttpError && error.status === 403) {
      await auditDenial(ctx, me, ctx.state.code ?? "forbidden", 403);
    }
    throw error;
  }
  if (answer.status === 403) {
    await auditDenial(ctx, me, ctx.state.code ?? "forbidden", 403);
  }
  return answer;
}
