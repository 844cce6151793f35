import { ledgerLink, type OpResult } from "../model/protocol.ts";

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(text),
  );
  return [...new Uint8Array(hash)].map((byte) =>
    byte.toString(16).padStart(2, "0")
  ).join("");
}

/**
 * The ledger's hash after more results, as the server must have it too (SHA-256, hex; see `ledgerLink`).
 *
 * @param results by seq
 */
export async function ledgerHash(
  previous: string,
  results: readonly Pick<OpResult, "seq" | "key" | "status">[],
): Promise<string> {
  let hash = previous;
  for (const result of results) hash = await sha256(ledgerLink(hash, result));
  return hash;
}
