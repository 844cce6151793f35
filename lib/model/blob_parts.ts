import { CHUNK_BYTES } from "./blob.ts";

// Apart from `blob.ts`, of which every field screen loads what it needs at once.

/** A blob's bytes as they travel and are kept: pieces of `CHUNK_BYTES`. */
export function partsOf(
  bytes: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    parts.push(bytes.slice(at, at + CHUNK_BYTES));
  }
  return parts;
}
