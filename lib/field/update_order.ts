import { checkField, checkForm, type FieldValues } from "../model/form.ts";
import { HASH, MAX_PHOTOS, PHOTO_VALUE } from "../model/blob.ts";
import { PLAN_FORM } from "../model/order_form.ts";
import { NOTES_RULE } from "../model/order_notes.ts";
import { may } from "../model/policy.ts";
import { fail, type FieldError, ok } from "../model/problem.ts";
import { readSignature } from "../model/signature.ts";
import {
  isWorkField,
  PHOTO,
  PLAN_FIELDS,
  withOrderFields,
  type WorkOrder,
} from "../model/work_order.ts";
import { putOrder } from "../store/work_orders.ts";
import {
  authorOf,
  type FieldContext,
  type Freshness,
  type Outcome,
  staleness,
} from "./context.ts";
import { checkAssignee } from "./create_order.ts";

const isPlanField = (name: string) =>
  (PLAN_FIELDS as readonly string[]).includes(name);

function checkWorkField(
  order: WorkOrder,
  name: string,
  value: unknown,
): string | null {
  if (!isWorkField(order, name)) return "This order has no such field.";
  if (name === NOTES_RULE.name) return checkField(NOTES_RULE, value);
  if (name === "signature") {
    return readSignature(value) ? null : "Send who signed, when, and what.";
  }
  if (name.startsWith(PHOTO)) return checkPhoto(name, value);
  return typeof value === "boolean" ? null : "Tick it or leave it.";
}

function checkPhoto(name: string, value: unknown): string | null {
  if (!HASH.test(name.slice(PHOTO.length))) {
    return "Name the photo by its SHA-256.";
  }
  return value === null || PHOTO_VALUE.test(String(value))
    ? null
    : "Send media type and bytes: image/jpeg 123456.";
}

/** The name by which a role's grant knows a field: `check:gas-off` is one of the checklist. */
const grantName = (field: string) =>
  field.replace(/^check:.*/, "checklist").replace(/^photo:.*/, "photos");

/** Changes notes and checklist (the worker), or the plan (the office), when the order still is as its changer saw it. */
export async function updateOrder(
  context: FieldContext,
  input: { id: string; fields: FieldValues; discarded: FieldValues },
  freshness: Freshness,
): Promise<Outcome> {
  const { tx, subject, at } = context;
  const order = await tx.get<WorkOrder>(tx.keys.order(input.id));
  if (order === null || order.orgId !== tx.orgId) return fail("not-found");
  if (!may(subject, "order.update", order)) return fail("forbidden");
  const entries = Object.entries(input.fields);
  const plan = Object.fromEntries(
    entries.filter(([name]) => isPlanField(name)),
  );
  const beyond = entries.some(([name]) =>
    (isPlanField(name) || isWorkField(order, name)) &&
    !may(subject, "order.update", order, grantName(name))
  );
  if (beyond) return fail("forbidden");
  const errors: FieldError[] = checkForm(PLAN_FORM, plan, "present");
  for (const [field, value] of entries) {
    const message = isPlanField(field)
      ? null
      : checkWorkField(order, field, value);
    if (message !== null) errors.push({ field, message });
  }
  const changed = withOrderFields(order, input.fields);
  if (Object.keys(changed.photos ?? {}).length > MAX_PHOTOS) {
    const message = `An order holds ${MAX_PHOTOS} photos.`;
    errors.push({ field: "photos", message });
  }
  errors.push(...await checkAssignee(tx, plan.assigneeId, order.assigneeId));
  if (errors.length > 0) return fail("invalid-input", { errors });
  const stale = staleness(order, freshness);
  if (stale) return stale;
  const next: WorkOrder = {
    ...changed,
    version: order.version + 1,
    updatedAt: at,
  };
  putOrder(tx, order, next, authorOf(context, input.discarded));
  return ok({ status: 200, version: next.version });
}
