import {
  checkField,
  type FieldRule,
  type FieldValue,
  type FieldValues,
} from "./form.ts";

/** One field on which two people disagree. */
export interface FieldConflict {
  /** Flat name, as in `orderFields` and a lead's `fields`. */
  field: string;
  /** The value both started from. */
  base: FieldValue;
  /** What this change sets it to. */
  mine: FieldValue;
  /** What the server has now. */
  theirs: FieldValue;
}

/** What came out of a three-way merge by field. */
export interface Merge {
  /** My changes that still have to be made on top of theirs. */
  apply: FieldValues;
  /** Fields that both changed to different values: a person has to choose. */
  conflicts: FieldConflict[];
}

/**
 * Both texts of a conflict in one, mine after theirs.
 *
 * @returns null where the field takes no such text, or one of the two says all that the other does
 */
export function joinTexts(
  rule: FieldRule,
  { mine, theirs }: Pick<FieldConflict, "mine" | "theirs">,
): string | null {
  const { kind } = rule;
  if (kind !== "text" && kind !== "textarea") return null;
  if (typeof mine !== "string" || typeof theirs !== "string") return null;
  if (mine.includes(theirs) || theirs.includes(mine)) return null;
  const joined = theirs + (kind === "textarea" ? "\n" : ", ") + mine;
  return checkField(rule, joined) === null ? joined : null;
}

/**
 * Merges by field: mine wins where only I changed it, theirs stay where only they did, equal changes are one,
 * and what both changed differently is a conflict. Looks only at fields that I changed.
 *
 * @param before the values that I saw when I changed them, of the changed fields
 * @param mine the values I gave them
 * @param theirs all values as the server has them now
 */
export function mergeFields(
  before: FieldValues,
  mine: FieldValues,
  theirs: FieldValues,
): Merge {
  const apply: FieldValues = {};
  const conflicts: FieldConflict[] = [];
  for (const [field, value] of Object.entries(mine)) {
    const base = before[field] ?? null;
    const their = theirs[field] ?? null;
    if (their === value) continue;
    if (their === base) apply[field] = value;
    else conflicts.push({ field, base, mine: value, theirs: their });
  }
  return { apply, conflicts };
}
