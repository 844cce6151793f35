import { announceBlob } from "../../lib/blobs/announce_blob.ts";
import { hashBytes } from "../../lib/blobs/hash_bytes.ts";
import { putChunk } from "../../lib/blobs/put_chunk.ts";
import type { BlobAbout } from "../../lib/model/blob.ts";
import { partsOf } from "../../lib/model/blob_parts.ts";
import type { TenantStore } from "../../lib/store/tenant_store.ts";
import { type Company, MONDAY } from "./builders.ts";

/** A picture as a device sends it. */
export interface Picture {
  hash: string;
  about: BlobAbout;
  bytes: Uint8Array<ArrayBuffer>;
  parts: Uint8Array<ArrayBuffer>[];
}

/** A JPEG by its first bytes, filled up to a size. */
export async function makePicture(
  size: number,
  fill = 7,
  start: number[] = [0xff, 0xd8, 0xff, 0xe0],
): Promise<Picture> {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * fill + (i >> 8)) & 255;
  bytes.set(start);
  const parts = partsOf(bytes);
  const chunks = await Promise.all(parts.map(hashBytes));
  const about: BlobAbout = { type: "image/jpeg", size, chunks };
  return { hash: await hashBytes(bytes), about, bytes, parts };
}

/** The smallest picture: one chunk, whose hash is the picture's. */
export const DOT: Picture = await makePicture(64);

/** Puts a whole picture under an order. */
export async function keepPicture(
  tenant: TenantStore,
  subject: Company["owner"],
  orderId: string,
  { hash, about, parts }: Picture,
): Promise<void> {
  const sending = { subject, orderId, hash, now: MONDAY, audit: null };
  await announceBlob(tenant, sending, about, 1e9);
  for (const [i, part] of parts.entries()) {
    const put = await putChunk(
      tenant,
      sending,
      about.chunks[i] as string,
      part,
    );
    if (!put.ok) throw new Error(JSON.stringify(put.problem));
  }
}
