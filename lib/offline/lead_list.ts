import type { Lead } from "../model/lead.ts";
import { decode } from "./codec.ts";
import type { Field } from "./field.ts";
import { type Local, present } from "./local.ts";
import type { LeadPlace } from "./schema.ts";

/** A slice of the leads, newest first. */
export interface LeadSlice {
  /** In the order of the list. */
  leads: Local<Lead>[];
  /** For the next slice; null: there is no more. */
  next: LeadPlace | null;
}

/** A list of up to so many is opened and drawn as a whole. */
const SLICE = 80;

/**
 * Leads, newest first; what this device changed and has not sent stands before everything else.
 *
 * @param after `next` of the slice before
 */
export async function readLeads(
  field: Field,
  { after = [-Infinity, ""], limit = SLICE }: {
    after?: LeadPlace;
    limit?: number;
  } = {},
): Promise<LeadSlice> {
  const range = IDBKeyRange.lowerBound(after, true);
  const rows = await field.db.run((db) =>
    db.getAllFromIndex("leads", "newest", range, limit + 1)
  );
  const shown = rows.slice(0, limit);
  const last = rows[limit] && shown.at(-1);
  return {
    leads: (await decode(field, shown)).map(present),
    next: last ? [last.newest as number, last.id] : null,
  };
}
