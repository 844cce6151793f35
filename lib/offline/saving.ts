import type { FieldValues } from "../model/form.ts";
import type { Base } from "../model/operation.ts";
import type { Result } from "../model/problem.ts";
import { commit, type Draft } from "./draft.ts";
import type { Field } from "./field.ts";

/** What a write left behind, on the disk when it is handed out. */
export interface Saved<T> {
  /** The record as it is now on this device. */
  record: T;
  /** The op's key, for `undo` and to find it among the changes; null when there was nothing to change. */
  key: string | null;
}

/** Writes what a plan queued, and has it sent soon. */
export async function saving<T>(
  field: Field,
  plan: (draft: Draft) => Promise<Result<Saved<T>>>,
): Promise<Result<Saved<T>>> {
  const result = await commit(field, async (draft) => {
    const result = await plan(draft);
    draft.idle = !result.ok || result.value.key === null;
    return result;
  });
  if (result.ok && result.value.key !== null) field.wake?.();
  return result;
}

/** A record as this device has it, or null. */
export async function localRow<T>(draft: Draft, id: string): Promise<T | null> {
  return (await draft.row(id))?.local as T | undefined ?? null;
}

/** What really changes, and what it was. */
export function difference(
  now: FieldValues,
  changed: FieldValues,
): { fields: FieldValues; before: FieldValues } | null {
  const fields: FieldValues = {};
  const before: FieldValues = {};
  for (const [name, value] of Object.entries(changed)) {
    const old = now[name] ?? null;
    if (old === value) continue;
    fields[name] = value;
    before[name] = old;
  }
  return Object.keys(fields).length > 0 ? { fields, before } : null;
}

/** A record as somebody has it before them while they type: changes are made on that, whatever arrived meanwhile. */
export interface Seen {
  /** The server's version when they began. */
  version: number;
  /** Its flat fields as they stand before them: at first the record's, then as they last saved them. */
  fields: FieldValues;
}

/**
 * What a change is based on. Where a field is not any more as its writer has it before them, that is the state that they
 * saw, so that the server, or the merge, tells what somebody else wrote into it meanwhile. Where all are, it is the present
 * one: what they saved themselves, received or not, stands in nobody's way.
 */
export function basedOn(
  before: FieldValues,
  seen: Seen | undefined,
): { before: FieldValues; base?: Base } {
  if (!seen) return { before };
  const then: FieldValues = {};
  for (const name in before) then[name] = seen.fields[name] ?? null;
  return difference(before, then)
    ? { before: then, base: { version: seen.version } }
    : { before };
}
