import { z } from "zod";
import {
  BLOB_TYPES,
  type BlobAbout,
  type BlobProgress,
  chunksOf,
  HASH,
  MAX_BLOB_BYTES,
} from "../model/blob.ts";
import { fail, type FieldError, ok, type Result } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import { addToAudit, type AuditRow } from "../store/audit.ts";
import { type BlobRow, missingOf } from "../store/blobs.ts";
import type { TenantStore, TenantTransaction } from "../store/tenant_store.ts";
import { blobToSend } from "./order_of_blob.ts";

const announcement = z.strictObject({
  type: z.enum(BLOB_TYPES),
  size: z.number().int().min(1).max(MAX_BLOB_BYTES),
  chunks: z.array(z.string().regex(HASH, "Send SHA-256 in base64url.")),
}).refine(
  ({ size, chunks }) => chunks.length === chunksOf(size),
  { path: ["chunks"], message: "Send the hash of every chunk of 60 KiB." },
);

/** The most fields that an answer names. */
const MAX_ERRORS = 20;

const errorsOf = (issue: z.core.$ZodIssue): FieldError[] =>
  issue.code === "unrecognized_keys"
    ? issue.keys.map((field) => ({
      field,
      message: "This field is not known here.",
    }))
    : [{ field: issue.path.join(".") || "body", message: issue.message }];

/** Who sends a blob, of which order, and when. */
export interface Sending {
  /** From the session. */
  subject: Subject;
  /** The work order that it is of. */
  orderId: string;
  /** SHA-256 (base64url) of the whole. */
  hash: string;
  /** Server time, milliseconds. */
  now: number;
  /**
   * Written with what changes; an entry is added here. Null: the request's record is written already. Not closed: the
   * request commits more than this, and closes it.
   */
  audit: AuditRow | null;
}

/**
 * Works out what an announcement comes to, and writes it into the transaction; nothing where all of it is known.
 *
 * @param about not trusted
 * @param limitBytes how much the plan has room for, over all orders
 * @returns as `announceBlob`
 */
export async function planBlob(
  tx: TenantTransaction,
  { subject, orderId, hash, now, audit }: Sending,
  about: unknown,
  limitBytes: number,
): Promise<Result<BlobProgress & { isNew: boolean }>> {
  const found = await blobToSend(tx, subject, orderId, hash);
  if (!found.ok) return found;
  const { row } = found.value;
  const parsed = announcement.safeParse(about);
  if (!parsed.success) {
    return fail("invalid-input", {
      errors: parsed.error.issues.flatMap(errorsOf).slice(0, MAX_ERRORS),
    });
  }
  if (row?.complete) return ok({ missing: [], complete: true, isNew: false });
  const said: BlobAbout = parsed.data;
  if (row && isSame(row, said)) {
    return ok({ missing: missingOf(row), complete: false, isNew: false });
  }
  const used = await tx.get<number>(tx.keys.blobBytes()) ?? 0;
  const next = used - (row?.size ?? 0) + said.size;
  if (next > limitBytes) {
    return fail("body-too-large", {
      errors: [{
        field: "size",
        message: "Your company's plan has no room for more photos.",
      }],
    });
  }
  tx.set(tx.keys.blobBytes(), next);
  // What was announced otherwise and never came: chunks that it shares with this are sent again.
  const announced: BlobRow = {
    ...said,
    by: subject.id,
    at: new Date(now).toISOString(),
    got: [],
    complete: false,
  };
  tx.set(tx.keys.blob(orderId, hash), announced);
  if (audit !== null) {
    const told = await addToAudit(tx, audit, {
      action: "blob.announce",
      recordId: orderId,
      status: 200,
    });
    if (!told.ok) return told;
  }
  return ok({ missing: missingOf(announced), complete: false, isNew: true });
}

/**
 * Takes note of a photo or signature that is going to be sent, and says what of it is missing; asked again after a torn
 * upload, that is what is left. The same blob may be announced any number of times.
 *
 * @param about not trusted
 * @param limitBytes how much the plan has room for, over all orders
 * @returns `not-found`, `forbidden`, `invalid-input`, or `body-too-large` when the plan has no room
 */
export async function announceBlob(
  tenant: TenantStore,
  sending: Sending,
  about: unknown,
  limitBytes: number,
): Promise<Result<BlobProgress>> {
  for (;;) {
    const tx = tenant.transaction();
    const planned = await planBlob(tx, sending, about, limitBytes);
    if (!planned.ok) return planned;
    const { isNew, ...progress } = planned.value;
    if (!isNew || await tx.commit()) return ok(progress);
  }
}

const isSame = (row: BlobRow, said: BlobAbout) =>
  row.type === said.type && row.size === said.size &&
  row.chunks.join() === said.chunks.join();
