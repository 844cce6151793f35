import type { FormDefinition } from "./form.ts";

/** What the office plans of a work order. */
export const PLAN_FORM: FormDefinition = {
  sections: [
    {
      title: "Work",
      fields: [
        {
          name: "title",
          label: "What is to be done",
          kind: "text",
          required: true,
          maxLength: 120,
        },
        {
          name: "brief",
          label: "Note for the worker",
          kind: "textarea",
          maxLength: 2000,
          hint: "Access, parts, what the customer said.",
        },
      ],
    },
    {
      title: "Customer",
      fields: [
        {
          name: "customer",
          label: "Name or company",
          kind: "text",
          required: true,
          maxLength: 120,
        },
        { name: "phone", label: "Phone", kind: "tel", maxLength: 40 },
        {
          name: "address",
          label: "Address",
          kind: "text",
          required: true,
          maxLength: 200,
        },
      ],
    },
    {
      title: "When and who",
      fields: [
        { name: "day", label: "Day", kind: "date", required: true },
        { name: "time", label: "Time", kind: "time", required: true },
        {
          name: "minutes",
          label: "Minutes",
          kind: "number",
          required: true,
          min: 5,
          max: 1440,
        },
        { name: "assigneeId", label: "Worker", kind: "text", maxLength: 40 },
      ],
    },
  ],
};
