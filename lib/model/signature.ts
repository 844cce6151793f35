import { HASH } from "./blob.ts";
import { canonicalJson } from "./canonical_json.ts";
import { sha256 } from "./sha256.ts";
import type { WorkOrder } from "./work_order.ts";

/** What a customer signed. */
export interface Signature {
  /** Who signed, as it was typed. */
  name: string;
  /** When, by the device's clock, ISO 8601: evidence, like every time of a device. */
  at: string;
  /** SHA-256 (base64url) of what was shown: see `shownHash`. */
  shown: string;
  /** SHA-256 (base64url) of the drawing's picture; null: the typed name is the signature. */
  drawing: string | null;
}

/** What of an order is before the customer who signs. An edit of any of it makes the signature void. */
export function shownOf(order: WorkOrder): Record<string, unknown> {
  const { number, title, customer, address, notes, checklist, photos } = order;
  return {
    number,
    title,
    customer,
    address,
    notes,
    checklist: checklist.map(({ label, done }) => ({ label, done })),
    photos: Object.keys(photos ?? {}).sort(),
  };
}

/** SHA-256 (base64url) of the canonical JSON of what is shown. */
export function shownHash(order: WorkOrder): string {
  return sha256(canonicalJson(shownOf(order)));
}

/** A signature as the order's field carries it: one text, so that it merges as a whole. */
export function writeSignature(
  { name, at, shown, drawing }: Signature,
): string {
  return JSON.stringify({ name, at, shown, drawing });
}

/** Reads a signature's field; null for none, or for what is not one. */
export function readSignature(text: unknown): Signature | null {
  if (typeof text !== "string" || text.length > 500) return null;
  try {
    const { name, at, shown, drawing } = Object(JSON.parse(text));
    const good = typeof name === "string" && name.trim() !== "" &&
      name.length <= 120 &&
      typeof at === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at) &&
      !Number.isNaN(Date.parse(at)) && HASH.test(String(shown)) &&
      (drawing === null || HASH.test(String(drawing)));
    return good ? { name, at, shown, drawing } : null;
  } catch {
    return null;
  }
}

/**
 * How an order's signature stands: `void` when something that was shown has changed since. One pure function of the
 * record, so that phone and office say the same.
 */
export function signatureStanding(
  order: WorkOrder,
): "none" | "holds" | "void" {
  const signature = readSignature(order.signature);
  if (signature === null) return "none";
  return signature.shown === shownHash(order) ? "holds" : "void";
}
