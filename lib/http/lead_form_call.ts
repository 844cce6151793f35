import { readLead } from "../field/read_field.ts";
import { runChange } from "../field/run_change.ts";
import {
  checkForm,
  type FieldValues,
  formFields,
  readFormValues,
} from "../model/form.ts";
import { isId } from "../model/ids.ts";
import type { Lead } from "../model/lead.ts";
import { mergeFields } from "../model/merge.ts";
import { type Problem, problem } from "../model/problem.ts";
import { readSettings } from "../store/settings.ts";
import { acting } from "./call.ts";
import { formCall, newRecordId } from "./form_call.ts";
import { formText } from "./read_body.ts";
import type { RequestContext } from "./state.ts";

/** What came of a lead's form. `values` are as the person filled them in. */
export interface LeadFormOutcome {
  /** Null when the lead was saved. */
  problem: Problem | null;
  /** What the boxes show. */
  values: FieldValues;
  /** What the form was made from: for the next try. */
  was: FieldValues;
  /** As the server had it before; null for a new one, or when it was not found. */
  lead: Lead | null;
}

function valuesOf(text: string): FieldValues {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? value as FieldValues
      : {};
  } catch {
    return {};
  }
}

/** Makes the lead that a form fills in. */
export async function createLeadByForm(
  ctx: RequestContext,
  form: FormData,
): Promise<LeadFormOutcome> {
  const { tenant, now } = acting(ctx);
  const { template } = await readSettings(tenant);
  const values = readFormValues(
    template.leadForm,
    (name) => formText(form, name) || null,
  );
  const id = formText(form, "id");
  const call = await formCall(ctx, form, {
    method: "POST",
    route: "/api/client/leads",
    payload: {
      id: isId("lead", id) ? id : newRecordId("lead", now),
      fields: values,
    },
  });
  const outcome = await runChange(tenant, call, null);
  return {
    problem: outcome.ok ? null : outcome.problem,
    values,
    was: {},
    lead: null,
  };
}

/**
 * Changes a lead as its form asks. What nobody else changed is merged; a field that both changed comes back as an error
 * that names the other value, with one's own still in the box.
 */
export async function changeLeadByForm(
  ctx: RequestContext,
  form: FormData,
): Promise<LeadFormOutcome> {
  const { me, tenant } = acting(ctx);
  const id = ctx.params.id ?? "";
  const { template } = await readSettings(tenant);
  const values = readFormValues(
    template.leadForm,
    (name) => formText(form, name) || null,
  );
  const was = valuesOf(formText(form, "was"));
  const found = await readLead(tenant, me, id);
  if (!found.ok) return { problem: found.problem, values, was, lead: null };
  const lead = found.value;
  const mine: FieldValues = {};
  for (const [name, value] of Object.entries(values)) {
    if (value !== (was[name] ?? null)) mine[name] = value;
  }
  const errors = checkForm(template.leadForm, mine, "present");
  if (errors.length > 0) {
    return { problem: problem("invalid-input", { errors }), values, was, lead };
  }
  const merge = mergeFields(was, mine, lead.fields);
  if (merge.conflicts.length > 0) {
    const labels = new Map(
      formFields(template.leadForm).map((rule) => [rule.name, rule.label]),
    );
    return {
      problem: problem("stale-entity", {
        errors: merge.conflicts.map(({ field, theirs }) => ({
          field,
          message:
            `${labels.get(field)} was changed meanwhile to “${
              theirs ?? ""
            }”. ` +
            "Save again to keep yours.",
        })),
      }),
      values: { ...lead.fields, ...mine },
      was: lead.fields,
      lead,
    };
  }
  if (Object.keys(merge.apply).length === 0) {
    return { problem: null, values, was, lead };
  }
  const call = await formCall(ctx, form, {
    method: "PATCH",
    route: `/api/client/leads/${id}`,
    payload: { fields: merge.apply },
  });
  const outcome = await runChange(tenant, call, { version: lead.version });
  return { problem: outcome.ok ? null : outcome.problem, values, was, lead };
}
