import type { FormDefinition } from "./form.ts";
import type { Lead } from "./lead.ts";
import type { Op } from "./operation.ts";
import type { Problem } from "./problem.ts";
import type { Timesheet } from "./timesheet.ts";
import type { WorkOrder } from "./work_order.ts";

/**
 * The version of ops and sync messages. The server accepts this one and the three before it; a server that
 * speaks a new version is deployed before the app that sends it.
 *
 * 1  2026-11: leads, work orders (fields and transitions), clock events, noop
 */
export const PROTOCOL_VERSION = 1;

/** The oldest version of an op that the server still accepts. */
export const OLDEST_PROTOCOL_VERSION: number = Math.max(
  1,
  PROTOCOL_VERSION - 3,
);

/** The most ops in one request. */
export const MAX_BATCH_OPS = 250;

/** The most bytes of JSON in one request before compression. */
export const MAX_BATCH_BYTES = 256 * 1024;

/** How many days ahead a device keeps its worker's orders. */
export const WINDOW_DAYS = 14;

/** How many days back: a night shift still finishes yesterday's order after midnight. */
export const WINDOW_DAYS_BACK = 1;

/** How many leads a device keeps. */
export const WINDOW_LEADS = 2000;

/** The body of `POST /api/client/sync`: ops strictly by seq, first to last. */
export interface SyncRequest {
  /** Version of the message: see `PROTOCOL_VERSION`. */
  v: number;
  /** `dev_` and a ULID: names one database, of one user in one org and one browser profile. */
  deviceId: string;
  /** Who queued the ops: a session of somebody else refuses them. */
  userId: string;
  /** The org in which the ops were queued: a session of another org refuses them. */
  orgId: string;
  /** At most `MAX_BATCH_OPS`. */
  ops: Op[];
  /** The store's life that the device knows, null: none yet. A server that lives another one only says where it stands. */
  epoch?: string | null;
  /** More ops wait behind these: they happened before this contact, which says nothing about their time then. */
  more?: boolean;
  /** What the device counted since it was last told. */
  counts?: Record<string, number>;
}

/** What a device reports that goes up and down, beside what it counts. */
const GAUGES = ["queued", "oldestMs", "parked"];

/** Whether a reported number is a state, of which the last one counts, and no sum. */
export function isGauge(name: string): boolean {
  return GAUGES.includes(name);
}

/** What became of one op. Final: the same op always gets the same result. */
export interface OpResult {
  /** The op's place in the device's queue. */
  seq: number;
  /** The op's idempotency key. */
  key: string;
  /** 200 or 201: applied. 4xx: rejected for good, with `problem`. */
  status: number;
  /** The record's version after this op. */
  version?: number;
  /** It had been answered before. */
  replayed?: true;
  /** Why it was rejected; absent when it was applied. */
  problem?: Problem;
}

/** Where the server stands with a device: what both sides compare. */
export interface LedgerHead {
  /** Names the store's life; a restored store has another one. */
  epoch: string;
  /** The last op that has a result; 0: none has. */
  lastSeq: number;
  /** Hash over all results up to lastSeq: see `ledgerLink`. */
  hash: string;
}

/** The answer to `POST /api/client/sync`. */
export interface SyncResponse extends LedgerHead {
  /** One for each op up to where the batch stopped, by seq. */
  results: OpResult[];
  /** Why the batch stopped before its end; what follows has no result and is to be sent again. */
  stopped?: Problem;
}

/** One record, or its tombstone, in a pull. */
export type PulledRecord =
  | { type: "lead"; id: string; record: Lead | null }
  | { type: "workOrder"; id: string; record: WorkOrder | null }
  | { type: "timesheet"; id: string; record: Timesheet | null };

/** The answer to `GET /api/client/sync?cursor=`. */
export interface PullResponse {
  /** The store's epoch, as in `LedgerHead`. */
  epoch: string;
  /** To be sent with the next pull. Opaque. */
  cursor: string;
  /** This is the start of a full load: what the device has and this load does not bring is no longer in scope. */
  full: boolean;
  /** Records in the worker's scope, and tombstones (`record: null`) of what left it. */
  changes: PulledRecord[];
  /** There is more now: pull again at once. */
  more: boolean;
  /** What the field screens need of the company's template; sent with a full load and when it changed. */
  settings?: FieldSettings;
  /** Today in the company's time zone, by the server's clock, YYYY-MM-DD. */
  today: string;
}

/** What a device keeps of the company's template. */
export interface FieldSettings {
  /** The form that leads are asked and checked by. */
  leadForm: FormDefinition;
}

/** The hash of a ledger before its first result. */
export const LEDGER_START = "0";

/**
 * The text whose SHA-256 (hex) is the ledger's hash after one more result. Both sides hash it themselves,
 * so that "all received" is proven and not believed.
 */
export function ledgerLink(
  previous: string,
  result: Pick<OpResult, "seq" | "key" | "status">,
): string {
  return `${previous}\n${result.seq}\n${result.key}\n${result.status}`;
}
