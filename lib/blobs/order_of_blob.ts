import { HASH } from "../model/blob.ts";
import { isId } from "../model/ids.ts";
import { may } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import type { WorkOrder } from "../model/work_order.ts";
import type { BlobRow } from "../store/blobs.ts";
import type { TenantTransaction } from "../store/tenant_store.ts";

/**
 * Reads what is known of a blob, for somebody who sends some of it: who may add photos to its order, and, since the order
 * may be a colleague's by then, who has announced it while it was theirs.
 *
 * @returns null in `row`: nobody has announced it; `not-found` for another org's order as for one that never was
 */
export async function blobToSend(
  tx: TenantTransaction,
  subject: Subject,
  orderId: string,
  hash: string,
): Promise<Result<{ row: BlobRow | null }>> {
  const order = isId("wo", orderId)
    ? await tx.peek<WorkOrder>(tx.keys.order(orderId))
    : null;
  if (order === null) return fail("not-found");
  const isHash = HASH.test(hash);
  const row = isHash
    ? await tx.get<BlobRow>(tx.keys.blob(orderId, hash))
    : null;
  const mayAdd = may(subject, "order.update", order, "photos");
  if (!mayAdd && row?.by !== subject.id) return fail("forbidden");
  return isHash ? ok({ row }) : fail("not-found");
}
