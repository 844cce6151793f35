/** The most bytes of one chunk: a value of the store, with room for what is around it. */
export const CHUNK_BYTES: number = 60 * 1024;

/** The most bytes of one photo or signature. */
export const MAX_BLOB_BYTES: number = 6 * 1024 * 1024;

/** The most photos of one order: what its record has room for. */
export const MAX_PHOTOS = 40;

/** What a blob can be: pictures that every browser shows and none runs. */
export const BLOB_TYPES = ["image/jpeg", "image/png", "image/webp"] as const;

/** Media type of a blob. */
export type BlobType = typeof BLOB_TYPES[number];

/** A SHA-256 in base64url: 43 characters. */
export const HASH: RegExp = /^[\w-]{43}$/;

/** The value of an order's photo field: media type and bytes. */
export const PHOTO_VALUE: RegExp = /^image\/(?:jpeg|png|webp) [1-9]\d{0,6}$/;

/** What a device says of a blob before it sends it. */
export interface BlobAbout {
  /** Compared with the first bytes once they are there. */
  type: BlobType;
  /** In bytes, at most `MAX_BLOB_BYTES`. */
  size: number;
  /** SHA-256 (base64url) of each chunk, in order; all but the last are `CHUNK_BYTES` long. */
  chunks: string[];
}

/** How far a blob is: the answer to each request that sends some of it. */
export interface BlobProgress {
  /** Chunks that the server does not have. */
  missing: string[];
  /** All of it is there, and hashes to its name. */
  complete: boolean;
}

/** How many chunks a blob of so many bytes has. */
export function chunksOf(size: number): number {
  return Math.ceil(size / CHUNK_BYTES);
}

/** The media type that a file's first bytes tell; null: none that is taken. */
export function sniff(bytes: Uint8Array): BlobType | null {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (text.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  return /^RIFF[^]{4}WEBP/.test(text) ? "image/webp" : null;
}
