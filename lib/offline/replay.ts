import { MAX_BATCH_OPS, type SyncResponse } from "../model/protocol.ts";
import type { Problem } from "../model/problem.ts";
import { batch } from "./batch.ts";
import { commit, read } from "./draft.ts";
import type { Field } from "./field.ts";
import { count, isMerging } from "./queue.ts";
import { LIVE } from "./schema.ts";
import { isCurrent, type Sent, settle } from "./settle.ts";
import { call, Halt, isRefused, packed, waitOf } from "./wire.ts";

/** Rounds without a result after which a drain gives up for now. */
const MOST_STUCK = 4;

/** Takes the next ops of the queue and marks them as sent, so that none of them can be undone any more. */
async function take(
  field: Field,
  generation: number,
  most: number,
  parked: number,
): Promise<Sent & { text: string }> {
  const { device } = field;
  return await commit(field, async (draft) => {
    const { head } = draft;
    const { acked, nextSeq } = head;
    if (head.generation !== generation || head.left) throw new Halt(false, 0);
    const waiting = await draft.opsBySeq(acked + 1, acked + most);
    const first = waiting[0];
    const counts = {
      ...head.counts,
      ...first && {
        queued: nextSeq - 1 - acked,
        parked,
        oldestMs: Math.max(0, device.now() - first.createdAt),
      },
    };
    const sent = batch(field, head, waiting, counts);
    const last = sent.ops.at(-1);
    draft.idle = !last && !head.drain;
    const from = head.drain?.from ?? acked + 1;
    head.drain = null;
    if (last) {
      head.sentUpTo = Math.max(head.sentUpTo, last.seq);
      head.attempts++;
      head.drain = { from, to: nextSeq - 1, at: device.now() };
    }
    return { ...head, ...sent, counts };
  });
}

/** Does what a problem with the request, or with the rest of it, asks for. */
async function heed(
  field: Field,
  sent: Sent,
  problem: Problem,
): Promise<void> {
  const { code, lastSeq } = problem;
  const forked = code === "device-forked";
  if (!forked && code !== "sequence-gap") {
    throw new Halt(isRefused(problem), waitOf(problem));
  }
  const { renumber, stepBack } = await field.recovery();
  await commit(field, async (draft) => {
    if (!isCurrent(draft, sent)) throw new Halt(false, 0);
    if (forked) {
      count(draft, "forks");
      await renumber(draft, draft.head.acked);
    } else if (!await stepBack(draft, lastSeq ?? 0, null)) {
      throw new Halt(false, 0);
    }
  });
}

/**
 * Sends the queue, strictly by seq, in batches, until everything has a result or something stands in the way.
 * The one replay of page and service worker. Never waits and never retries by itself: its caller decides when.
 *
 * @param generation the drainer's lock generation; results are written while it is the current one
 * @param compare ask where the server stands even when there is nothing to send
 * @throws {Halt} something stands in the way, or another drainer took over
 */
export async function drain(
  field: Field,
  generation: number,
  compare = false,
): Promise<void> {
  const { device } = field;
  const began = device.monotonic();
  let most = Math.max(8, MAX_BATCH_OPS >> field.failures);
  let sentAny = false;
  for (let stuck = 0; stuck < MOST_STUCK;) {
    const parked = await (await read(field)).opsAlive(LIVE.parked);
    if (parked.some(isMerging)) {
      // The module may not be there: what is parked stays so, and the next drain tries again.
      await (await field.conflicts().catch(() => null))?.mergeStale(field);
    }
    const sent = await take(field, generation, most, parked.length);
    const { length } = sent.ops;
    if (length === 0 && !compare) {
      if (sentAny) {
        const ms = Math.round(device.monotonic() - began);
        await commit(field, (draft) => count(draft, "drainMs", ms));
      }
      return;
    }
    const answer = await call<SyncResponse>(field, "/api/client/sync", {
      method: "POST",
      ...await packed(sent.text),
    }, "results");
    stuck++;
    if ("code" in answer) {
      if (answer.status === 413 && length > 1) most = length >> 1;
      else await heed(field, sent, answer);
    } else if (await settle(field, sent, answer)) {
      compare = false;
      sentAny ||= length > 0;
      stuck = 0;
      // Small ones are for a link that tears large ones; this one got through.
      most = Math.min(MAX_BATCH_OPS, most * 8);
      const { stopped, results } = answer;
      const acked = sent.acked + results.length;
      if (stopped) await heed(field, { ...sent, acked }, stopped);
    }
  }
  throw new Halt(false, 0);
}
