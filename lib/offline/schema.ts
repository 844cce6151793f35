import type { StoreTypes } from "./database.ts";
import type { FieldValues } from "../model/form.ts";
import type { Lead } from "../model/lead.ts";
import type { FieldConflict } from "../model/merge.ts";
import type { Base, Change } from "../model/operation.ts";
import type { BlobAbout } from "../model/blob.ts";
import type { Problem, ProblemCode } from "../model/problem.ts";
import type { FieldSettings } from "../model/protocol.ts";
import type { Timesheet } from "../model/timesheet.ts";
import type { OrderStatus, WorkOrder } from "../model/work_order.ts";

/** Version of the database's layout. Never lowered; an upgrade keeps every pending op. */
export const DATABASE_VERSION = 1;

/** The name of a user's database; one user in one org. */
export function databaseName(scope: { id: string; orgId: string }): string {
  return "streamflow:" + scopeOf(scope);
}

/** Who works where, as the server's pages name it. */
export function scopeOf({ id, orgId }: { id: string; orgId: string }): string {
  return orgId + ":" + id;
}

/** The stores that hold records. */
export type RecordStore = "leads" | "workOrders" | "timesheets";

/** A record that is kept on the device. */
export type Kept = Lead | WorkOrder | Timesheet;

/** A record as it is kept: the server's last copy, and what this device makes of it. */
export interface Row<T extends Kept = Kept> {
  /** The record's id. */
  id: string;
  /** The server's last copy; null: the server does not have it yet. */
  server: T | null;
  /** The server's copy with everything on top that this device did since. What screens show. */
  local: T;
  /** The last version that the server told of, by a copy or by an op's result; 0: none. */
  version: number;
  /** How many changes of it wait to be sent. */
  waiting: number;
  /** How many changes of it need a person. */
  parked: number;
  /** The full load that last brought it. */
  load: number;
  /** The server said it left this worker's scope; it stays only while changes of it are open. */
  gone?: true;
  /** Leads: order of the list, the smallest first. */
  newest?: number;
  /** Work orders: planned day and time, `YYYY-MM-DD HH:MM`. */
  planned?: string;
}

/** Where an op stands. `closed`: it has a result, changed nothing, and nobody has to do anything about it. */
export type OpState = "waiting" | "received" | "parked" | "closed";

/** Why an op is closed, or will be as soon as it has its result. */
export type ClosedBecause = "undone" | "replaced" | "same" | "dismissed";

/** Index values of `live`: which ops still matter. History has none. */
export const LIVE = { waiting: 1, parked: 2, received: 3 } as const;

/** What a record is called, for when it is not on the device any more. */
export type Named =
  & (Pick<WorkOrder, "number" | "title" | "checklist"> | Pick<Lead, "fields">)
  & Partial<Pick<Lead, "updatedAt">>;

/** An op as it is kept; never deleted before it has a result, and 14 days after. */
export type QueuedOp = Change & {
  /** Position on this device, never reused; `seq` can be renumbered, this cannot. */
  n: number;
  key: string;
  seq: number;
  deviceId: string;
  userId: string;
  orgId: string;
  v: number;
  base: Base;
  /** The record it is about. */
  record?: string;
  /** One of `LIVE`; absent: history. */
  live?: number;
  /** The changed fields as they were when the person changed them; stays on the device. */
  before: FieldValues;
  /**
   * What of it a merge found on the server already, with the values from before: to a server that loses it in a restore, it
   * is a change again.
   */
  found?: FieldValues;
  /** The status that a transition led to on the device. */
  status?: OrderStatus;
  /** The wall clock when it was made, milliseconds. */
  createdAt: number;
  pageLife: string;
  /** The monotonic clock of that page life when it was made, milliseconds. */
  monotonic: number;
  /** How many requests carried it before it had its result. */
  attempts: number;
  state: OpState;
  replaces?: string;
  /** It is settled already and only waits for its formal result. */
  closing?: ClosedBecause;
  why?: ClosedBecause;
  result?: { status: number; version?: number; at: number };
  /** The server's day when it was answered, YYYY-MM-DD. */
  answeredDay?: string;
  /** A pull that began after the answer is complete: the server's copy contains it. */
  pulled?: true;
  problem?: Problem;
  /** Fields about which a person has to decide. */
  conflicts?: FieldConflict[];
  /** How many merges led to this op. */
  round?: number;
  /** What it was about when it was given up: the record may leave the device with that. */
  about?: Named;
};

