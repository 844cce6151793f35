import type { FieldConflict } from "../model/merge.ts";
import { type Change, recordOf } from "../model/operation.ts";
import type { Problem } from "../model/problem.ts";
import { decode } from "./codec.ts";
import { read, readMeta } from "./draft.ts";
import type { Field } from "./field.ts";
import { isDependent, isStale } from "./queue.ts";
import { MOST_ROUNDS } from "./replay.ts";
import { type ClosedBecause, LIVE, type QueuedOp } from "./schema.ts";
import { REQUEST_TIMEOUT_MS } from "./wire.ts";

/** Where a change stands, for people. */
export type ChangeState =
  | { name: "waiting"; canUndo: boolean }
  | { name: "sending" }
  /** The server has it: its receipt number, and when the device heard of it (its own clock, ms). */
  | { name: "received"; receipt: number; at: number }
  /** Somebody has to decide (`conflicts`) or mend something (`problem`). */
  | { name: "needs-you"; problem: Problem; conflicts?: FieldConflict[] }
  | { name: "settled"; because: ClosedBecause };

/** One change, as the list of changes shows it. */
export interface ListedChange {
  key: string;
  /** The record it is about, if any. */
  record: string | null;
  change: Change;
  /** When it was made, by the device's clock, milliseconds. */
  at: number;
  state: ChangeState;
}

/** What the indicator shows. */
export interface SyncStatus {
  /** Saved on this device, not received by the server. */
  waiting: number;
  needsYou: number;
  /** A drain is under way: received so far, and in all. */
  sending: { done: number; total: number } | null;
  /** When the server last confirmed something, by the device's clock, milliseconds. */
  lastReceivedAt: number | null;
  loginNeeded: boolean;
  reach: Field["reach"];
  /** The browser had deleted this device's database: the last seq that was noted elsewhere. */
  lost: { deviceId: string; lastSeq: number } | null;
}

/** Whether a parked op is merged by the next drain without anybody. */
function isMerging(op: QueuedOp): boolean {
  return isStale(op) && !op.conflicts && (op.round ?? 0) < MOST_ROUNDS;
}

function stateOf(
  op: QueuedOp,
  sentUpTo: number,
  sending: boolean,
): ChangeState {
  const why = op.closing ?? op.why;
  if (why) return { name: "settled", because: why };
  if (op.state === "received" && op.result) {
    return { name: "received", receipt: op.seq, at: op.result.at };
  }
  if (op.state === "parked" && op.problem && !isMerging(op)) {
    const { problem, conflicts } = op;
    return { name: "needs-you", problem, ...(conflicts && { conflicts }) };
  }
  if (sending && op.seq <= sentUpTo) return { name: "sending" };
  return {
    name: "waiting",
    canUndo: op.live === LIVE.waiting && op.seq > sentUpTo,
  };
}

function isSending(field: Field, drain: { at: number } | null): boolean {
  return drain !== null &&
    Math.abs(field.device.now() - drain.at) < REQUEST_TIMEOUT_MS;
}

/**
 * This device's changes, newest first, with what became of each.
 *
 * @param limit at most so many
 */
export async function readChanges(
  field: Field,
  limit = 100,
): Promise<ListedChange[]> {
  const { head } = await readMeta(field);
  const stored = await field.db.run((db) =>
    db.getAll("pending", IDBKeyRange.lowerBound(head.nextN - limit))
  );
  const sending = isSending(field, head.drain);
  return (await Promise.all(stored.map(decode))).reverse().map((op) => ({
    key: op.key,
    record: recordOf(op),
    change: {
      route: op.route,
      method: op.method,
      payload: op.payload,
    } as Change,
    at: op.createdAt,
    state: stateOf(op, head.sentUpTo, sending),
  }));
}

/** What waits, what is being sent, and what needs somebody. */
export async function readStatus(field: Field): Promise<SyncStatus> {
  const draft = await read(field);
  const { head } = draft;
  const waiting = await field.db.run((db) =>
    db.countFromIndex("pending", "live", LIVE.waiting)
  );
  const parked = await draft.opsAlive(LIVE.parked);
  const merging = parked.filter(isMerging).length;
  const roots = parked.filter((op) => !isDependent(op));
  const orphans = parked.filter((op) =>
    isDependent(op) && !roots.some((root) => root.record === op.record)
  );
  const { drain } = head;
  return {
    waiting: waiting + merging,
    needsYou: roots.length - merging + orphans.length,
    sending: drain && isSending(field, drain)
      ? { done: head.acked - drain.from + 1, total: drain.to - drain.from + 1 }
      : null,
    lastReceivedAt: head.receivedAt,
    loginNeeded: head.loginNeeded,
    reach: field.reach,
    lost: head.lost,
  };
}
