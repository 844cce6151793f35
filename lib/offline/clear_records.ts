import { commit } from "./draft.ts";
import type { Field } from "./field.ts";
import { writeKey } from "./registry.ts";
import { databaseName, type RecordStore } from "./schema.ts";

/** The stores that hold what a person can read. */
export const RECORD_STORES: RecordStore[] = [
  "leads",
  "workOrders",
  "timesheets",
];

/**
 * Takes everything readable out of a user's database, and its key off the device. Ops stay, sealed, under that user and
 * org alone.
 */
export async function clearRecords(field: Field): Promise<void> {
  await commit(field, (draft) => {
    const { head, feed } = draft;
    head.left = true;
    head.generation++;
    head.drain = null;
    draft.feed = { ...feed, cursor: null, loading: false, settings: null };
    draft.also = (tx) =>
      Promise.all(RECORD_STORES.map((name) => tx.objectStore(name).clear()));
  });
  await writeKey(field.device, databaseName(field.me), null);
}
