import type { FieldRule } from "./form.ts";

/** What the worker writes at the customer's. */
export const NOTES_RULE: FieldRule = {
  name: "notes",
  label: "Notes",
  kind: "textarea",
  maxLength: 4000,
};
