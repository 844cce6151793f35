import type { FieldConflict } from "../model/merge.ts";
import { type Change, recordOf } from "../model/operation.ts";
import type { Problem } from "../model/problem.ts";
import { decode } from "./codec.ts";
import { read } from "./draft.ts";
import type { Field } from "./field.ts";
import {
  type ClosedBecause,
  LIVE,
  type Named,
  type QueuedOp,
} from "./schema.ts";
import { isMerging } from "./queue.ts";
import { isSending, settledWith } from "./status.ts";

export { readStatus, type SyncStatus } from "./status.ts";

/** Where a change stands, for people. */
export type ChangeState =
  | { name: "waiting"; canUndo: boolean }
  | { name: "sending" }
  /** The server has it: its receipt number, and when the device heard of it (its own clock, ms). */
  | { name: "received"; receipt: number; at: number }
  /** Somebody has to decide (`conflicts`) or mend something (`problem`). */
  | { name: "needs-you"; problem: Problem; conflicts?: FieldConflict[] }
  /** It fell because of the change with this key, and is settled with it. */
  | { name: "held"; by: string }
  | { name: "settled"; because: ClosedBecause };

/** One change, as the list of changes shows it. */
export interface ListedChange {
  /** The op's key. */
  key: string;
  /** The record it is about, if any. */
  record: string | null;
  /** What was changed. */
  change: Change;
  /** What the record was called, of a change that was given up. */
  about?: Named;
  /** When it was made, by the device's clock, milliseconds. */
  at: number;
  /** What became of it. */
  state: ChangeState;
}

function stateOf(
  op: QueuedOp,
  root: QueuedOp | undefined,
  sentUpTo: number,
  sending: boolean,
  isLast: boolean,
): ChangeState {
  const why = op.closing ?? op.why;
  if (why) return { name: "settled", because: why };
  if (op.state === "received" && op.result) {
    return { name: "received", receipt: op.seq, at: op.result.at };
  }
  if (op.state === "parked" && op.problem && !isMerging(root ?? op)) {
    if (root) return { name: "held", by: root.key };
    const { problem, conflicts } = op;
    return { name: "needs-you", problem, ...(conflicts && { conflicts }) };
  }
  if (sending && op.seq <= sentUpTo) return { name: "sending" };
  return {
    name: "waiting",
    canUndo: isLast && op.live === LIVE.waiting && op.seq > sentUpTo &&
      !op.replaces,
  };
}

/**
 * This device's changes, newest first, with what became of each.
 *
 * @param limit at most so many, and whatever else needs somebody
 */
export async function readChanges(
  field: Field,
  limit = 100,
): Promise<ListedChange[]> {
  const { head } = await read(field);
  const from = head.nextN - limit;
  const [parked, latest] = await field.db.run((db) =>
    Promise.all([
      db.getAllFromIndex("pending", "live", LIVE.parked),
      db.getAll("pending", IDBKeyRange.lowerBound(from)),
    ])
  );
  const stored = [...parked.filter(({ n }) => n < from), ...latest];
  const sending = isSending(field, head.drain);
  const ops = await decode(field, stored);
  const open = ops.filter(({ live }) => live === LIVE.parked);
  const touched = new Set<string>();
  return ops.reverse().map((op) => {
    const { key, record, route, method, payload, about, createdAt } = op;
    // A later change of the record builds on it.
    const isLast = record === undefined || !touched.has(record);
    if (record !== undefined) touched.add(record);
    const root = settledWith(op, open);
    return {
      key,
      record: recordOf(op),
      change: { route, method, payload } as Change,
      ...(about && { about }),
      at: createdAt,
      state: stateOf(op, root, head.sentUpTo, sending, isLast),
    };
  });
}
