import type { FieldError } from "./problem.ts";
import { isText, NO_TEXT } from "./text.ts";

/** What a form field can hold. */
export type FieldValue = string | number | boolean | null;

/** The values of a record's fields, by field name. */
export type FieldValues = Record<string, FieldValue>;

/** How one field of a template's form is asked for and checked. Declarative: it crosses the wire as data. */
export interface FieldRule {
  /** Key of the value in a record's `fields`; unique in the form, never shown. */
  name: string;
  /** What people read beside the field. */
  label: string;
  /** Which control asks for it, and which check its value passes. */
  kind:
    | "text"
    | "tel"
    | "email"
    | "date"
    | "time"
    | "number"
    | "select"
    | "textarea"
    | "checkbox";
  /** Null and empty text are refused. */
  required?: boolean;
  /** Longest text, in UTF-16 code units; 200 for a line and 4,000 for a text area unless said. */
  maxLength?: number;
  /** Smallest number, inclusive. */
  min?: number;
  /** Largest number, inclusive. */
  max?: number;
  /** The choices of a `select`; no other kind has any. */
  options?: readonly { value: string; label: string }[];
  /** A sentence of help under the field. */
  hint?: string;
  /** The HTML attribute's value. */
  autocomplete?: string;
}

/** A form: sections of fields, in the order in which they are asked. */
export interface FormDefinition {
  /** Each stands under its title. */
  sections: readonly { title: string; fields: readonly FieldRule[] }[];
  /** Names of the fields that lists show beside those which every record has. */
  columns?: readonly string[];
}

/** All rules of a form, in order. */
export function formFields(form: FormDefinition): FieldRule[] {
  return form.sections.flatMap((section) => section.fields);
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** Longest text that a rule accepts, in UTF-16 code units. */
export function longest(rule: FieldRule): number {
  return rule.maxLength ?? (rule.kind === "textarea" ? 4000 : 200);
}

function isCalendarDay(text: string): boolean {
  return DATE.test(text) && !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text);
}

/** What is wrong with one value and how to mend it, or null. Empty is null or "". */
export function checkField(rule: FieldRule, value: unknown): string | null {
  if (value === null || value === undefined || value === "") {
    return rule.required ? `Fill in: ${rule.label}.` : null;
  }
  switch (rule.kind) {
    case "number":
      if (typeof value !== "number" || !Number.isFinite(value)) {
        return "Write a number.";
      }
      if (rule.min !== undefined && value < rule.min) {
        return `Write ${rule.min} or more.`;
      }
      if (rule.max !== undefined && value > rule.max) {
        return `Write ${rule.max} or less.`;
      }
      return null;
    case "checkbox":
      return typeof value === "boolean" ? null : "Tick it or leave it.";
  }
  if (typeof value !== "string") return "Write text.";
  if (!isText(value)) return NO_TEXT;
  if (value.length > longest(rule)) {
    return `Too long by ${value.length - longest(rule)} characters.`;
  }
  switch (rule.kind) {
    case "tel":
      return value.replace(/\D/g, "").length >= 6
        ? null
        : "The number is too short. Add the missing digits.";
    case "email":
      return EMAIL.test(value)
        ? null
        : "Write an address like name@example.com.";
    case "date":
      return isCalendarDay(value) ? null : "Choose a day of the calendar.";
    case "time":
      return TIME.test(value) ? null : "Write a time like 08:30.";
    case "select":
      return rule.options?.some((option) => option.value === value)
        ? null
        : "Choose one of the list.";
    default:
      return null;
  }
}

/**
 * Checks the values of a form by its rules, the same way on the phone and on the server.
 *
 * @param form the template's form
 * @param values what was filled in
 * @param only names to check; a change checks just what it changes. Unknown names are always errors
 */
export function checkForm(
  form: FormDefinition,
  values: Record<string, unknown>,
  only?: "present",
): FieldError[] {
  const errors: FieldError[] = [];
  const rules = new Map(formFields(form).map((rule) => [rule.name, rule]));
  for (const name of Object.keys(values)) {
    if (!rules.has(name)) {
      errors.push({ field: name, message: "This form has no such field." });
    }
  }
  for (const [name, rule] of rules) {
    if (only === "present" && !Object.hasOwn(values, name)) continue;
    const message = checkField(rule, values[name]);
    if (message !== null) errors.push({ field: name, message });
  }
  return errors;
}

/**
 * Turns what an HTML form sends (strings only) into typed field values. Empty becomes null, so that
 * a cleared field is a change and not an absence; a number that cannot be read stays text, for the check to name.
 */
export function readFormValues(
  form: FormDefinition,
  get: (name: string) => string | null,
): FieldValues {
  const values: FieldValues = {};
  for (const rule of formFields(form)) {
    const raw = get(rule.name);
    if (rule.kind === "checkbox") values[rule.name] = raw !== null;
    else if (raw === null || raw.trim() === "") values[rule.name] = null;
    else if (rule.kind === "number") {
      const number = Number(raw);
      values[rule.name] = Number.isFinite(number) ? number : raw;
    } else values[rule.name] = raw.trim().replace(/\r\n?/g, "\n");
  }
  return values;
}
