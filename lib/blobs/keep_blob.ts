import { sniff } from "../model/blob.ts";
import { partsOf } from "../model/blob_parts.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import type { Sending } from "./announce_blob.ts";
import { hashBytes } from "./hash_bytes.ts";
import { putBlob } from "./put_blob.ts";
import { stripJpeg } from "./strip_jpeg.ts";

/**
 * Keeps a whole picture at once, without what a camera wrote beside it: what a form without scripts sends.
 *
 * @param limitBytes how much the plan has room for, over all orders
 * @returns the name and type under which it is kept, or `invalid-input` for what is no picture
 */
export async function keepBlob(
  tenant: TenantStore,
  by: Omit<Sending, "hash">,
  file: Uint8Array<ArrayBuffer>,
  limitBytes: number,
): Promise<Result<{ hash: string; type: string; size: number }>> {
  const type = sniff(file);
  if (type === null) {
    return fail("invalid-input", {
      errors: [{
        field: "photo",
        message: "Choose a picture: JPEG, PNG or WebP.",
      }],
    });
  }
  const bytes = type === "image/jpeg" ? stripJpeg(file) : file;
  const chunks = await Promise.all(partsOf(bytes).map(hashBytes));
  const sending: Sending = { ...by, hash: await hashBytes(bytes) };
  const about = { type, size: bytes.length, chunks };
  const put = await putBlob(tenant, sending, about, bytes, limitBytes);
  if (!put.ok) return put;
  return ok({ hash: sending.hash, type, size: bytes.length });
}
