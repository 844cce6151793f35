import { createHash } from "node:crypto";

/** What is stored of a secret: its SHA-256 (hex), so that a stolen store opens no session. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
