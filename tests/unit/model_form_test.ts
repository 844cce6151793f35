import assert from "node:assert/strict";
import fc from "fast-check";
import {
  checkForm,
  type FieldRule,
  type FormDefinition,
  formFields,
  longest,
  readFormValues,
} from "../../lib/model/form.ts";
import { PLAN_FORM } from "../../lib/model/order_form.ts";
import {
  formSchema,
  industryTemplate,
} from "../../lib/tenancy/template_schema.ts";
import { TEMPLATES } from "../../lib/tenancy/templates/all.ts";

/** Values of every kind around the borders of a rule, right and wrong. */
function valueNear(rule: FieldRule): fc.Arbitrary<unknown> {
  const borders: unknown[] = [
    null,
    "",
    " ",
    0,
    NaN,
    Infinity,
    true,
    false,
    {},
    [],
    "x".repeat(longest(rule)),
    "x".repeat(longest(rule) + 1),
    "😀".repeat(Math.ceil(longest(rule) / 2) + 1),
    "a@b.c",
    "a@b",
    "a b@c.d",
    "2024-02-29",
    "2023-02-29",
    "2024-13-01",
    "0000-01-01",
    "2024-2-9",
    "2024-02-29T00:00",
    "23:59",
    "24:00",
    "8:30",
    "12345",
    "+49 171-23456",
    ...[rule.min, rule.max].flatMap((edge) =>
      edge === undefined ? [] : [edge, edge - 1, edge + 1, edge + 0.5]
    ),
    ...(rule.options ?? []).map(({ value }) => value),
    "toString",
  ];
  return fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...borders) },
    { weight: 1, arbitrary: fc.string() },
    {
      weight: 1,
      arbitrary: fc.date({ noInvalidDate: true }).map((date) =>
        date.toISOString().slice(0, 10)
      ),
    },
    { weight: 1, arbitrary: fc.double() },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ...(rule.options?.map(({ value }) => value) ?? ["new"]),
      ),
    },
  );
}

const valuesNear = (form: FormDefinition) =>
  fc.record(
    {
      ...Object.fromEntries(
        formFields(form).map((rule) => [rule.name, valueNear(rule)]),
      ),
      unknownName: fc.constant("x"),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Record<string, unknown>>;

const FORMS = [
  ...TEMPLATES.map(({ industry, leadForm }) => [industry, leadForm] as const),
  ["plan", PLAN_FORM] as const,
];

for (const [name, form] of FORMS) {
  Deno.test(`the phone's interpreter and the zod schema of the form name the same fields (${name})`, () => {
    const schema = formSchema(form);
    fc.assert(
      fc.property(valuesNear(form), (values) => {
        const parsed = schema.safeParse(values);
        const named = new Set(
          (parsed.error?.issues ?? []).flatMap((issue) =>
            issue.code === "unrecognized_keys"
              ? issue.keys
              : [String(issue.path[0])]
          ),
        );
        const found = new Set(
          checkForm(form, values).map(({ field }) => field),
        );
        assert.deepEqual([...found].sort(), [...named].sort());
      }),
      { numRuns: 1500 },
    );
  });
}

Deno.test("every template is what the schema of templates accepts", () => {
  for (const template of TEMPLATES) {
    assert.deepEqual(
      industryTemplate.parse(structuredClone(template)),
      template,
    );
  }
});

Deno.test("a change is checked for what it changes only, and unknown names never pass", () => {
  const [template] = TEMPLATES;
  assert.ok(template);
  assert.deepEqual(
    checkForm(template.leadForm, { phone: "0171 234567" }, "present"),
    [],
  );
  assert.deepEqual(
    checkForm(template.leadForm, { phone: "1", orgId: "org_x" }, "present").map(
      ({ field }) => field,
    ),
    ["orgId", "phone"],
  );
  assert.deepEqual(
    checkForm(template.leadForm, {}).map(({ field }) => field),
    ["name", "step"],
  );
});

Deno.test("what an HTML form sends becomes typed values, and empty becomes null", () => {
  const form: FormDefinition = {
    sections: [{
      title: "All kinds",
      fields: [
        { name: "text", label: "Text", kind: "text" },
        { name: "area", label: "Area", kind: "textarea" },
        { name: "number", label: "Number", kind: "number" },
        { name: "bad", label: "Bad", kind: "number" },
        { name: "tick", label: "Tick", kind: "checkbox" },
        { name: "untick", label: "Untick", kind: "checkbox" },
        { name: "empty", label: "Empty", kind: "text" },
        { name: "missing", label: "Missing", kind: "date" },
      ],
    }],
  };
  const sent: Record<string, string> = {
    text: "  Petra ",
    area: "a\r\nb\rc",
    number: "12.5",
    bad: "12 or so",
    tick: "on",
    empty: "   ",
  };
  assert.deepEqual(readFormValues(form, (name) => sent[name] ?? null), {
    text: "Petra",
    area: "a\nb\nc",
    number: 12.5,
    bad: "12 or so",
    tick: true,
    untick: false,
    empty: null,
    missing: null,
  });
});
