import { createHash } from "node:crypto";

/** The hash of some content: SHA-256, shortened, in URL-safe Base64. */
export function contentHash(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 16);
}
