import type { FieldValues } from "./form.ts";

/** A lead: somebody who may become a customer. What it asks for comes from the tenant's template. */
export interface Lead {
  v: 1;
  id: string;
  orgId: string;
  /** Counts the record's changes; set by the server alone. */
  version: number;
  /** ISO 8601, set by the server alone. */
  updatedAt: string;
  createdAt: string;
  createdBy: string;
  /** Whose it is; null: nobody has it yet, every worker may take it. */
  assigneeId: string | null;
  fields: FieldValues;
}

/** The columns of the leads list: an index row's value. */
export interface LeadRow {
  id: string;
  name: string;
  step: string;
  place: string;
  assigneeId: string | null;
  updatedAt: string;
}

/** Names of the template fields that every lead form has, because the lists show them. */
export const LEAD_COLUMNS = {
  name: "name",
  step: "step",
  place: "address",
} as const;

/** The list columns of a lead. */
export function leadRow(lead: Lead): LeadRow {
  const text = (name: string) => String(lead.fields[name] ?? "");
  return {
    id: lead.id,
    name: text(LEAD_COLUMNS.name),
    step: text(LEAD_COLUMNS.step),
    place: text(LEAD_COLUMNS.place),
    assigneeId: lead.assigneeId,
    updatedAt: lead.updatedAt,
  };
}