/** Where the queue stands. One row, changed in the same transaction as everything it speaks of. */
export interface Head {
  /** Counts transactions: a plan made on an older state is not written. */
  rev: number;
  /** The last writers, to tell whether a write arrived although its connection died. */
  by: string[];
  /** Names this queue. */
  deviceId: string;
  /** Names this database for the share that its key is made from; unlike the queue's name it never changes. */
  vault: string;
  /** The seq of the next op. */
  nextSeq: number;
  /** The `n` of the next op. */
  nextN: number;
  /** The last seq that has a result. */
  acked: number;
  /** The ledger's hash at `acked`; null: not known, the server's next one is taken. */
  hash: string | null;
  /** The server's store, as it last named itself. */
  epoch: string | null;
  /** The highest seq that any request has carried. */
  sentUpTo: number;
  /** Requests since the last result. */
  attempts: number;
  /** Raised when the drainer's lock is stolen: an older generation writes nothing. */
  generation: number;
  /** The session is over; everything is kept. */
  loginNeeded: boolean;
  /** The person logged out: nothing is read from the server into this database. */
  left: boolean;
  /** The drain that is under way: first and last seq, and when it last gave a sign (wall clock). */
  drain: { from: number; to: number; at: number } | null;
  /** When the server last confirmed ops, by the device's clock. */
  receivedAt: number | null;
  /** What the operators are told with the next request. */
  counts: Record<string, number>;
  /** This database took the place of one that vanished. */
  lost: { deviceId: string; lastSeq: number } | null;
}

/** Where the pull stands. */
export interface Feed {
  /** To be sent with the next pull; null: load everything. */
  cursor: string | null;
  /** Number of the present or last full load. */
  load: number;
  /** A full load has begun and not ended. */
  loading: boolean;
  /** The server's day at the last pull, and the device's clock then. */
  today: string | null;
  /** The device's clock when `today` was told, milliseconds. */
  todayAt: number;
  /** What the company's template says. */
  settings: FieldSettings | null;
}

/** A photo or signature on this device. */
export interface KeptBlob {
  /** Its key: `about/<order>/<hash>`. */
  id: string;
  /** The work order that it is of. */
  order: string;
  /** SHA-256 (base64url) of its bytes. */
  hash: string;
  /** What the server is told before the bytes. */
  about: BlobAbout;
  /** When it was kept, by the device's clock, milliseconds. */
  at: number;
  /** The person does not want it to wait for a better network. */
  now?: true;
  /** When the server had all of it, by the device's clock, milliseconds. */
  receivedAt?: number;
  /** Why the server does not take it; stays until the person decides. */
  refused?: ProblemCode;
}

/** A lead's place in the list: `newest` and id. */
export type LeadPlace = [newest: number, id: string];

/** The database of one user in one org. */
export interface FieldSchema extends StoreTypes {
  /** Leads by id. */
  leads: {
    key: string;
    value: Row<Lead>;
    indexes: { newest: LeadPlace };
  };
  /** Work orders by id. */
  workOrders: {
    key: string;
    value: Row<WorkOrder>;
    indexes: { planned: string };
  };
  /** The worker's days by id. */
  timesheets: { key: string; value: Row<Timesheet> };
  /** Ops by `n`. */
  pending: {
    key: number;
    value: QueuedOp;
    indexes: {
      key: string;
      seq: [string, number];
      record: string;
      live: number;
    };
  };
  /** Photos and signatures: `about/<order>/<hash>` and, sealed, `bytes/<order>/<hash>`. They travel on their own channel. */
  blobs: { key: string; value: KeptBlob | Uint8Array<ArrayBuffer> };
  /** Where queue and pull stand. */
  meta: { key: "head" | "feed"; value: Head | Feed };
}

/** The store that holds the record with this id. */
export function storeOf(id: string): RecordStore {
  return id.startsWith("lead_")
    ? "leads"
    : id.startsWith("wo_")
    ? "workOrders"
    : "timesheets";
}
