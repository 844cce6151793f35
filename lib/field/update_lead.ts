import { checkForm, type FieldValues } from "../model/form.ts";
import type { Lead } from "../model/lead.ts";
import { may } from "../model/policy.ts";
import { fail, ok } from "../model/problem.ts";
import { putLead } from "../store/leads.ts";
import {
  authorOf,
  type FieldContext,
  type Freshness,
  type Outcome,
  staleness,
} from "./context.ts";

/** Changes some fields of a lead, when it still is as its changer saw it. */
export async function updateLead(
  context: FieldContext,
  input: { id: string; fields: FieldValues; discarded: FieldValues },
  freshness: Freshness,
): Promise<Outcome> {
  const { tx, subject, at } = context;
  const lead = await tx.get<Lead>(tx.keys.lead(input.id));
  if (lead === null || lead.orgId !== tx.orgId) return fail("not-found");
  if (!may(subject, "lead.update", lead)) return fail("forbidden");
  const errors = checkForm(context.leadForm, input.fields, "present");
  if (errors.length > 0) return fail("invalid-input", { errors });
  const stale = staleness(lead, freshness);
  if (stale) return stale;
  const next: Lead = {
    ...lead,
    version: lead.version + 1,
    updatedAt: at,
    fields: { ...lead.fields, ...input.fields },
  };
  putLead(
    tx,
    lead,
    next,
    authorOf(context, input.discarded),
    context.leadForm.columns,
  );
  return ok({ status: 200, version: next.version });
}
