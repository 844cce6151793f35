import type { FieldValues } from "../model/form.ts";
import type { HistoryRow, LateChange } from "../model/history.ts";
import { type Page, readPage } from "./page.ts";
import type { TenantStore, TenantTransaction } from "./tenant_store.ts";

export type { HistoryRow } from "../model/history.ts";

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

/** Somebody who had a record, and what the history has of them from after that. */
export interface FormerHolder {
  /** Room that their late changes have taken, in UTF-16 code units. */
  kept: number;
}

/**
 * The room for late changes of one person to one record since they lost it, in UTF-16 code units of JSON: more than a day
 * at an order takes, and too little to fill a store with.
 */
const MAX_LATE_UNITS = 200_000;

/** What a late change takes beside its values. */
const LATE_ROW_UNITS = 300;

/** The most values of one late change, so that the row fits the store at two bytes a unit. */
const MAX_LATE_CHANGE_UNITS = 28_000;

const lostOf = (discarded: FieldValues | undefined) =>
  discarded && Object.keys(discarded).length > 0 ? { discarded } : null;

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
  const row: HistoryRow = {
    by,
    at,
    believedAt,
    changed,
    ...lostOf(discarded),
  };
  tx.set(tx.keys.history(record.id, record.version), row);
}

/** Remembers who had a record, when another one gets it: what they did before they knew may still be on its way. */
export function writeFormerHolder(
  tx: TenantTransaction,
  id: string,
  before: string | null,
  after: string | null,
): void {
  if (before === after) return;
  const row: FormerHolder = { kept: 0 };
  tx.set(tx.keys.formerHolder(id, before), row);
}

/**
 * Keeps a change that came too late in the history of the record that it was meant for, beside the version that it found.
 * Nothing is kept of somebody who never had the record, nor beyond the room that each has. A change whose key has been
 * kept there already is kept once.
 *
 * @param former who had the record: its author or, of a lead that nobody had, null
 * @param key idempotency key of the change
 */
export async function writeLateChange(
  tx: TenantTransaction,
  record: { id: string; version: number },
  former: readonly (string | null)[],
  key: string,
  author: Authorship,
  late: LateChange,
): Promise<void> {
  const { keys } = tx;
  let holder: FormerHolder | null = null;
  for (const who of former) {
    // Not checked: the author's device writes one commit after the other, and a second device may at most exceed the room.
    holder ??= await tx.peek<FormerHolder>(keys.formerHolder(record.id, who));
  }
  if (holder === null) return;
  const { by, at, believedAt, discarded } = author;
  const units = (values: unknown) => JSON.stringify(values ?? {}).length;
  const fits = units(late.fields) + units(discarded) <= MAX_LATE_CHANGE_UNITS;
  const row: HistoryRow = {
    by,
    at,
    believedAt,
    changed: {},
    ...(fits && lostOf(discarded)),
    late,
  };
  const kept = holder.kept + LATE_ROW_UNITS + units(row);
  if (units(late.fields) > MAX_LATE_CHANGE_UNITS || kept > MAX_LATE_UNITS) {
    return;
  }
  tx.set(keys.formerHolder(record.id, by), { kept } satisfies FormerHolder);
  tx.set(keys.lateChange(record.id, record.version, key), row);
}

/** One page of a record's history, the newest step first; late changes before the version that they found. */
export function listHistory(
  tenant: TenantStore,
  recordId: string,
  options: { cursor?: string | null; limit: number },
): Promise<Page<HistoryRow>> {
  const prefix = tenant.keys.historyOf(recordId);
  return readPage(tenant, prefix, { ...options, reverse: true });
}
