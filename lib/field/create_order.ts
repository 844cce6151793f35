import { isId } from "../model/ids.ts";
import { checkForm, type FieldValue, type FieldValues } from "../model/form.ts";
import { PLAN_FORM } from "../model/order_form.ts";
import { may } from "../model/policy.ts";
import { fail, type FieldError, ok } from "../model/problem.ts";
import { withOrderFields, type WorkOrder } from "../model/work_order.ts";
import type { MemberRow } from "../store/identities.ts";
import type { TenantTransaction } from "../store/tenant_store.ts";
import type { OrderKind } from "../store/tenants.ts";
import { putOrder } from "../store/work_orders.ts";
import { authorOf, type FieldContext, type Outcome } from "./context.ts";

/**
 * What is wrong with the worker that an order is given to: only members of the org can have it.
 *
 * @param before who has it: may keep it, even after their membership ended
 */
export async function checkAssignee(
  tx: TenantTransaction,
  assigneeId: FieldValue | undefined,
  before: string | null = null,
): Promise<FieldError[]> {
  if (assigneeId === undefined || assigneeId === before) return [];
  if (assigneeId === null) return [];
  const member = isId("usr", assigneeId)
    ? await tx.peek<MemberRow>(tx.keys.member("CLIENT", assigneeId))
    : null;
  return member && member.status !== "ended"
    ? []
    : [{ field: "assigneeId", message: "Choose somebody of the team." }];
}

/** Plans a new order under the id that its maker gave it; its checklist comes from the kind of work. */
export async function createOrder(
  context: FieldContext,
  input: { id: string; kind: OrderKind | null; fields: FieldValues },
): Promise<Outcome> {
  const { tx, subject, at } = context;
  if (!may(subject, "order.create")) return fail("forbidden");
  const errors = checkForm(PLAN_FORM, input.fields);
  errors.push(...await checkAssignee(tx, input.fields.assigneeId));
  if (errors.length > 0) return fail("invalid-input", { errors });
  if (await tx.get(tx.keys.order(input.id)) !== null) return fail("id-taken");
  const number = (await tx.get<number>(tx.keys.lastOrderNumber()) ?? 1000) + 1;
  tx.set(tx.keys.lastOrderNumber(), number);
  const blank: WorkOrder = {
    v: 1,
    id: input.id,
    orgId: tx.orgId,
    version: 1,
    updatedAt: at,
    number,
    title: "",
    customer: "",
    phone: null,
    address: "",
    brief: null,
    day: "",
    time: "",
    minutes: 0,
    assigneeId: null,
    status: "PLANNED",
    startedAt: null,
    finishedAt: null,
    notes: null,
    checklist: (input.kind?.checklist ?? []).map((item) => ({
      ...item,
      done: false,
    })),
  };
  putOrder(tx, null, withOrderFields(blank, input.fields), authorOf(context));
  return ok({ status: 201, version: 1 });
}
