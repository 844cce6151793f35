import type { BlobType } from "./blob.ts";

/** The name under which people find a picture among their files, and tell it from others. */
export function blobFileName(
  orderNumber: number,
  hash: string,
  type: BlobType,
): string {
  const end = type.replace("image/", "").replace("jpeg", "jpg");
  return `order-${orderNumber}-${hash.slice(0, 8)}.${end}`;
}
