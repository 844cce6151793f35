import type { Sending } from "../blobs/announce_blob.ts";
import type { BlobProgress } from "../model/blob.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import { globalKeys } from "../store/keys.ts";
import type { TenantRow } from "../store/tenants.ts";
import { PLAN_BLOB_BYTES } from "../tenancy/plans.ts";
import { acting } from "./call.ts";
import { problemResponse } from "./problem_response.ts";
import type { RequestContext } from "./state.ts";

/**
 * Who sends which blob by this request.
 *
 * @returns `scope-mismatch` when a device sends what somebody else kept on it
 */
export function sendingOf(ctx: RequestContext): Result<Sending> {
  const { me, now, audit } = acting(ctx);
  const scope = ctx.req.headers.get("streamflow-scope");
  if (scope !== null && scope !== `${me.orgId}:${me.id}`) {
    return fail("scope-mismatch");
  }
  const { id = "", hash = "" } = ctx.params;
  return ok({ subject: me, orderId: id, hash, now, audit });
}

/** How many bytes of blobs the plan of whoever acts has room for. */
export async function blobLimit(ctx: RequestContext): Promise<number> {
  const { me } = acting(ctx);
  const tenant = await ctx.state.deps.store.get<TenantRow>(
    globalKeys.tenant(me.tenantId),
  );
  return PLAN_BLOB_BYTES[tenant?.plan ?? "starter"];
}

/** Answers a request that sent some of a blob. */
export function progressResponse(
  ctx: RequestContext,
  progress: Result<BlobProgress>,
): Response {
  return progress.ok
    ? Response.json(progress.value, {
      headers: { "cache-control": "no-store" },
    })
    : problemResponse(ctx, progress.problem);
}
