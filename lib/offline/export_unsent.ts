import "./engine.ts";
import {
  UNSENT_FORMAT,
  UNSENT_VERSION,
  type UnsentFile,
  unsentInfo,
  unsentText,
} from "../model/unsent_file.ts";
import { onWire } from "./batch.ts";
import { Locked } from "./codec.ts";
import { read } from "./draft.ts";
import type { Field } from "./field.ts";
import { readKey } from "./registry.ts";
import { databaseName, LIVE } from "./schema.ts";

// Loaded when a person asks for it.

const iso = (ms: number) => new Date(ms).toISOString();

async function sealOf(
  field: Field,
  file: Omit<UnsentFile, "seal">,
): Promise<string> {
  const share = await readKey(field.device, databaseName(field.me));
  if (!share) throw new Locked();
  const encoder = new TextEncoder();
  const key = await crypto.subtle.deriveKey(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: new Uint8Array(),
      info: encoder.encode(unsentInfo(file)),
    },
    share,
    { name: "HMAC", hash: "SHA-256", length: 256 },
    false,
    ["sign"],
  );
  const bytes = await crypto.subtle.sign(
    "HMAC",
    key,
    encoder.encode(unsentText(file)),
  );
  return [...new Uint8Array(bytes)]
    .map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A file for the office, and what is in it. */
export interface SavedUnsent {
  /** The file's name. */
  name: string;
  /** JSON, indented for people. */
  text: string;
  /** Changes that can be taken in. */
  ops: number;
  /** Changes that were refused and are there to be read. */
  refused: number;
}

/**
 * Writes down what this device has not sent, for the office to take in. Changes nothing here: what the phone still sends
 * later counts once all the same.
 *
 * @throws {StorageFailure}
 * @throws {Locked} nobody is logged in on this device
 */
export async function exportUnsent(field: Field): Promise<SavedUnsent> {
  const { device, me } = field;
  const draft = await read(field);
  const { deviceId, vault, acked } = draft.head;
  const waiting = await draft.opsBySeq(acked + 1);
  const parked = await draft.opsAlive(LIVE.parked);
  const now = device.now();
  const file: Omit<UnsentFile, "seal"> = {
    format: UNSENT_FORMAT,
    version: UNSENT_VERSION,
    savedAt: iso(now),
    user: { id: me.id, name: me.name },
    org: { id: me.orgId, name: me.company },
    device: { id: deviceId, vault },
    ops: waiting.map((op) => onWire(op, device)),
    refused: parked.flatMap(({ key, route, method, payload, ...op }) => {
      const { problem } = op;
      if (!problem) return [];
      const { code, title } = problem;
      return [{
        key,
        route,
        method,
        payload,
        madeAt: iso(op.createdAt),
        problem: { code, title },
      }];
    }),
  };
  const seal = await sealOf(field, file);
  return {
    name: `streamflow-unsent-${
      file.savedAt.slice(0, 16).replace(":", "")
    }.json`,
    text: JSON.stringify({ ...file, seal }, null, 2) + "\n",
    ops: waiting.filter((op) => op.live === LIVE.waiting).length,
    refused: file.refused.length,
  };
}
