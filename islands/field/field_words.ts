import {
  type FieldValue,
  type FormDefinition,
  formFields,
} from "../../lib/model/form.ts";
import { PLAN_FORM } from "../../lib/model/order_form.ts";
import type { OrderStatus, WorkOrder } from "../../lib/model/work_order.ts";

const STATUS: Record<OrderStatus, string> = {
  PLANNED: "Planned",
  RUNNING: "Running",
  PAUSED: "Paused",
  DONE: "Done",
};

/** Label of a field of a lead or an order. */
export function fieldLabel(
  name: string,
  form: FormDefinition | null,
  order: Pick<WorkOrder, "checklist"> | null,
): string {
  if (name === "status") return "State of the order";
  if (name === "notes") return "Notes";
  if (name === "signature") return "Signature";
  if (name.startsWith("photo:")) return "Photo";
  const item = order?.checklist.find((item) => name === `check:${item.id}`);
  if (item) return item.label;
  const rules = [...(form ? formFields(form) : []), ...formFields(PLAN_FORM)];
  return rules.find((rule) => rule.name === name)?.label ?? name;
}

/** A field's value as people read it; "" for nothing. */
export function fieldWords(
  name: string,
  value: FieldValue,
  form: FormDefinition | null,
): string {
  if (value === null || value === "") return "";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (name === "signature") {
    return `Signed by ${/"name":"([^"]*)/.exec(String(value))?.[1] ?? ""}`;
  }
  if (name === "status") return STATUS[value as OrderStatus] ?? String(value);
  const rule = form && formFields(form).find((rule) => rule.name === name);
  return rule?.options?.find((option) => option.value === value)?.label ??
    String(value);
}
