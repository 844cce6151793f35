import type { FieldValue, FieldValues } from "../model/form.ts";
import type { TenantTransaction } from "./tenant_store.ts";

/** One step in a record's life: who changed what from what, and which values lost in a merge. */
export interface HistoryRow {
  /** User id of who made the change. */
  by: string;
  /** Server time, ISO 8601. */
  at: string;
  /** When it is believed to have happened on the device. */
  believedAt: string;
  /** By flat field name; only what really differs. */
  changed: Record<string, { from: FieldValue; to: FieldValue }>;
  /** Values that somebody wrote and that gave way in a merge. */
  discarded?: FieldValues;
}

/** Who makes a change, and when. */
export interface Authorship {
  /** User id. */
  by: string;
  /** Server time, ISO 8601. */
  at: string;
  /** When it is believed to have happened on the device, ISO 8601. */
  believedAt: string;
  /** Values that gave way in the merge that led to this change. */
  discarded?: FieldValues;
}

/** Writes what a change made of a record's fields into its history. */
export function writeHistory(
  tx: TenantTransaction,
  record: { id: string; version: number },
  before: FieldValues,
  after: FieldValues,
  author: Authorship,
): void {
  const changed: HistoryRow["changed"] = {};
  for (const name of Object.keys({ ...before, ...after })) {
    const from = before[name] ?? null;
    const to = after[name] ?? null;
    if (from !== to) changed[name] = { from, to };
  }
  const { by, at, believedAt, discarded } = author;
  const lost = discarded && Object.keys(discarded).length > 0;
  const row: HistoryRow = {
    by,
    at,
    believedAt,
    changed,
    ...(lost && { discarded }),
  };
  tx.set(tx.keys.history(record.id, record.version), row);
}
