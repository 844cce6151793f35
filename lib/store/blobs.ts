import type { BlobAbout } from "../model/blob.ts";
import type { TenantStore } from "./tenant_store.ts";

/** A photo or a signature's picture, of one order: what was said of it, and how much of it is there. */
export interface BlobRow extends BlobAbout {
  /** User id of who said so; may go on sending when the order is somebody else's by then. */
  by: string;
  /** Server time, ISO 8601. */
  at: string;
  /** SHA-256 of the chunks that are there. */
  got: string[];
  /** All chunks are there, and together hash to the blob's name. */
  complete: boolean;
}

/** Chunks of a blob that are not there. */
export function missingOf({ chunks, got }: BlobRow): string[] {
  return [...new Set(chunks)].filter((chunk) => !got.includes(chunk));
}

/** What is known of a blob, or null. */
export function readBlobRow(
  tenant: TenantStore,
  orderId: string,
  hash: string,
): Promise<BlobRow | null> {
  return tenant.get<BlobRow>(tenant.keys.blob(orderId, hash));
}

/** A blob's bytes; null where a chunk is not there. */
export async function readBlobBytes(
  tenant: TenantStore,
  orderId: string,
  { chunks, size }: BlobRow,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const found = await tenant.getMany<Uint8Array>(
    chunks.map((chunk) => tenant.keys.blobChunk(orderId, chunk)),
  );
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of found) {
    if (chunk === null || offset + chunk.length > size) return null;
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return offset === size ? bytes : null;
}

/** Which of some blobs of an order are complete, by their SHA-256. */
export async function completeAmong(
  tenant: TenantStore,
  orderId: string,
  hashes: readonly string[],
): Promise<Set<string>> {
  const named = [...new Set(hashes)];
  const rows = await tenant.getMany<BlobRow>(
    named.map((hash) => tenant.keys.blob(orderId, hash)),
  );
  return new Set(named.filter((_, i) => rows[i]?.complete));
}

/** The blobs of an order that are complete, by their SHA-256. */
export async function completeBlobs(
  tenant: TenantStore,
  orderId: string,
): Promise<Set<string>> {
  // An order has at most forty photos; what people removed and signed anew is little more.
  const rows = await tenant.list<BlobRow>({
    prefix: tenant.keys.blobsOf(orderId),
    limit: 200,
  });
  return new Set(
    rows.filter(({ value }) => value.complete)
      .map(({ key }) => String(key.at(-1))),
  );
}
