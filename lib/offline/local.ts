import { decode } from "./codec.ts";
import type { Field } from "./field.ts";
import { type Kept, type Row, storeOf } from "./schema.ts";

/** A record as the screens show it, and how it stands with the server. */
export interface Local<T> {
  /** With everything that this device did to it. */
  record: T;
  /** `saved`: on this device, not all of it sent. `received`: the server has everything. */
  standing: "received" | "saved" | "needs-you";
  /** It left this worker's scope; only open changes keep it here. */
  gone: boolean;
}

/** A row as the screens show it. */
export function present<T extends Kept>(row: Row<T>): Local<T> {
  return {
    record: row.local,
    standing: row.parked > 0
      ? "needs-you"
      : row.waiting > 0
      ? "saved"
      : "received",
    gone: row.gone ?? false,
  };
}

/** One record, or null when it is not on this device. */
export async function readRecord<T extends Kept>(
  field: Field,
  id: string,
): Promise<Local<T> | null> {
  const rows = await field.db.run((db) => db.getAll(storeOf(id), id));
  return (await decode(field, rows as Row<T>[])).map(present)[0] ?? null;
}
