import { type BlobType, HASH } from "../model/blob.ts";
import { blobFileName } from "../model/blob_file_name.ts";
import { isId } from "../model/ids.ts";
import { may } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { readBlobBytes, readBlobRow } from "../store/blobs.ts";
import type { TenantStore } from "../store/tenant_store.ts";

/** A complete blob, and what it is. */
export interface BlobContent {
  /** Its bytes hash to the blob's name. */
  bytes: Uint8Array<ArrayBuffer>;
  /** As the bytes themselves tell. */
  type: BlobType;
  /** A name under which people find it among their files. */
  fileName: string;
}

/**
 * Reads a photo or signature of an order that the subject may see; `not-found` also for one that is not complete yet, and
 * for another org's.
 */
export async function readBlob(
  tenant: TenantStore,
  subject: Subject,
  orderId: string,
  hash: string,
): Promise<Result<BlobContent>> {
  const order = isId("wo", orderId)
    ? await tenant.get<WorkOrder>(tenant.keys.order(orderId))
    : null;
  if (order === null) return fail("not-found");
  if (!may(subject, "order.read", order)) return fail("forbidden");
  const row = HASH.test(hash) ? await readBlobRow(tenant, orderId, hash) : null;
  const bytes = row?.complete
    ? await readBlobBytes(tenant, orderId, row)
    : null;
  if (row === null || bytes === null) return fail("not-found");
  const fileName = blobFileName(order.number, hash, row.type);
  return ok({ bytes, type: row.type, fileName });
}
