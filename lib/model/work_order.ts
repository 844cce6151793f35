import type { FieldValues } from "./form.ts";

/** Where a work order stands. */
export type OrderStatus = "PLANNED" | "RUNNING" | "PAUSED" | "DONE";

/** What a worker does to an order. */
export type OrderAction = "START" | "PAUSE" | "DONE";

/** One line of an order's checklist. */
export interface ChecklistItem {
  /** Unique within the order; from the template. Travels as the field `check:<id>`. */
  id: string;
  /** What is to be done, in the template's words. */
  label: string;
  /** The order cannot be DONE before this is. */
  required: boolean;
  /** Ticked by the worker. */
  done: boolean;
}

/** A piece of work at a customer's, planned for a day and a worker. */
export interface WorkOrder {
  /** Schema version of the record. */
  v: 1;
  /** `wo_` and a ULID, made by whoever plans the order. */
  id: string;
  /** The org that owns the order. */
  orgId: string;
  /** Counts the record's changes; set by the server alone. */
  version: number;
  /** ISO 8601, set by the server alone. */
  updatedAt: string;
  /** The number people say on the phone; counted per org. */
  number: number;
  /** What is to be done, in a few words. */
  title: string;
  /** Name of the person or company that the work is for. */
  customer: string;
  /** The customer's number as it was typed; null: none known. */
  phone: string | null;
  /** Where the work is, as one line. */
  address: string;
  /** What the office wants the worker to know. */
  brief: string | null;
  /** Planned day, YYYY-MM-DD in the company's time zone. */
  day: string;
  /** Planned time, HH:MM in the company's time zone. */
  time: string;
  /** Planned length, minutes. */
  minutes: number;
  /** User id of the worker; null: nobody has it yet. */
  assigneeId: string | null;
  /** Moves by `advance` only. */
  status: OrderStatus;
  /** Believed time of the first START, ISO 8601; null before. */
  startedAt: string | null;
  /** Believed time of DONE, ISO 8601; null before. */
  finishedAt: string | null;
  /** What the worker wrote about the work; null: nothing. */
  notes: string | null;
  /** Copied from the kind of work when the order is planned; empty where that has none. */
  checklist: ChecklistItem[];
  /** By SHA-256 (base64url): media type and bytes, see `PHOTO_VALUE`. Absent: none. Travel as the fields `photo:<hash>`. */
  photos?: Record<string, string>;
  /** What the customer signed, as `readSignature` reads it; absent or null: nothing. */
  signature?: string | null;
}

/** The columns of the order lists: an index row's value. */
export type OrderRow = Pick<
  WorkOrder,
  | "id"
  | "number"
  | "title"
  | "customer"
  | "address"
  | "day"
  | "time"
  | "minutes"
  | "assigneeId"
  | "status"
  | "finishedAt"
>;

/** The list columns of a work order. */
export function orderRow(order: WorkOrder): OrderRow {
  const {
    id,
    number,
    title,
    customer,
    address,
    day,
    time,
    minutes,
    assigneeId,
    status,
    finishedAt,
  } = order;
  return {
    id,
    number,
    title,
    customer,
    address,
    day,
    time,
    minutes,
    assigneeId,
    status,
    finishedAt,
  };
}

const TRANSITIONS: Record<
  OrderStatus,
  Partial<Record<OrderAction, OrderStatus>>
> = {
  PLANNED: { START: "RUNNING" },
  RUNNING: { PAUSE: "PAUSED", DONE: "DONE" },
  PAUSED: { START: "RUNNING", DONE: "DONE" },
  DONE: {},
};

/** What can be done next, in the order in which a worker would. */
export function nextActions(status: OrderStatus): OrderAction[] {
  return Object.keys(TRANSITIONS[status]) as OrderAction[];
}

/** Required points of the checklist that are not done. */
export function openPoints(order: WorkOrder): WorkOrder["checklist"] {
  return order.checklist.filter((item) => item.required && !item.done);
}

