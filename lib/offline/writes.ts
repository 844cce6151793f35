import type { FieldValues } from "../model/form.ts";
import { makeId } from "../model/ids.ts";
import type { Lead } from "../model/lead.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { ClockEvent, ClockKind } from "../model/timesheet.ts";
import {
  advance,
  type OrderAction,
  type WorkOrder,
} from "../model/work_order.ts";
import { commit, type Draft } from "./draft.ts";
import type { Field } from "./field.ts";
import { flatFields } from "./overlay.ts";
import { close, dependentsOf, enqueue } from "./queue.ts";
import { LIVE } from "./schema.ts";

/** What a write left behind, on the disk when it is handed out. */
export interface Saved<T> {
  record: T;
  /** The op's key, for `undo` and to find it among the changes; null when there was nothing to change. */
  key: string | null;
}

async function saving<T>(
  field: Field,
  plan: (draft: Draft) => Promise<Result<Saved<T>>>,
): Promise<Result<Saved<T>>> {
  const result = await commit(field, async (draft) => {
    const result = await plan(draft);
    draft.idle = !result.ok || result.value.key === null;
    return result;
  });
  if (result.ok && result.value.key !== null) field.wake?.();
  return result;
}

async function localRow<T>(draft: Draft, id: string): Promise<T | null> {
  return (await draft.row(id))?.local as T | undefined ?? null;
}

/** What really changes, and what it was. */
function difference(
  now: FieldValues,
  changed: FieldValues,
): { fields: FieldValues; before: FieldValues } | null {
  const fields: FieldValues = {};
  const before: FieldValues = {};
  for (const [name, value] of Object.entries(changed)) {
    const old = now[name] ?? null;
    if (old === value) continue;
    fields[name] = value;
    before[name] = old;
  }
  return Object.keys(fields).length > 0 ? { fields, before } : null;
}

/**
 * Presses the clock. Never refused: odd pairs are flagged for the office.
 *
 * @returns when it is on the disk
 * @throws {StorageFailure} nothing was saved
 */
export async function pressClock(
  field: Field,
  kind: ClockKind,
): Promise<Result<Saved<ClockEvent>>> {
  const { device } = field;
  const id = makeId("ts", device.now(), device.random(10));
  return await saving(field, async (draft) => {
    const op = await enqueue(draft, {
      route: "/api/client/clock-events",
      method: "POST",
      payload: { id, kind },
    });
    const at = new Date(op.createdAt).toISOString();
    return ok({
      record: {
        id,
        kind,
        occurredAt: at,
        believedAt: at,
        confidence: "high",
        seq: op.seq,
      },
      key: op.key,
    });
  });
}

/**
 * Makes a lead, with an id of its own, without asking anybody.
 *
 * @param fields checked by the template's form before
 * @returns when it is on the disk
 * @throws {StorageFailure} nothing was saved
 */
export async function createLead(
  field: Field,
  fields: FieldValues,
): Promise<Result<Saved<Lead>>> {
  const { device } = field;
  const id = makeId("lead", device.now(), device.random(10));
  return await saving(field, async (draft) => {
    const op = await enqueue(draft, {
      route: "/api/client/leads",
      method: "POST",
      payload: { id, fields },
    }, { base: { version: 0 } });
    return ok({
      record: await localRow<Lead>(draft, id) as Lead,
      key: op.key,
    });
  });
}

/**
 * Changes fields of a lead. Fields that have the value already are left out. Where the server refused the lead
 * itself, the corrected lead is sent in its place.
 *
 * @returns `not-found` when the lead is not on this device
 * @throws {StorageFailure} nothing was saved
 */
export async function editLead(
  field: Field,
  id: string,
  changed: FieldValues,
): Promise<Result<Saved<Lead>>> {
  return await saving(field, async (draft) => {
    const lead = await localRow<Lead>(draft, id);
    if (!lead) return fail("not-found");
    const change = difference(lead.fields, changed);
    if (!change) return ok({ record: lead, key: null });
    const refused = (await draft.opsOf(id)).find((op) =>
      op.live === LIVE.parked && op.route === "/api/client/leads"
    );
    let op;
    if (refused) {
      for (const dependent of await dependentsOf(draft, refused)) {
        close(draft, dependent, "replaced");
      }
      close(draft, refused, "replaced");
      op = await enqueue(draft, {
        route: "/api/client/leads",
        method: "POST",
        payload: { id, fields: { ...lead.fields, ...change.fields } },
      }, { base: { version: 0 }, replaces: refused.key });
    } else {
      op = await enqueue(draft, {
        route: `/api/client/leads/${id}`,
        method: "PATCH",
        payload: { fields: change.fields },
      }, { before: change.before });
    }
    return ok({
      record: await localRow<Lead>(draft, id) as Lead,
      key: op.key,
    });
  });
}

/**
 * Changes flat fields of a work order (`notes`, `check:<item>`; see `orderFields`).
 *
 * @returns `not-found` when the order is not on this device
 * @throws {StorageFailure} nothing was saved
 */
export async function editOrder(
  field: Field,
  id: string,
  changed: FieldValues,
): Promise<Result<Saved<WorkOrder>>> {
  return await saving(field, async (draft) => {
    const order = await localRow<WorkOrder>(draft, id);
    if (!order) return fail("not-found");
    const { status: _byActionsOnly, ...fields } = changed;
    const change = difference(flatFields(order), fields);
    if (!change) return ok({ record: order, key: null });
    const op = await enqueue(draft, {
      route: `/api/client/work-orders/${id}`,
      method: "PATCH",
      payload: { fields: change.fields },
    }, { before: change.before });
    return ok({
      record: await localRow<WorkOrder>(draft, id) as WorkOrder,
      key: op.key,
    });
  });
}

/**
 * Starts, pauses or finishes a work order, by the same state machine as the server's.
 *
 * @returns `transition-refused` with the reason, or `not-found`
 * @throws {StorageFailure} nothing was saved
 */
export async function advanceOrder(
  field: Field,
  id: string,
  action: OrderAction,
): Promise<Result<Saved<WorkOrder>>> {
  return await saving(field, async (draft) => {
    const order = await localRow<WorkOrder>(draft, id);
    if (!order) return fail("not-found");
    const at = new Date(field.device.now()).toISOString();
    const next = advance(order, action, at);
    if (!next.ok) return next;
    const op = await enqueue(draft, {
      route: `/api/client/work-orders/${id}/transitions`,
      method: "POST",
      payload: { action },
    }, { before: { status: order.status }, status: next.value.status });
    return ok({
      record: await localRow<WorkOrder>(draft, id) as WorkOrder,
      key: op.key,
    });
  });
}
