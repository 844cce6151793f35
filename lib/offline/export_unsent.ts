import "./engine.ts";
import { MAX_BLOB_BYTES } from "../model/blob.ts";
import {
  MAX_UNSENT_BYTES,
  UNSENT_FORMAT,
  UNSENT_VERSION,
  type UnsentFile,
  unsentInfo,
  unsentParts,
  type UnsentPicture,
  unsentText,
} from "../model/unsent_file.ts";
import { onWire } from "./batch.ts";
import { keptBytes, unsentBlobs } from "./blobs.ts";
import { Locked } from "./codec.ts";
import { read } from "./draft.ts";
import type { Field } from "./field.ts";
import { readKey } from "./registry.ts";
import { databaseName, type KeptBlob, LIVE } from "./schema.ts";

// Loaded when a person asks for it.

/** Bytes that are turned into base64 at once: a multiple of three, so that no padding comes in between. */
const STEP_BYTES = 3 * 8192;

/** More than a picture takes in a file beside its bytes and the hashes of its chunks. */
const ENTRY_BYTES = 512;

/** More than the hash of a chunk takes in a file. */
const CHUNK_ENTRY_BYTES = 64;

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

/** Base64 of bytes; as a Blob, which lies outside the page's memory. */
function base64Of(bytes: Uint8Array): Blob {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    const step = bytes.subarray(at, at + STEP_BYTES);
    parts.push(btoa(String.fromCharCode(...step)));
  }
  return new Blob(parts);
}

/** More than a picture takes in a file. */
const roomOf = ({ about }: KeptBlob) =>
  Math.ceil(about.size / 3) * 4 + ENTRY_BYTES +
  CHUNK_ENTRY_BYTES * about.chunks.length;

/** A picture's bytes; null when they are not on this device, or cannot be opened any more. */
async function openBytes(
  field: Field,
  row: KeptBlob,
): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await keptBytes(field, row);
  } catch (error) {
    // One picture that the disk has damaged must not keep everything else from the office.
    if ((error as DOMException).name === "OperationError") return null;
    throw error;
  }
}

interface Packed {
  pictures: UnsentPicture[];
  bytes: [hash: string, base64: Blob][];
  ids: string[];
  leftOut: number;
  left: number;
}

/** As many of the pictures as there is room for, and at least one if there is one. One after the other, for phones with little memory. */
async function pack(
  field: Field,
  rows: readonly KeptBlob[],
  room: number,
): Promise<Packed> {
  const packed: Packed = {
    pictures: [],
    bytes: [],
    ids: [],
    leftOut: 0,
    left: 0,
  };
  const { pictures, bytes, ids } = packed;
  for (const row of rows) {
    const { order, hash, about, at } = row;
    if (pictures.length > 0 && roomOf(row) > room) {
      packed.left++;
      continue;
    }
    const opened = about.size > MAX_BLOB_BYTES
      ? null
      : await openBytes(field, row);
    if (opened === null) {
      packed.leftOut++;
      continue;
    }
    room -= roomOf(row);
    ids.push(row.id);
    pictures.push({ order, hash, about, madeAt: iso(at) });
    // The same picture of another order.
    if (bytes.some(([known]) => known === hash)) continue;
    bytes.push([hash, base64Of(opened)]);
  }
  return packed;
}

/** A file for the office, and what is in it. */
export interface SavedUnsent {
  /** The file's name. */
  name: string;
  /** JSON, indented for people, at most `MAX_UNSENT_BYTES` unless the changes alone are more. */
  file: Blob;
  /** Changes that can be taken in. */
  ops: number;
  /** Changes that were refused and are there to be read. */
  refused: number;
  /** Ids of the photos and signatures that are in it. */
  pictures: string[];
  /** Photos and signatures that cannot go into any file: too large for the server, or damaged on this device. */
  leftOut: number;
  /** Photos and signatures for which there was no room: they need a file more. */
  left: number;
}

/**
 * Writes down what this device has not sent, for the office to take in. Changes nothing here: what the phone still sends
 * later counts once all the same.
 *
 * @param without ids of pictures that another file has already
 * @throws {StorageFailure}
 * @throws {Locked} nobody is logged in on this device
 */
export async function exportUnsent(
  field: Field,
  without: ReadonlySet<string> = new Set(),
): Promise<SavedUnsent> {
  const { device, me } = field;
  const draft = await read(field);
  const { deviceId, vault, acked } = draft.head;
  const waiting = await draft.opsBySeq(acked + 1);
  const parked = await draft.opsAlive(LIVE.parked);
  const now = device.now();
  const changes: Omit<UnsentFile, "seal" | "pictures"> = {
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
  const rows = (await unsentBlobs(field)).filter(({ id }) => !without.has(id));
  const taken = new Blob([JSON.stringify(changes, null, 2)]).size;
  const { pictures, bytes, ids, leftOut, left } = await pack(
    field,
    rows,
    MAX_UNSENT_BYTES - taken - ENTRY_BYTES,
  );
  const file = { ...changes, pictures };
  const parts = unsentParts(
    { ...file, seal: await sealOf(field, file) },
    bytes,
  );
  const at = file.savedAt.slice(0, 16).replace(":", "");
  return {
    name: `streamflow-unsent-${at}.json`,
    file: new Blob(parts, { type: "application/json" }),
    ops: waiting.filter((op) => op.live === LIVE.waiting).length,
    refused: file.refused.length,
    pictures: ids,
    leftOut,
    left,
  };
}
