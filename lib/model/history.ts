import { HASH } from "./blob.ts";
import type { FieldValue, FieldValues } from "./form.ts";
import { readSignature } from "./signature.ts";
import { PHOTO } from "./work_order.ts";

/** What somebody did to a record that was somebody else's by the time it arrived: none of it was made. */
export interface LateChange {
  /** User id of whose record it was by then; null: nobody's. */
  assigneeId: string | null;
  /** The values it would have set, by flat field name. */
  fields: FieldValues;
}

/** One step in a record's life: who changed what from what, and which values were not taken. */
export interface HistoryRow {
  /** User id of who made the change. */
  by: string;
  /** Server time, ISO 8601. */
  at: string;
  /** When it is believed to have happened on the device. */
  believedAt: string;
  /** By flat field name; only what really differs. */
  changed: Record<string, { from: FieldValue; to: FieldValue }>;
  /** Values that their author gave up in a merge. */
  discarded?: FieldValues;
  /** It came too late; `changed` is empty then, and the record's version is the one before it. */
  late?: LateChange;
}

/** Every person that a step names: who made it, and whose the record was or became. */
export function peopleOf(
  { by, changed, discarded, late }: HistoryRow,
): string[] {
  const holders = [
    changed.assigneeId?.from,
    changed.assigneeId?.to,
    discarded?.assigneeId,
    late?.assigneeId,
    late?.fields.assigneeId,
  ];
  return [by, ...holders.filter((id) => typeof id === "string")];
}

/** The picture that a field's value stands for, by its SHA-256; null for other values. */
export function pictureOf(name: string, value: FieldValue): string | null {
  if (name === "signature") return readSignature(value)?.drawing ?? null;
  const hash = name.startsWith(PHOTO) ? name.slice(PHOTO.length) : "";
  return value !== null && HASH.test(hash) ? hash : null;
}

/** Every picture that a step's values stand for, also of those that are gone. */
export function picturesOfStep(
  { changed, discarded, late }: HistoryRow,
): string[] {
  const values: [string, FieldValue][] = [
    ...Object.entries(changed).flatMap(([name, { from, to }]) =>
      [from, to].map((value): [string, FieldValue] => [name, value])
    ),
    ...Object.entries({ ...discarded }),
    ...Object.entries({ ...late?.fields }),
  ];
  return values.flatMap(([name, value]) => pictureOf(name, value) ?? []);
}

/** A step with those of its fields that somebody sees: the record's own mask holds for what it was, too. */
export function seenStep(
  row: HistoryRow,
  sees: (field: string) => boolean,
): HistoryRow {
  const only = <T>(fields: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(fields).filter(([name]) => sees(name)));
  const { discarded, late } = row;
  return {
    ...row,
    changed: only(row.changed),
    ...(discarded && { discarded: only(discarded) }),
    ...(late && { late: { ...late, fields: only(late.fields) } }),
  };
}
