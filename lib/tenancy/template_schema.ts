import { z } from "zod";
import {
  checkForm,
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
  columns: z.array(name).max(3).optional(),
});

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const unique = (names: readonly string[]) =>
  new Set(names).size === names.length;

/** Kinds of fields whose values are short enough for a list. */
const LISTED: readonly FieldRule["kind"][] = [
  "text",
  "date",
  "number",
  "select",
  "checkbox",
];

/**
 * The most text that all fields of a form take together, in UTF-16 code units: a change of all of them, both values and
 * what lost in a merge, is one row of the store at two bytes a unit.
 */
const MAX_FORM_UNITS = 7000;

/** The most JSON of a template, in UTF-16 code units: it is one row, too. */
const MAX_TEMPLATE_UNITS = 30_000;

/** What the parts of a template have to agree on. */
function checkTemplate(
  template: IndustryTemplate,
  report: (path: string[], message: string) => void,
): void {
  const { leadForm, orderKinds, sample } = template;
  const rules = formFields(leadForm);
  const names = rules.map((rule) => rule.name);
  if (!unique(names)) report(["leadForm"], "Two fields have one name.");
  for (const column of Object.values(LEAD_COLUMNS)) {
    if (!names.includes(column)) {
      report(["leadForm"], `The lists need a field ${column}.`);
    }
  }
  for (const column of leadForm.columns ?? []) {
    const rule = rules.find((rule) => rule.name === column);
    if (!rule || !LISTED.includes(rule.kind)) {
      report(["leadForm", "columns"], `A list cannot show ${column}.`);
    }
  }
  const units = rules.reduce((sum, rule) => sum + longest(rule), 0);
  if (units > MAX_FORM_UNITS) {
    report(
      ["leadForm"],
      `Its fields take ${units} characters: ${MAX_FORM_UNITS} at most.`,
    );
  }
  if (JSON.stringify(template).length > MAX_TEMPLATE_UNITS) {
    report([], `It is too long: ${MAX_TEMPLATE_UNITS} characters at most.`);
  }
  if (!unique(orderKinds.map(({ id }) => id))) {
    report(["orderKinds"], "Two kinds have one id.");
  }
  for (const { id, checklist } of orderKinds) {
    if (!unique(checklist.map((item) => item.id))) {
      report(["orderKinds", id], "Two items of the checklist have one id.");
    }
  }
  for (const { field, message } of checkForm(leadForm, sample.lead)) {
    report(["sample", "lead", field], message);
  }
  if (!orderKinds.some(({ id }) => id === sample.order.kind)) {
    report(["sample", "order", "kind"], "There is no such kind of order.");
  }
}

/** The schema of an industry template: data that can be stored, overridden and sent to a phone. */
export const industryTemplate: Schema<IndustryTemplate> = z.strictObject({
  industry: name,
  version: z.number().int().positive(),
  title: text,
  features: z.array(name).max(30),
  leadForm: form,
  orderKinds: z.array(z.strictObject({
    id: name,
    title: text,
    minutes: z.number().int().min(5).max(1440),
    checklist: z.array(
      z.strictObject({ id: name, label: text, required: z.boolean() }),
    ).max(30),
  })).min(1).max(50),
  sample: z.strictObject({
    lead: z.record(name, value),
    order: z.strictObject({
      kind: name,
      inDays: z.number().int().min(0).max(60),
      time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
      title: z.string().min(1).max(120),
      customer: z.string().min(1).max(120),
      address: text,
      brief: z.string().min(1).max(2000),
    }),
  }),
}).superRefine((template, ctx) =>
  checkTemplate(
    template as unknown as IndustryTemplate,
    (path, message) => ctx.addIssue({ code: "custom", path, message }),
  )
) as unknown as z.ZodType<IndustryTemplate>;

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
