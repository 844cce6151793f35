import { type BlobProgress, CHUNK_BYTES, sniff } from "../model/blob.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import { addToAudit } from "../store/audit.ts";
import { type BlobRow, missingOf, readBlobBytes } from "../store/blobs.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import type { Sending } from "./announce_blob.ts";
import { hashBytes } from "./hash_bytes.ts";
import { blobToSend } from "./order_of_blob.ts";

/**
 * Takes one chunk of an announced blob, in any order and any number of times. With the last one the blob is put together,
 * hashed, and shown in its order; one that does not hash to its name is forgotten, to be announced anew.
 *
 * @param chunk SHA-256 (base64url) of the bytes
 * @returns `not-found` for what nobody announced, `invalid-input` for bytes that are not what their name says
 */
export async function putChunk(
  tenant: TenantStore,
  sending: Sending,
  chunk: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Result<BlobProgress>> {
  const { subject, orderId, hash } = sending;
  for (;;) {
    const tx = tenant.transaction();
    const found = await blobToSend(tx, subject, orderId, hash);
    if (!found.ok) return found;
    const { row } = found.value;
    const index = row?.chunks.indexOf(chunk) ?? -1;
    if (row === null || index < 0) return fail("not-found");
    if (row.complete) return ok({ missing: [], complete: true });
    if (!row.got.includes(chunk)) {
      const isLast = index === row.chunks.length - 1;
      const length = isLast ? row.size - index * CHUNK_BYTES : CHUNK_BYTES;
      if (bytes.length !== length || await hashBytes(bytes) !== chunk) {
        return wrong("chunk", "These bytes are not the chunk of this hash.");
      }
      const next: BlobRow = { ...row, got: [...row.got, chunk] };
      tx.set(tx.keys.blobChunk(orderId, chunk), bytes);
      tx.set(tx.keys.blob(orderId, hash), next);
      if (!await tx.commit()) continue;
      if (missingOf(next).length > 0) {
        return ok({ missing: missingOf(next), complete: false });
      }
    } else if (missingOf(row).length > 0) {
      return ok({ missing: missingOf(row), complete: false });
    }
    return await complete(tenant, sending);
  }
}

const wrong = (field: string, message: string) =>
  fail("invalid-input", { errors: [{ field, message }] });

async function complete(
  tenant: TenantStore,
  { orderId, hash, audit }: Sending,
): Promise<Result<BlobProgress>> {
  for (;;) {
    const tx = tenant.transaction();
    const key = tx.keys.blob(orderId, hash);
    const row = await tx.get<BlobRow>(key);
    if (row === null) return fail("not-found");
    if (row.complete) return ok({ missing: [], complete: true });
    const bytes = await readBlobBytes(tenant, orderId, row);
    if (
      bytes === null || await hashBytes(bytes) !== hash ||
      sniff(bytes) !== row.type
    ) {
      const used = await tx.get<number>(tx.keys.blobBytes()) ?? 0;
      tx.set(tx.keys.blobBytes(), Math.max(0, used - row.size));
      // Its chunks stay: another blob of the order may share them.
      tx.delete(key);
      if (!await tx.commit()) continue;
      return wrong("hash", "The whole is not the picture that was announced.");
    }
    tx.set(key, { ...row, complete: true });
    // Tells the devices that have the order, and the pages that wait for the picture.
    tx.changed({ type: "workOrder", id: orderId });
    if (audit !== null) {
      const told = await addToAudit(tx, audit, {
        action: "blob.complete",
        recordId: orderId,
        status: 200,
      });
      if (!told.ok) return told;
    }
    if (await tx.commit()) return ok({ missing: [], complete: true });
  }
}
