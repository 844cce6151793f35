import { checkField, checkForm, type FieldValues } from "../model/form.ts";
import { HASH, MAX_PHOTOS, PHOTO_VALUE } from "../model/blob.ts";
import { PLAN_FORM } from "../model/order_form.ts";
import { NOTES_RULE } from "../model/order_notes.ts";
import { may } from "../model/policy.ts";
import { fail, type FieldError, ok, type Result } from "../model/problem.ts";
import { readSignature } from "../model/signature.ts";
import type { Subject } from "../model/spaces.ts";
import {
  grantName,
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
const planOf = (fields: FieldValues): FieldValues =>
  Object.fromEntries(
    Object.entries(fields).filter(([name]) => isPlanField(name)),
  );

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

/**
 * What is wrong with the values of an order's fields, but for who the worker is; `forbidden` where one of them is not for
 * the subject to change. The order has to be within their reach.
 */
export function checkOrderFields(
  subject: Subject,
  order: WorkOrder,
  fields: FieldValues,
): Result<FieldError[]> {
  const entries = Object.entries(fields);
  const beyond = entries.some(([name]) =>
    (isPlanField(name) || isWorkField(order, name)) &&
    !may(subject, "order.update", order, grantName(name))
  );
  if (beyond) return fail("forbidden");
  const errors: FieldError[] = checkForm(PLAN_FORM, planOf(fields), "present");
  for (const [field, value] of entries) {
    const message = isPlanField(field)
      ? null
      : checkWorkField(order, field, value);
    if (message !== null) errors.push({ field, message });
  }
  const changed = withOrderFields(order, fields);
  if (Object.keys(changed.photos ?? {}).length > MAX_PHOTOS) {
    const message = `An order holds ${MAX_PHOTOS} photos.`;
    errors.push({ field: "photos", message });
  }
  return ok(errors);
}

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
  const checked = checkOrderFields(subject, order, input.fields);
  if (!checked.ok) return checked;
  const { assigneeId } = planOf(input.fields);
  const errors = [
    ...checked.value,
    ...await checkAssignee(tx, assigneeId, order.assigneeId),
  ];
  if (errors.length > 0) return fail("invalid-input", { errors });
  const stale = staleness(order, freshness);
  if (stale) return stale;
  const next: WorkOrder = {
    ...withOrderFields(order, input.fields),
    version: order.version + 1,
    updatedAt: at,
  };
  putOrder(tx, order, next, authorOf(context, input.discarded));
  return ok({ status: 200, version: next.version });
}
