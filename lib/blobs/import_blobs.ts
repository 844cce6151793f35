import { type BlobAbout, sniff } from "../model/blob.ts";
import { partsOf } from "../model/blob_parts.ts";
import { fail, ok, type Problem, type Result } from "../model/problem.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { planBlob, type Sending } from "./announce_blob.ts";
import { hashBytes } from "./hash_bytes.ts";
import { putBlob } from "./put_blob.ts";

/** A photo or signature that somebody brings in for a phone that cannot send it. */
export interface BroughtBlob {
  /** The work order that it is of. */
  order: string;
  /** SHA-256 (base64url) of the whole. */
  hash: string;
  /** What the phone said of it. */
  about: BlobAbout;
  /** Its bytes, not trusted; null: they are not there. */
  bytes: () => Uint8Array<ArrayBuffer> | null;
}

/** What comes of one of them. */
export interface ImportedBlob<T extends BroughtBlob = BroughtBlob> {
  /** As it was brought. */
  blob: T;
  /** `applied`: it is there by this import. `known`: the office has it already. `refused`: see `problem`. */
  outcome: "applied" | "known" | "refused";
  /** Why it was refused. */
  problem?: Problem;
}

/** Whose pictures they are, when, and the request's record: not closed, since each picture adds to it. */
export type Bringing = Omit<Sending, "orderId" | "hash">;

const wrong = (message: string) =>
  fail("invalid-input", { errors: [{ field: "bytes", message }] });

/** The bytes of a picture, if they are the ones that the phone wrote down. */
async function wholeOf(
  { hash, about, bytes }: BroughtBlob,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  const whole = bytes();
  if (whole === null) {
    return wrong(
      "Its bytes are not in the file: it was cut off or damaged. Save it on the phone again.",
    );
  }
  const chunks = await Promise.all(partsOf(whole).map(hashBytes));
  const isWhole = whole.length === about.size && sniff(whole) === about.type &&
    chunks.join() === about.chunks.join() && await hashBytes(whole) === hash;
  return isWhole ? ok(whole) : wrong(
    "Its bytes were damaged or changed after the phone wrote them. Save it on the phone again.",
  );
}

/** Does the same for each picture, one after the other, so that the bytes of one at a time are opened. */
async function each<T extends BroughtBlob>(
  tenant: TenantStore,
  by: Bringing,
  blobs: readonly T[],
  limitBytes: number,
  take: (
    sending: Sending,
    blob: T,
    bytes: Uint8Array<ArrayBuffer>,
  ) => Promise<Result<{ known: boolean }>>,
): Promise<ImportedBlob<T>[]> {
  const imported: ImportedBlob<T>[] = [];
  for (const blob of blobs) {
    const sending = { ...by, orderId: blob.order, hash: blob.hash };
    const whole = await wholeOf(blob);
    let taken: Result<{ known: boolean }>;
    if (whole.ok) taken = await take(sending, blob, whole.value);
    else {
      // What is there already needs no bytes, and what may not be sent is not a question of them.
      const planned = await planBlob(
        tenant.transaction(),
        { ...sending, audit: null },
        blob.about,
        limitBytes,
      );
      if (!planned.ok) taken = planned;
      else if (planned.value.complete) taken = ok({ known: true });
      else taken = whole;
    }
    imported.push(
      taken.ok
        ? { blob, outcome: taken.value.known ? "known" : "applied" }
        : { blob, outcome: "refused", problem: taken.problem },
    );
  }
  return imported;
}

/**
 * Takes in pictures through the same use cases as if the phone had sent their chunks: by their hash, so that each is there
 * once, however often it is brought in, and also when the phone sends it later. A picture that is refused keeps no other out.
 *
 * @param limitBytes how much the plan has room for, over all orders
 */
export function importBlobs<T extends BroughtBlob>(
  tenant: TenantStore,
  by: Bringing,
  blobs: readonly T[],
  limitBytes: number,
): Promise<ImportedBlob<T>[]> {
  return each(
    tenant,
    by,
    blobs,
    limitBytes,
    (sending, { about }, bytes) =>
      putBlob(tenant, sending, about, bytes, limitBytes),
  );
}

/** What would come of pictures now. Nothing is written. */
export function foreseeBlobs<T extends BroughtBlob>(
  tenant: TenantStore,
  by: Bringing,
  blobs: readonly T[],
  limitBytes: number,
): Promise<ImportedBlob<T>[]> {
  // One that is never committed: it sees how much room the pictures before it take.
  const tx = tenant.transaction();
  return each(tenant, by, blobs, limitBytes, async (sending, { about }) => {
    const planned = await planBlob(
      tx,
      { ...sending, audit: null },
      about,
      limitBytes,
    );
    return planned.ok ? ok({ known: planned.value.complete }) : planned;
  });
}
