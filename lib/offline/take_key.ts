import "./engine.ts";
import type { Field } from "./field.ts";
import { writeKey } from "./registry.ts";
import { databaseName } from "./schema.ts";
import { call, Halt } from "./wire.ts";

// Loaded at a login.

/**
 * Fetches the share that this database is sealed with, and keeps it as a key that no script can read.
 *
 * @throws {Halt} the server did not give it
 */
export async function takeKey(field: Field, vault: string): Promise<void> {
  const answer = await call<{ share: number[] }>(
    field,
    "/api/client/device-shares",
    {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ vault }),
    },
    "share",
  );
  if ("code" in answer) throw new Halt(false, 0);
  const share = await crypto.subtle.importKey(
    "raw",
    Uint8Array.from(answer.share),
    "HKDF",
    false,
    ["deriveKey"],
  );
  await writeKey(field.device, databaseName(field.me), share);
}
