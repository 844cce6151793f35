import { localTime } from "../model/calendar.ts";
import type { OpResult, SyncResponse } from "../model/protocol.ts";
import { commit } from "./draft.ts";
import type { Draft } from "./draft.ts";
import type { Field } from "./field.ts";
import { ledgerHash } from "./ledger.ts";
import { count } from "./queue.ts";
import type { Head, Kept, QueuedOp } from "./schema.ts";
import { Halt } from "./wire.ts";

/** One request on its way: the state of the queue from which it was made. */
export interface Sent extends Head {
  /** The ops that it carries. */
  ops: readonly QueuedOp[];
}

/** Whether the queue is still as it was when the request was made, and ours to write. */
export function isCurrent({ head }: Draft, sent: Head): boolean {
  return head.deviceId === sent.deviceId && head.acked === sent.acked &&
    head.generation === sent.generation;
}

function settleOp(op: QueuedOp, result: OpResult, draft: Draft): void {
  const at = draft.field.device.now();
  const { closing } = op;
  op.attempts = draft.head.attempts;
  op.answeredDay = draft.feed.today ??
    localTime(draft.field.me.timeZone, at).day;
  op.result = {
    status: result.status,
    at,
    ...(result.version !== undefined && { version: result.version }),
  };
  delete op.problem;
  delete op.conflicts;
  if (closing) {
    op.state = "closed";
    op.why = closing;
    delete op.closing;
  } else if (result.status < 300) {
    op.state = op.route === "/api/client/noop" ? "closed" : "received";
  } else {
    op.state = "parked";
    if (result.problem) {
      // The record it brings goes into the record's row; the op need not hold it too.
      const { current: _inTheRow, ...problem } = result.problem;
      op.problem = problem;
    }
  }
  draft.keep(op);
}

/**
 * Writes the results of one request, all of them in one strict transaction, if the queue still stands where it
 * stood when the request was made. Everything else can be asked for again.
 *
 * @returns false when the answer brought the queue no further: ask again
 * @throws {Halt} another drainer was faster, nothing was written
 */
export async function settle(
  field: Field,
  sent: Sent,
  body: SyncResponse,
): Promise<boolean> {
  const { results } = body;
  const reached = sent.acked + results.length;
  const fits = results.every(({ seq, key }, i) =>
    seq === sent.ops[i]?.seq && key === sent.ops[i]?.key
  );
  const behind = body.lastSeq < sent.acked && results.length === 0;
  if (!fits || (!behind && body.lastSeq < reached)) return false;
  let hash = sent.hash === null ? null : await ledgerHash(sent.hash, results);
  let differs = false;
  if (!behind && body.lastSeq === reached) {
    differs = hash !== null && hash !== body.hash;
    // A mangled answer is asked for again; what the server says twice is its truth, and is counted.
    if (differs && sent.attempts < 2) return false;
    hash = body.hash;
  }
  return await commit(field, async (draft) => {
    const { head } = draft;
    if (!isCurrent(draft, sent)) throw new Halt(false, 0);
    for (const [name, value] of Object.entries(sent.counts)) {
      const left = (head.counts[name] ?? 0) - value;
      if (left > 0) head.counts[name] = left;
      else delete head.counts[name];
    }
    head.epoch = body.epoch;
    head.loginNeeded = false;
    head.receivedAt = field.device.now();
    // The server lives another life: it took nothing, and what it counts as version 3 may be another version 3.
    if (behind || (sent.epoch ?? body.epoch) !== body.epoch) {
      const { stepBack } = await field.recovery();
      await stepBack(draft, body.lastSeq, body.hash, !behind);
      return false;
    }
    if (differs) count(draft, "ledgerMismatches");
    const ops = await draft.opsBySeq(sent.acked + 1, reached);
    await draft.load(ops.flatMap(({ record }) => record ?? []));
    for (const [i, op] of ops.entries()) {
      const result = results[i] as OpResult;
      const { problem } = result;
      if (result.replayed) count(draft, "duplicates");
      if (problem) count(draft, problem.code);
      settleOp(op, result, draft);
      if (op.record !== undefined) {
        await draft.refresh(op.record, problem?.current as Kept | undefined);
      }
    }
    head.acked = reached;
    head.hash = hash;
    head.attempts = 0;
    return results.length > 0 || sent.ops.length === 0 || !!body.stopped;
  });
}
