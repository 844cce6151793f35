import { type BlobProgress, CHUNK_BYTES, sniff } from "../model/blob.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { announceBlob, type Sending } from "./announce_blob.ts";
import { hashBytes } from "./hash_bytes.ts";
import { putChunk } from "./put_chunk.ts";
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
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    parts.push(bytes.slice(at, at + CHUNK_BYTES));
  }
  const chunks = await Promise.all(parts.map(hashBytes));
  const sending: Sending = { ...by, hash: await hashBytes(bytes) };
  const about = { type, size: bytes.length, chunks };
  const announced = await announceBlob(tenant, sending, about, limitBytes);
  if (!announced.ok) return announced;
  let progress: BlobProgress = announced.value;
  for (const [i, part] of parts.entries()) {
    const chunk = chunks[i] as string;
    if (!progress.missing.includes(chunk)) continue;
    // The request has one audit record, and the announcement is in it.
    const put = await putChunk(
      tenant,
      { ...sending, audit: null },
      chunk,
      part,
    );
    if (!put.ok) return put;
    progress = put.value;
  }
  return ok({ hash: sending.hash, type, size: bytes.length });
}
