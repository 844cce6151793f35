import "./engine.ts";
import type { BlobType } from "../model/blob.ts";
import { partsOf } from "../model/blob_parts.ts";
import type { Result } from "../model/problem.ts";
import { PHOTO, type WorkOrder } from "../model/work_order.ts";
import { type Signature, writeSignature } from "../model/signature.ts";
import { decode, encode, seal, unseal } from "./codec.ts";
import { type Field, notify } from "./field.ts";
import { readRecord } from "./local.ts";
import { editOrder } from "./orders.ts";
import type { Saved, Seen } from "./saving.ts";
import type { KeptBlob } from "./schema.ts";

// Photos and signatures on the device. Loaded when an order's pictures come into view, or when there are some to send.

const ABOUT = "about/";
const BYTES = "bytes/";

/** Where the bytes of a blob lie. */
const bytesKey = ({ order, hash }: Pick<KeptBlob, "order" | "hash">) =>
  `${BYTES}${order}/${hash}`;

/** SHA-256 of bytes, in base64url without padding. */
async function hashBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return btoa(String.fromCharCode(...new Uint8Array(hash)))
    .replaceAll("+", "-").replaceAll("/", "_").replace("=", "");
}

/** Keeps a picture, sealed; on the disk when it resolves. */
async function keep(
  field: Field,
  order: string,
  type: BlobType,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<KeptBlob> {
  const hash = await hashBytes(bytes);
  const chunks = await Promise.all(partsOf(bytes).map(hashBytes));
  const row: KeptBlob = {
    id: `${ABOUT}${order}/${hash}`,
    order,
    hash,
    about: { type, size: bytes.length, chunks },
    at: field.device.now(),
  };
  const key = bytesKey(row);
  const [sealedRow, sealed] = await Promise.all([
    encode(field, row),
    seal(field, { id: key }, bytes),
  ]);
  await field.db.run(async (db) => {
    const tx = db.transaction("blobs", "readwrite", { durability: "strict" });
    await Promise.all([
      tx.store.put(sealedRow, row.id),
      tx.store.put(sealed, key),
      tx.done,
    ]);
  });
  return row;
}

/** The photos and signatures on this device, of one order or of all. */
export async function keptBlobs(
  field: Field,
  order = "",
): Promise<KeptBlob[]> {
  const from = ABOUT + (order && `${order}/`);
  const stored = await field.db.run((db) =>
    db.getAll("blobs", IDBKeyRange.bound(from, `${from}~`))
  );
  return await decode(field, stored as KeptBlob[]);
}

/** The photos and signatures of this device that the server does not have all of. */
export async function unsentBlobs(field: Field): Promise<KeptBlob[]> {
  const kept = await keptBlobs(field);
  return kept.filter(({ receivedAt }) => receivedAt === undefined);
}

/** Whether the server did not take a picture, and nobody has said since that it is to be sent again. */
export function isRefused(row: KeptBlob): boolean {
  return row.refused !== undefined && !row.now;
}

/** A blob's bytes, or null when they are not on this device. */
export async function keptBytes(
  field: Field,
  row: Pick<KeptBlob, "order" | "hash">,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const key = bytesKey(row);
  const sealed = await field.db.run((db) => db.get("blobs", key));
  if (!sealed) return null;
  return await unseal(field, { id: key }, sealed as Uint8Array<ArrayBuffer>);
}

/** Changes what is known of a blob, unless it was removed meanwhile. */
export async function noteBlob(
  field: Field,
  { id }: KeptBlob,
  change: (row: KeptBlob) => KeptBlob,
): Promise<void> {
  const [row] = await decode(
    field,
    await field.db.run((db) => db.getAll("blobs", id)) as KeptBlob[],
  );
  if (!row) return;
  const next = await encode(field, change(row));
  await field.db.run(async (db) => {
    const tx = db.transaction("blobs", "readwrite", { durability: "strict" });
    if (await tx.store.getKey(id) !== undefined) await tx.store.put(next, id);
    await tx.done;
  });
  notify(field);
}

/** Takes a blob off this device. */
export async function dropBlob(field: Field, row: KeptBlob): Promise<void> {
  await field.db.run(async (db) => {
    const tx = db.transaction("blobs", "readwrite", { durability: "strict" });
    await Promise.all([
      tx.store.delete(row.id),
      tx.store.delete(bytesKey(row)),
      tx.done,
    ]);
  });
}

/**
 * Adds a photo to an order: first its bytes are kept, then the order names it, and the op that says so waits for no byte.
 *
 * @throws {StorageFailure} nothing was added
 */
export async function addPhoto(
  field: Field,
  order: string,
  type: BlobType,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Result<Saved<WorkOrder>>> {
  const { hash } = await keep(field, order, type, bytes);
  return await editOrder(field, order, {
    [PHOTO + hash]: `${type} ${bytes.length}`,
  });
}

/** Takes back a photo that the server does not have yet. */
export async function removePhoto(
  field: Field,
  row: KeptBlob,
): Promise<Result<Saved<WorkOrder>>> {
  const result = await editOrder(field, row.order, {
    [PHOTO + row.hash]: null,
  });
  if (result.ok) {
    await dropBlob(field, row);
    notify(field);
  }
  return result;
}

/** Lets a picture go that the server did not take, and takes it out of its order, where that is still this worker's. */
export async function dropPicture(field: Field, row: KeptBlob): Promise<void> {
  const order = await readRecord<WorkOrder>(field, row.order);
  if (order && !order.gone && order.record.photos?.[row.hash]) {
    await removePhoto(field, row);
  } else {
    await dropBlob(field, row);
    notify(field);
  }
}

/**
 * Signs an order.
 *
 * @param shown hash of what was before the customer: see `shownHash`
 * @param drawing PNG of what they drew; null: the typed name is the signature
 * @param seen the order as it was before the customer, with the signature that it had
 * @throws {StorageFailure} nothing was signed
 */
export async function signOrder(
  field: Field,
  order: string,
  { name, shown }: Pick<Signature, "name" | "shown">,
  drawing: Uint8Array<ArrayBuffer> | null,
  seen?: Seen,
): Promise<Result<Saved<WorkOrder>>> {
  const kept = drawing && await keep(field, order, "image/png", drawing);
  const signature = writeSignature({
    name,
    shown,
    at: new Date(field.device.now()).toISOString(),
    drawing: kept && kept.hash,
  });
  return await editOrder(field, order, { signature }, seen);
}
