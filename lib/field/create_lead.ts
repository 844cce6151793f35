import { checkForm, type FieldValues } from "../model/form.ts";
import type { Lead } from "../model/lead.ts";
import { may, reachOf } from "../model/policy.ts";
import { fail, ok } from "../model/problem.ts";
import { putLead } from "../store/leads.ts";
import { authorOf, type FieldContext, type Outcome } from "./context.ts";

/** Makes a lead under the id that its maker gave it. A worker's lead is theirs; the office's waits for somebody. */
export async function createLead(
  context: FieldContext,
  input: { id: string; fields: FieldValues },
): Promise<Outcome> {
  const { tx, subject, at } = context;
  if (!may(subject, "lead.create")) return fail("forbidden");
  const errors = checkForm(context.leadForm, input.fields);
  if (errors.length > 0) return fail("invalid-input", { errors });
  if (await tx.get(tx.keys.lead(input.id)) !== null) return fail("id-taken");
  const lead: Lead = {
    v: 1,
    id: input.id,
    orgId: tx.orgId,
    version: 1,
    updatedAt: at,
    createdAt: at,
    createdBy: subject.id,
    assigneeId: reachOf(subject, "lead.read") === "own" ? subject.id : null,
    fields: input.fields,
  };
  putLead(
    tx,
    null,
    lead,
    authorOf(context),
    context.leadForm.columns,
  );
  return ok({ status: 201, version: 1 });
}
