import { z } from "zod";
import {
  type FieldRule,
  type FormDefinition,
  formFields,
  longest,
} from "../model/form.ts";
import { LEAD_COLUMNS } from "../model/lead.ts";
import type { IndustryTemplate } from "../store/tenants.ts";

/**
 * Checks data and gives it its type.
 *
 * @internal zod's own type, documented there
 */
export type Schema<T = unknown> = z.ZodType<T>;

const text = z.string().min(1).max(200);
const name = z.string().regex(/^[a-z][A-Za-z0-9]{0,40}$/);

const fieldRule = z.strictObject({
  name,
  label: text,
  kind: z.enum([
    "text",
    "tel",
    "email",
    "date",
    "time",
    "number",
    "select",
    "textarea",
    "checkbox",
  ]),
  required: z.boolean().optional(),
  maxLength: z.number().int().positive().max(8000).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  options: z.array(z.strictObject({ value: text, label: text })).min(1).max(50)
    .optional(),
  hint: text.optional(),
  autocomplete: text.optional(),
}).refine((rule) => (rule.kind === "select") === (rule.options !== undefined), {
  message: "A select has options, and nothing else has.",
});

const form = z.strictObject({
  sections: z.array(
    z.strictObject({ title: text, fields: z.array(fieldRule).min(1).max(30) }),
  )
    .min(1).max(10),
});

/** The schema of an industry template: data that can be stored, overridden and sent to a phone. */
export const industryTemplate: Schema<IndustryTemplate> = z.strictObject({
  industry: name,
  version: z.number().int().positive(),
  title: text,
  features: z.array(name).max(30),
  leadForm: form.refine((value) => {
    const names = formFields(value as FormDefinition).map((rule) => rule.name);
    return new Set(names).size === names.length &&
      Object.values(LEAD_COLUMNS).every((column) => names.includes(column));
  }, "Field names are unique, and the list's columns are among them."),
  orderKinds: z.array(z.strictObject({
    id: name,
    title: text,
    minutes: z.number().int().min(5).max(1440),
    checklist: z.array(
      z.strictObject({ id: name, label: text, required: z.boolean() }),
    ).max(30),
  })).min(1).max(50),
}) as unknown as z.ZodType<IndustryTemplate>;

/** Text up to a length in UTF-16 code units, as HTML's maxlength counts; zod's own `max` counts characters. */
const textUpTo = (units: number) =>
  z.string().refine((value) => value.length <= units, { abort: true });

function valueSchema(rule: FieldRule): z.ZodType {
  const text = textUpTo(longest(rule));
  switch (rule.kind) {
    case "number": {
      const number = z.number();
      return number.min(rule.min ?? -Infinity).max(rule.max ?? Infinity);
    }
    case "checkbox":
      return z.boolean();
    case "select":
      return z.enum((rule.options ?? []).map((option) => option.value));
    case "email":
      return text.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/);
    case "date":
      return text.pipe(z.iso.date());
    case "time":
      return text.regex(/^([01]\d|2[0-3]):[0-5]\d$/);
    case "tel":
      return text.refine((value) => value.replace(/\D/g, "").length >= 6);
    default:
      return text;
  }
}

/** The zod schema of a form's values, made from the same data that the phone's interpreter reads. */
export function formSchema(definition: FormDefinition): Schema {
  return z.strictObject(Object.fromEntries(
    formFields(definition).map((rule) => {
      const filled = valueSchema(rule);
      const empty = z.union([z.null(), z.literal("")]).optional();
      return [
        rule.name,
        rule.required
          ? filled.refine((value) => value !== "")
          : z.union([empty, filled]),
      ];
    }),
  ));
}
