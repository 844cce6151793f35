import "./engine.ts";
import { addDays } from "../model/calendar.ts";
import { problem } from "../model/problem.ts";
import { LEDGER_START } from "../model/protocol.ts";
import { nextQueueName } from "../model/queue_name.ts";
import type { Draft } from "./draft.ts";
import { newDeviceId } from "./field.ts";
import { close, count, emptyOp } from "./queue.ts";
import type { QueuedOp } from "./schema.ts";

/**
 * Makes ops that a server lost ready to be sent to it once more. What had been refused and settled since is sent
 * without effect.
 *
 * @param ops by age
 */
async function sayAgain(
  draft: Draft,
  ops: readonly QueuedOp[],
): Promise<void> {
  const last = new Map<string, number>();
  for (const op of ops) {
    const { record } = op;
    const settled = op.state === "closed";
    // What was closed because the server had the same already is said again: it may have lost that as well.
    if (settled && op.why !== "same") emptyOp(draft, op);
    else {
      if (settled) delete op.closing;
      op.state = "waiting";
      delete op.why;
      delete op.result;
      delete op.pulled;
      delete op.problem;
      delete op.conflicts;
      Object.assign(op.before, op.found);
      delete op.found;
      if (record !== undefined) {
        // The restored store counts versions anew, so an equal number means nothing: what came first is merged
        // by its values, and the rest of the device's work on the record goes with it.
        const after = last.get(record);
        if (op.route !== "/api/client/leads") {
          op.base = { version: 0, ...(after !== undefined && { after }) };
        }
        last.set(record, op.seq);
      }
    }
    draft.keep(op);
  }
  for (const id of last.keys()) await draft.refresh(id);
}

/**
 * The queue under a new name: the old one is used by a copy of this profile too, or the server lost more of it
 * than the device still has. What comes after `from` is numbered anew from 1, with its keys, so that what did
 * arrive under the old name is recognised.
 */
export async function renumber(draft: Draft, from: number): Promise<void> {
  const { head } = draft;
  const all = await draft.opsBySeq(0);
  const moving = all.filter((op) => op.seq > from);
  // A restored server took a copy's ops in the places of these, which it had answered in its earlier life.
  if (moving.some((op) => op.result)) await sayAgain(draft, moving);
  const old = new Map(all.map((op) => [op.seq, op]));
  const fallen = new Set<QueuedOp>();
  const moved = new Set<QueuedOp>();
  const sentBefore = head.sentUpTo;
  const deviceId = nextQueueName(head.vault, newDeviceId(draft.field.device));
  let seq = 0;
  head.sentUpTo = 0;
  for (const op of moving) {
    const { version, after } = op.base;
    const previous = after === undefined ? undefined : old.get(after);
    const wasSent = op.seq <= sentBefore;
    if (previous && moved.has(previous)) {
      op.base = { version, after: previous.seq };
    } else if (
      previous &&
      (fallen.has(previous) || (previous.result?.status ?? 0) >= 400)
    ) {
      // The new ledger cannot know why it must not be applied: it stays under the old name, and is not sent.
      op.state = "parked";
      op.problem = problem("dependency-rejected");
      if (op.closing) close(draft, op, op.closing);
      delete op.closing;
      fallen.add(op);
      draft.keep(op);
      continue;
    } else op.base = { version: previous?.result?.version ?? version };
    op.deviceId = deviceId;
    op.seq = ++seq;
    if (wasSent) head.sentUpTo = seq;
    moved.add(op);
    draft.keep(op);
  }
  for (const op of fallen) {
    if (op.record !== undefined) await draft.refresh(op.record);
  }
  head.deviceId = deviceId;
  head.nextSeq = seq + 1;
  head.acked = 0;
  head.hash = LEDGER_START;
  head.attempts = 0;
  head.drain = null;
}

/** Days for which a server remembers keys. */
const KEYS_LIVE_DAYS = 3;

/** Whether an answered op had an effect, or found it there, and a server that has not lost it still knows its key. */
function isRemembered({ feed }: Draft, op: QueuedOp): boolean {
  // By the server's days: the device's clock may have jumped since.
  const oldest = feed.today ? addDays(feed.today, -KEYS_LIVE_DAYS) : "";
  return (op.state === "received" || op.why === "same") &&
    (op.answeredDay ?? "") >= oldest;
}

/**
 * What was received, or found there already, under the names that the queue had before a fork. The ledgers of those are
 * nobody's any more, so the keys tell the server what it still knows; what is older than its memory for keys is left as
 * it is.
 */
function underEarlierNames(draft: Draft): Promise<QueuedOp[]> {
  const { deviceId } = draft.head;
  return draft.find(
    "seq",
    IDBKeyRange.lowerBound([]),
    (op) => op.deviceId !== deviceId && isRemembered(draft, op),
  );
}

/**
 * How far back the device can say everything again: the seq before the first of all the ops up to `to` that it still
 * has, without a hole between them.
 */
function keptFrom(ops: readonly QueuedOp[], to: number): number {
  let from = to;
  for (const { seq } of [...ops].sort((a, b) => b.seq - a.seq)) {
    if (seq === from) from--;
  }
  return from;
}

/**
 * Goes back to where a restored server stands, so that what it lost is sent again.
 *
 * A server that lives another life may have given the places of this queue to a copy of this profile meanwhile, however
 * far it is. So all that the device still has is sent again, under its keys: what the server knows it answers as before,
 * and the first op that is not ours in its place tells it (`device-forked`).
 *
 * @param known the last seq that the server knows
 * @param hash its ledger's hash there; null: not told
 * @param restored it says that it lives another life: also where it is not behind, its versions are other ones
 * @returns false when there is nothing to go back to
 */
export async function stepBack(
  draft: Draft,
  known: number,
  hash: string | null,
  restored = false,
): Promise<boolean> {
  const { head } = draft;
  if (known >= head.acked && !restored) return false;
  const lastSeq = Math.min(known, head.acked);
  count(draft, "restores");
  const kept = await draft.opsBySeq(0);
  const same = hash !== null && known === head.acked && hash === head.hash;
  const from = keptFrom(kept, head.acked);
  const again = kept.filter((op) => op.seq > lastSeq);
  const earlier = await underEarlierNames(draft);
  const renames = earlier.length > 0 || from > lastSeq;
  if (renames) {
    if (!same) {
      earlier.push(
        ...kept.filter((op) => op.seq <= lastSeq && isRemembered(draft, op)),
      );
    }
    // Into their place by age; `renumber` below gives all of them numbers that fit.
    for (const op of earlier) {
      op.deviceId = head.deviceId;
      op.seq = head.nextSeq++;
    }
    again.push(...earlier);
    again.sort((a, b) => a.n - b.n);
  }
  await sayAgain(draft, again);
  if (renames) {
    await renumber(draft, lastSeq);
    return true;
  }
  head.attempts = 0;
  if (same) return true;
  for (const op of kept) {
    if (op.seq <= from || op.seq > lastSeq) continue;
    // It gets the result that it had, and stays settled; but a copy may have said it first, and got another one.
    if (op.why) op.closing = op.why;
    delete op.pulled;
    draft.keep(op);
  }
  head.acked = from;
  head.hash = from === 0 ? LEDGER_START : null;
  return true;
}
