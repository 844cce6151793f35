import { readOrder } from "../field/read_field.ts";
import { runChange } from "../field/run_change.ts";
import type { FieldValues } from "../model/form.ts";
import { mergeFields } from "../model/merge.ts";
import { type Problem, problem } from "../model/problem.ts";
import { orderFields } from "../model/work_order.ts";
import { acting } from "./call.ts";
import { formCall } from "./form_call.ts";
import { formText } from "./read_body.ts";
import type { RequestContext } from "./state.ts";

/** What a form says of the order's work fields, and what they were when it was made. */
function fieldsOf(
  form: FormData,
  names: string[],
): { before: FieldValues; mine: FieldValues } {
  const before: FieldValues = {};
  const mine: FieldValues = {};
  const ticked = new Set(form.getAll("check"));
  const wasTicked = new Set(form.getAll("was-check"));
  for (const name of names) {
    const item = name.slice("check:".length);
    before[name] = wasTicked.has(item);
    mine[name] = ticked.has(item);
  }
  const notes = (value: string) => value.replace(/\r\n?/g, "\n").trim() || null;
  before.notes = notes(formText(form, "was-notes"));
  mine.notes = notes(formText(form, "notes"));
  for (const name of Object.keys(mine)) {
    if (mine[name] === before[name]) {
      delete mine[name];
      delete before[name];
    }
  }
  return { before, mine };
}

/**
 * Makes what an order's form asks for: first what was written, then the action. What nobody else changed is merged;
 * where both changed the same, nothing is done and the person is told.
 *
 * @returns null when all of it was made
 */
export async function changeOrderByForm(
  ctx: RequestContext,
  form: FormData,
): Promise<Problem | null> {
  const { me, tenant } = acting(ctx);
  const id = ctx.params.id ?? "";
  const found = await readOrder(tenant, me, id);
  if (!found.ok) return found.problem;
  let order = found.value;
  const checks = order.checklist.map((item) => `check:${item.id}`);
  const { before, mine } = fieldsOf(form, checks);
  const merge = mergeFields(before, mine, orderFields(order));
  if (merge.conflicts.length > 0) {
    return problem("stale-entity", {
      detail:
        "Somebody else wrote into the same field meanwhile. Their text stands here now.",
    });
  }
  const key = formText(form, "key");
  if (Object.keys(merge.apply).length > 0) {
    const call = await formCall(ctx, form, {
      method: "PATCH",
      route: `/api/client/work-orders/${id}`,
      payload: { fields: merge.apply },
    });
    const outcome = await runChange(tenant, { ...call, key: `${key}-fields` }, {
      version: order.version,
    });
    if (!outcome.ok) return outcome.problem;
    const changed = await readOrder(tenant, me, id);
    if (!changed.ok) return changed.problem;
    order = changed.value;
  }
  const action = formText(form, "action");
  if (action === "" || action === "SAVE") return null;
  const call = await formCall(ctx, form, {
    method: "POST",
    route: `/api/client/work-orders/${id}/transitions`,
    payload: { action },
  });
  const outcome = await runChange(tenant, call, { version: order.version });
  return outcome.ok ? null : outcome.problem;
}
