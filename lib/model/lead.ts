import type { FieldValues, FormDefinition } from "./form.ts";

/** A lead: somebody who may become a customer. What it asks for comes from the tenant's template. */
export interface Lead {
  /** Schema version of the record. */
  v: 1;
  /** `lead_` and a ULID, made by the device or page that creates the lead. */
  id: string;
  /** The org that owns the lead. */
  orgId: string;
  /** Counts the record's changes; set by the server alone. */
  version: number;
  /** ISO 8601, set by the server alone. */
  updatedAt: string;
  /** Server time of the create, ISO 8601. */
  createdAt: string;
  /** User id of who made it. */
  createdBy: string;
  /** Whose it is; null: nobody has it yet, every worker may take it. */
  assigneeId: string | null;
  /** By the names of the template's lead form. */
  fields: FieldValues;
}

/** The columns of the leads list: an index row's value. */
export interface LeadRow {
  /** The lead's id. */
  id: string;
  /** Empty while the field has no value. */
  name: string;
  /** Value of the chosen next step, not its label. */
  step: string;
  /** The `address` field as text. */
  place: string;
  /** Whose lead it is; null: nobody's yet. */
  assigneeId: string | null;
  /** ISO 8601; what the list is ordered by. */
  updatedAt: string;
  /** By field name: the columns that the template's form adds. Absent where there are none. */
  more?: FieldValues;
}

/** Names of the template fields that every lead form has, because the lists show them. */
export const LEAD_COLUMNS = {
  name: "name",
  step: "step",
  place: "address",
} as const;

/** The list columns of a lead; `columns` are the names that the template's form adds. */
export function leadRow(
  lead: Lead,
  columns: FormDefinition["columns"] = [],
): LeadRow {
  const text = (name: string) => String(lead.fields[name] ?? "");
  return {
    id: lead.id,
    name: text(LEAD_COLUMNS.name),
    step: text(LEAD_COLUMNS.step),
    place: text(LEAD_COLUMNS.place),
    assigneeId: lead.assigneeId,
    updatedAt: lead.updatedAt,
    ...(columns.length > 0 && {
      more: Object.fromEntries(
        columns.map((name) => [name, lead.fields[name] ?? null]),
      ),
    }),
  };
}

/** The words of a search, as they are compared; a lead has to have them all. */
export function searchWords(search: string): string[] {
  return search.toLowerCase().split(/\s+/).filter(Boolean);
}

/** Whether all words occur in what a lead's form holds. The same on a phone and in the office. */
export function hasWords({ fields }: Lead, words: readonly string[]): boolean {
  const text = Object.values(fields).join("\n").toLowerCase();
  return words.every((word) => text.includes(word));
}
