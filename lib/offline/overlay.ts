import type { FieldValues } from "../model/form.ts";
import type { Lead } from "../model/lead.ts";
import { moved, orderFields, withOrderFields } from "../model/work_order.ts";
import type { OrderAction } from "../model/work_order.ts";
import { type Kept, LIVE, type QueuedOp } from "./schema.ts";

/** Whether an op shows on top of the server's copy: it is open, or received and newer than that copy. */
export function isOverlaid(op: QueuedOp, server: Kept | null): boolean {
  return op.live === LIVE.received
    ? (op.result?.version ?? Infinity) > (server?.version ?? 0)
    : op.live !== undefined;
}

/** The values that an op gives a record's fields; empty for one that gives none. */
export function fieldsOf(op: QueuedOp): FieldValues {
  return "fields" in op.payload ? op.payload.fields : {};
}

/** What a transition does, or null for an op that is none. */
export function actionOf(op: QueuedOp): OrderAction | null {
  return "action" in op.payload ? op.payload.action : null;
}

/** A record's values as flat fields, the form in which changes travel and merge. */
export function flatFields(record: Kept): FieldValues {
  return "fields" in record
    ? record.fields
    : "checklist" in record
    ? orderFields(record)
    : {};
}

function newLead(op: QueuedOp, id: string): Lead {
  const createdAt = new Date(op.createdAt).toISOString();
  return {
    v: 1,
    id,
    orgId: op.orgId,
    version: 0,
    updatedAt: createdAt,
    createdAt,
    createdBy: op.userId,
    assigneeId: op.userId,
    fields: {},
  };
}

function onTop(record: Kept, op: QueuedOp): Kept {
  if ("fields" in record) {
    return { ...record, fields: { ...record.fields, ...fieldsOf(op) } };
  }
  if (!("checklist" in record)) return record;
  const action = actionOf(op);
  if (action === null) return withOrderFields(record, fieldsOf(op));
  return moved(record, action, new Date(op.createdAt).toISOString()) ?? record;
}

/**
 * What the screens show of a record: the server's copy with this device's open ops on top, in their order.
 *
 * @param server null: the server does not have it yet, an op creates it
 * @param ops ops of the record, oldest first
 * @returns null when there is nothing to show
 */
export function overlay(
  server: Kept | null,
  ops: readonly QueuedOp[],
): Kept | null {
  let record = server;
  for (const op of ops) {
    if (!isOverlaid(op, server)) continue;
    if (op.route === "/api/client/leads") record ??= newLead(op, op.payload.id);
    if (record !== null) record = onTop(record, op);
  }
  return record;
}