/** The status that an action leads to; undefined where the order's status does not allow it. */
export function statusAfter(
  order: WorkOrder,
  action: OrderAction,
): OrderStatus | undefined {
  return TRANSITIONS[order.status][action];
}

/**
 * The one state machine of a work order, for phone and server; `advance` says why where it refuses.
 *
 * @param at when it happened (ISO 8601): the device's own time on the phone, `believedAt` on the server
 * @returns the order after the action (version and updatedAt untouched), or null where it is refused
 */
export function moved(
  order: WorkOrder,
  action: OrderAction,
  at: string,
): WorkOrder | null {
  const status = statusAfter(order, action);
  const refused = action === "DONE" && openPoints(order).length > 0;
  return status === undefined || refused ? null : {
    ...order,
    status,
    startedAt: order.startedAt ?? (action === "START" ? at : null),
    finishedAt: action === "DONE" ? at : null,
  };
}

/** The shortest row of actions that leads from one status to another, or null when there is none. */
export function actionsBetween(
  from: OrderStatus,
  to: OrderStatus,
): OrderAction[] | null {
  const seen = new Set<OrderStatus>([from]);
  let paths: { at: OrderStatus; actions: OrderAction[] }[] = [{
    at: from,
    actions: [],
  }];
  while (paths.length > 0) {
    const reached = paths.find((path) => path.at === to);
    if (reached) return reached.actions;
    paths = paths.flatMap((path) =>
      nextActions(path.at).flatMap((action) => {
        const at = TRANSITIONS[path.at][action] as OrderStatus;
        if (seen.has(at)) return [];
        seen.add(at);
        return [{ at, actions: [...path.actions, action] }];
      })
    );
  }
  return null;
}

const CHECK = "check:";

/** How the field of a photo begins; its SHA-256 follows. Each is a field of its own, so that photos never conflict. */
export const PHOTO = "photo:";

/** Fields that the office plans, by name. */
export const PLAN_FIELDS = [
  "title",
  "customer",
  "phone",
  "address",
  "brief",
  "day",
  "time",
  "minutes",
  "assigneeId",
] as const;

/** A work order as flat fields, the form in which changes travel and merge: `notes`, `check:<item>`, `status`, … */
export function orderFields(order: WorkOrder): FieldValues {
  const fields: FieldValues = { status: order.status, notes: order.notes };
  for (const name of PLAN_FIELDS) fields[name] = order[name];
  for (const item of order.checklist) fields[CHECK + item.id] = item.done;
  for (const hash in order.photos) {
    fields[PHOTO + hash] = order.photos[hash] as string;
  }
  if (order.signature) fields.signature = order.signature;
  return fields;
}

/** Whether a worker at the customer's may change the field (the status changes by actions only). */
export function isWorkField(order: WorkOrder, name: string): boolean {
  return name === "notes" || name === "signature" ||
    name.startsWith(PHOTO) ||
    (name.startsWith(CHECK) &&
      order.checklist.some((item) => CHECK + item.id === name));
}

/** The name by which a role's grant knows a flat field: `check:gas-off` is one of the checklist. */
export function grantName(field: string): string {
  return field.replace(/^check:.*/, "checklist").replace(/^photo:.*/, "photos");
}

/** The order with some of its flat fields replaced; names and types have been checked before. */
export function withOrderFields(
  order: WorkOrder,
  changes: FieldValues,
): WorkOrder {
  const { status: _byActionsOnly, ...rest } = changes;
  const plain: FieldValues = {};
  const photos = { ...order.photos };
  for (const name in rest) {
    const value = rest[name] as string | null;
    const [kind, hash = ""] = name.split(":");
    if (kind === "photo") {
      if (value === null) delete photos[hash];
      else photos[hash] = value;
    } else if (kind !== "check") plain[name] = value;
  }
  return {
    ...order,
    ...plain,
    ...(order.photos || Object.keys(photos)[0]) && { photos },
    checklist: order.checklist.map((item) =>
      Object.hasOwn(changes, CHECK + item.id)
        ? { ...item, done: changes[CHECK + item.id] === true }
        : item
    ),
  };
}
