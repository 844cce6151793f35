import type { Field } from "./field.ts";
import { readKey } from "./registry.ts";
import { databaseName } from "./schema.ts";

/** What stays readable on the disk: what the database finds rows by, and nothing that a person wrote. */
const CLEAR = [
  "n",
  "key",
  "seq",
  "deviceId",
  "record",
  "live",
  "answeredDay",
  "id",
  "newest",
  "planned",
];

const ALGORITHM = "AES-GCM";

/** Bytes of the nonce in front of what is sealed (NIST SP 800-38D, section 8.2.2). */
const NONCE = 12;

/** There is no key on this device: a login brings it. */
export class Locked extends Error {}

/** A row of any store: a record has an id, an op its place. */
export interface Sealable {
  /** The record's id. */
  id?: string;
  /** The op's position. */
  n?: number;
}

type Sealed = Sealable & { sealed?: Uint8Array<ArrayBuffer> };

async function keyOf(field: Field): Promise<CryptoKey> {
  const name = databaseName(field.me);
  const share = await readKey(field.device, name);
  if (!share) throw new Locked();
  return await crypto.subtle.deriveKey(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: new Uint8Array(),
      info: new TextEncoder().encode(name),
    },
    share,
    { name: ALGORITHM, length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

/** The key of a field's database, read once. @throws {Locked} */
function sealKey(field: Field): Promise<CryptoKey> {
  return field.key ??= keyOf(field).catch((error) => {
    field.key = null;
    throw error;
  });
}

/** Binds what is sealed to its row, so that rows cannot be exchanged on the disk. */
const cipher = (row: Sealable, iv: Uint8Array<ArrayBuffer>) => ({
  name: ALGORITHM,
  iv,
  additionalData: new TextEncoder().encode(String(row.n ?? row.id)),
});

/** Seals bytes for a row: they open as that row's alone. @throws {Locked} */
export async function seal(
  field: Field,
  row: Sealable,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = field.device.random(NONCE) as Uint8Array<ArrayBuffer>;
  const data = new Uint8Array(
    await crypto.subtle.encrypt(cipher(row, iv), await sealKey(field), bytes),
  );
  const sealed = new Uint8Array(NONCE + data.length);
  sealed.set(iv);
  sealed.set(data, NONCE);
  return sealed;
}

/** Opens what was sealed for a row. @throws {Locked} */
export async function unseal(
  field: Field,
  row: Sealable,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(
    await crypto.subtle.decrypt(
      cipher(row, sealed.slice(0, NONCE)),
      await sealKey(field),
      sealed.subarray(NONCE),
    ),
  );
}

/** Turns a row into what is written: its index values, and everything else sealed. @throws {Locked} */
export async function encode<T extends Sealable>(
  field: Field,
  row: T,
): Promise<T> {
  const clear: Record<string, unknown> = {};
  const secret: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    (CLEAR.includes(name) ? clear : secret)[name] = value;
  }
  const text = new TextEncoder().encode(JSON.stringify(secret));
  return { ...clear, sealed: await seal(field, row, text) } as unknown as T;
}

/** Turns what was written back into rows. @throws {Locked} */
export async function decode<T extends Sealable>(
  field: Field,
  stored: T[],
): Promise<T[]> {
  return await Promise.all(stored.map(async (row) => {
    const { sealed, ...clear } = row as Sealed;
    // Written before rows were sealed.
    if (!sealed) return row;
    const open = await unseal(field, row, sealed);
    return { ...clear, ...JSON.parse(new TextDecoder().decode(open)) };
  }));
}
