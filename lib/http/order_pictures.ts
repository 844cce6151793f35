import { may } from "../model/policy.ts";
import {
  readSignature,
  type Signature,
  signatureStanding,
} from "../model/signature.ts";
import type { Me } from "../model/spaces.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { completeBlobs } from "../store/blobs.ts";
import type { TenantStore } from "../store/tenant_store.ts";

/** What a page without scripts shows of an order's photos and signature. */
export interface PicturesOfOrder {
  /** SHA-256 of each photo, and whether all of it is here. */
  photos: { hash: string; isHere: boolean }[];
  /** Null: nobody has signed. */
  signature: Signature | null;
  /** Something that was shown has changed since. */
  isVoid: boolean;
  /** The drawing of the signature is here. */
  isDrawingHere: boolean;
  /** Whether this person may add a photo. */
  mayAdd: boolean;
}

/** Reads which of an order's pictures are here. */
export async function picturesOf(
  tenant: TenantStore,
  me: Me,
  order: WorkOrder,
): Promise<PicturesOfOrder> {
  const hashes = Object.keys(order.photos ?? {});
  const signature = readSignature(order.signature);
  const drawing = signature?.drawing ?? null;
  const here = hashes.length > 0 || drawing !== null
    ? await completeBlobs(tenant, order.id)
    : new Set<string>();
  return {
    photos: hashes.map((hash) => ({ hash, isHere: here.has(hash) })),
    signature,
    isVoid: signatureStanding(order) === "void",
    isDrawingHere: drawing !== null && here.has(drawing),
    mayAdd: may(me, "order.update", order, "photos"),
  };
}
