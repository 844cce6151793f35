import type { BlobAbout, BlobProgress } from "../model/blob.ts";
import { partsOf } from "../model/blob_parts.ts";
import { ok, type Result } from "../model/problem.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { announceBlob, type Sending } from "./announce_blob.ts";
import { putChunk } from "./put_chunk.ts";

/**
 * Keeps a picture whose bytes are all at hand, as if its chunks had come one by one: what is there already is left out.
 *
 * @param limitBytes how much the plan has room for, over all orders
 * @returns `known`: all of it was there before
 */
export async function putBlob(
  tenant: TenantStore,
  sending: Sending,
  about: BlobAbout,
  bytes: Uint8Array<ArrayBuffer>,
  limitBytes: number,
): Promise<Result<{ known: boolean }>> {
  const announced = await announceBlob(tenant, sending, about, limitBytes);
  if (!announced.ok) return announced;
  let progress: BlobProgress = announced.value;
  const known = progress.complete;
  // A record that is closed has the announcement, and nothing is added to it.
  const audit = sending.audit?.closed ? null : sending.audit;
  for (const [i, part] of partsOf(bytes).entries()) {
    const chunk = about.chunks[i] as string;
    if (!progress.missing.includes(chunk)) continue;
    const put = await putChunk(tenant, { ...sending, audit }, chunk, part);
    if (!put.ok) return put;
    progress = put.value;
  }
  return ok({ known });
}
