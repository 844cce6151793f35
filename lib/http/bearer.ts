import { createHash, timingSafeEqual } from "node:crypto";

/** The token of an `Authorization: Bearer` header (RFC 6750, section 2.1), or null where there is none. */
export function bearerToken(req: Request): string | null {
  const header = req.headers.get("authorization") ?? "";
  return /^bearer +([\x21-\x7e]+) *$/i.exec(header)?.[1] ?? null;
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Whether a token is one of the keys; takes as long for a key that is nearly right as for any other. */
export function isOneOf(token: string, keys: readonly string[]): boolean {
  const hash = digest(token);
  let found = false;
  for (const key of keys) {
    found = timingSafeEqual(hash, digest(key)) || found;
  }
  return found;
}
