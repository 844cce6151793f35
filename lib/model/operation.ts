import type { FieldValues } from "./form.ts";
import type { ClockKind, TimeClaim } from "./timesheet.ts";
import type { OrderAction } from "./work_order.ts";

/** Which server version of a record a change was made on. */
export interface Base {
  /** The last server version seen; 0 for a record that the server does not have yet. */
  version: number;
  /** Seq of this device's previous op on the same record, when that one was not answered yet. */
  after?: number;
}

/**
 * The changes that can be queued, by kind. Each is an API call that a page without scripts can make too:
 * the queue sends the same route, method and payload in batches.
 */
export type Change =
  | {
    route: "/api/client/leads";
    method: "POST";
    payload: { id: string; fields: FieldValues };
  }
  | {
    route: `/api/client/leads/${string}`;
    method: "PATCH";
    payload: { fields: FieldValues; discarded?: FieldValues };
  }
  | {
    route: `/api/client/work-orders/${string}`;
    method: "PATCH";
    payload: { fields: FieldValues; discarded?: FieldValues };
  }
  | {
    route: `/api/client/work-orders/${string}/transitions`;
    method: "POST";
    payload: { action: OrderAction; discarded?: FieldValues };
  }
  | {
    route: "/api/client/clock-events";
    method: "POST";
    payload: { id: string; kind: ClockKind };
  }
  /** An op that was undone before it was sent: it still takes its seq, and changes nothing. */
  | {
    route: "/api/client/noop";
    method: "POST";
    payload: Record<string, never>;
  };

/** One intended change of a record, as it travels in a sync request. */
export type Op = Change & {
  /** Position in the device's queue: 1, 2, 3, … without gaps. */
  seq: number;
  /** Idempotency key, unique for ever. */
  key: string;
  /** Version of the op's form: see PROTOCOL_VERSION. */
  v: number;
  base: Base;
  claim: TimeClaim;
  /** Key of the rejected op that this one stands in for. */
  replaces?: string;
};

/** What a change does, told apart by its route. */
export type ParsedChange =
  | { kind: "lead.create"; id: string; fields: FieldValues }
  | {
    kind: "lead.update";
    id: string;
    fields: FieldValues;
    discarded: FieldValues;
  }
  | {
    kind: "order.update";
    id: string;
    fields: FieldValues;
    discarded: FieldValues;
  }
  | {
    kind: "order.advance";
    id: string;
    action: OrderAction;
    discarded: FieldValues;
  }
  | { kind: "clock"; id: string; press: ClockKind }
  | { kind: "noop" };

/** The record that a change is about, for order and dependencies; null for changes that stand alone. */
export function recordOf(
  change: Pick<Change, "route" | "method" | "payload">,
): string | null {
  if (change.route === "/api/client/leads") {
    const id = (change.payload as { id?: unknown } | null | undefined)?.id;
    return typeof id === "string" ? id : null;
  }
  return /^\/api\/client\/(?:leads|work-orders)\/([^/]+)/.exec(change.route)
    ?.[1] ?? null;
}
