import { createOrder } from "../field/create_order.ts";
import { runOnce } from "../field/run_change.ts";
import {
  type FieldValues,
  type FormDefinition,
  readFormValues,
} from "../model/form.ts";
import { isId } from "../model/ids.ts";
import { PLAN_FORM } from "../model/order_form.ts";
import type { Problem } from "../model/problem.ts";
import { listMembers } from "../store/members.ts";
import type { OrderKind } from "../store/tenants.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { acting } from "./call.ts";
import { formCall, newRecordId } from "./form_call.ts";
import { formText } from "./read_body.ts";
import type { RequestContext } from "./state.ts";

/**
 * The plan's form with the team to choose a worker from.
 *
 * @param assigneeId who has the order: stays in the list, even after their membership ended
 */
export async function planForm(
  tenant: TenantStore,
  assigneeId: string | null = null,
): Promise<FormDefinition> {
  const members = await listMembers(tenant);
  const people = members
    .filter(({ userId, status }) => status !== "ended" || userId === assigneeId)
    .map(({ userId, name }) => ({ value: userId, label: name }));
  const options = [{ value: "", label: "Nobody yet" }, ...people];
  return {
    sections: PLAN_FORM.sections.map((section) => ({
      ...section,
      fields: section.fields.map((rule) =>
        rule.name === "assigneeId"
          ? { ...rule, kind: "select" as const, options }
          : rule
      ),
    })),
  };
}

/** Reads a filled-in plan. */
export function planValues(form: FormData): FieldValues {
  return readFormValues(PLAN_FORM, (name) => formText(form, name) || null);
}

/** Plans the order that a form fills in, with the checklist of its kind of work. */
export async function createOrderByForm(
  ctx: RequestContext,
  form: FormData,
  kinds: readonly OrderKind[],
): Promise<{ problem: Problem | null; id: string }> {
  const { tenant, now } = acting(ctx);
  const wanted = formText(form, "id");
  const id = isId("wo", wanted) ? wanted : newRecordId("wo", now);
  const kind = kinds.find((kind) => kind.id === formText(form, "kind")) ?? null;
  const fields = planValues(form);
  const call = await formCall(ctx, form, {
    method: "POST",
    route: "/api/client/work-orders",
    payload: { id, kind: kind?.id ?? null, fields },
  });
  const outcome = await runOnce(
    tenant,
    call,
    (context) => createOrder(context, { id, kind, fields }),
  );
  return { problem: outcome.ok ? null : outcome.problem, id };
}
