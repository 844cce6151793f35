import { createHash } from "node:crypto";

/** A new 256-bit secret for a cookie or a link, base64url. */
export function newSecret(): string {
  return crypto.getRandomValues(new Uint8Array(32)).toBase64({
    alphabet: "base64url",
    omitPadding: true,
  });
}

/** What is stored of a secret: its SHA-256 (hex), so that a stolen store opens no session. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
