import { checkForm, type FieldValues } from "../model/form.ts";
import type { Lead } from "../model/lead.ts";
import type { ParsedChange } from "../model/operation.ts";
import { type Action, may } from "../model/policy.ts";
import type {
  OrderAction,
  OrderStatus,
  WorkOrder,
} from "../model/work_order.ts";
import { writeLateChange } from "../store/history.ts";
import { authorOf, type FieldContext } from "./context.ts";
import { checkOrderFields } from "./update_order.ts";

/** Where each action would have brought the order, from wherever it stood on the worker's phone. */
const LEADS_TO: Record<OrderAction, OrderStatus> = {
  START: "RUNNING",
  PAUSE: "PAUSED",
  DONE: "DONE",
};

type LateKind = "lead.update" | "order.update" | "order.advance";
type Late = Extract<ParsedChange, { kind: LateKind }>;

const isLate = (change: ParsedChange): change is Late =>
  change.kind === "order.advance" || change.kind.endsWith(".update");

/** The values that a change would have set if the record were still the worker's; null: it would have been refused all the same. */
function valuesOf(
  { subject, leadForm }: FieldContext,
  change: Late,
  record: Lead | WorkOrder,
): FieldValues | null {
  const theirs = { ...record, assigneeId: subject.id };
  // Kinds and their rights have the same names.
  const action: Action = change.kind;
  if (!may(subject, action, theirs)) return null;
  if (change.kind === "order.advance") {
    return { status: LEADS_TO[change.action] };
  }
  const { fields } = change;
  const errors = change.kind === "lead.update"
    ? checkForm(leadForm, fields, "present")
    : checkErrors(theirs as WorkOrder);
  return errors?.length === 0 ? fields : null;

  function checkErrors(order: WorkOrder) {
    const checked = checkOrderFields(subject, order, fields);
    return checked.ok ? checked.value : null;
  }
}

/**
 * Keeps what a worker did, before they could know, to a record that is somebody else's by now: it is refused, and stands in
 * the record's history as what came too late. Nothing is kept of a change whose author never had the record, still has it,
 * or could not have made the change then either.
 *
 * @param key idempotency key of the change
 */
export async function keepLate(
  context: FieldContext,
  change: ParsedChange,
  key: string,
): Promise<void> {
  if (!isLate(change)) return;
  const { tx, subject } = context;
  const { id, kind, discarded } = change;
  const isLead = kind === "lead.update";
  const record = await tx.get<Lead | WorkOrder>(
    isLead ? tx.keys.lead(id) : tx.keys.order(id),
  );
  if (record === null || record.orgId !== tx.orgId) return;
  if (may(subject, kind, record)) return;
  const fields = valuesOf(context, change, record);
  if (fields === null) return;
  const { assigneeId } = record;
  await writeLateChange(
    tx,
    record,
    isLead ? [subject.id, null] : [subject.id],
    key,
    authorOf(context, discarded),
    { assigneeId, fields },
  );
}
