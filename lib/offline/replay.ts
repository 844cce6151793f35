import { MAX_BATCH_OPS, type SyncResponse } from "../model/protocol.ts";
import type { Problem } from "../model/problem.ts";
import { batch } from "./batch.ts";
import { commit, read } from "./draft.ts";
import { type Field, notify } from "./field.ts";
import { count, isStale } from "./queue.ts";
import { LIVE } from "./schema.ts";
import { isCurrent, type Sent, settle } from "./settle.ts";
import { call, packed } from "./wire.ts";

/**
 * How a drain ended. `done`: everything queued has a result. `login`: the session is over, everything is kept.
 * `later`: not before `afterMs` milliseconds. `superseded`: another drainer goes on.
 */
export type DrainOutcome =
  | { kind: "done" }
  | { kind: "login" }
  | { kind: "later"; afterMs: number }
  | { kind: "superseded" };

/** Merges in a row after which a record waits for a person: the server's answers do not converge. */
export const MOST_ROUNDS = 5;

/** Rounds without a result after which a drain gives up for now. */
const MOST_STUCK = 4;

/** Codes with which the server refuses whoever asks, not what is asked. */
const NOT_YOU = [
  "unauthenticated",
  "scope-mismatch",
  "wrong-space",
  "forbidden",
];

interface Load extends Sent {
  text: string;
}

/** Takes the next ops of the queue and marks them as sent, so that none of them can be undone any more. */
async function take(
  field: Field,
  generation: number,
  most: number,
): Promise<Load | null> {
  const { device, me } = field;
  return await commit(field, async (draft) => {
    const { head } = draft;
    const { deviceId, acked, hash } = head;
    if (head.generation !== generation || head.left) {
      draft.idle = true;
      return null;
    }
    const waiting = await draft.opsBySeq(acked + 1, acked + most);
    const first = waiting[0];
    const counts = first
      ? {
        ...head.counts,
        queued: head.nextSeq - 1 - acked,
        oldestMs: Math.max(0, device.now() - first.createdAt),
      }
      : head.counts;
    const { text, ops } = batch(
      head,
      waiting,
      device,
      { userId: me.id, orgId: me.orgId },
      counts,
      most,
    );
    const sent = { deviceId, generation, acked, hash, ops, counts, text };
    const last = ops.at(-1);
    if (last) {
      head.sentUpTo = Math.max(head.sentUpTo, last.seq);
      head.attempts++;
      count(draft, "requests");
      head.drain = {
        from: head.drain?.from ?? acked + 1,
        to: head.nextSeq - 1,
        at: device.now(),
      };
    } else if (head.drain) head.drain = null;
    else draft.idle = true;
    return { ...sent, attempts: head.attempts };
  });
}

/** Settles by fields what the server found outdated, as far as nobody has to be asked. */
async function mergeStale(field: Field): Promise<void> {
  const parked = await (await read(field)).opsAlive(LIVE.parked);
  const records = new Set(
    parked.filter((op) =>
      isStale(op) && !op.conflicts && (op.round ?? 0) < MOST_ROUNDS
    ).map((op) => op.record as string),
  );
  if (records.size === 0) return;
  // The module may not be there yet: what is parked stays so, and the next drain tries again.
  const conflicts = await field.conflicts().catch(() => null);
  for (const id of records) await conflicts?.mergeRecord(field, id);
}

/** Does what a problem with the whole request asks for; null: go on. */
async function heed(
  field: Field,
  sent: Sent,
  problem: Problem,
  afterMs: number,
): Promise<DrainOutcome | null> {
  const later: DrainOutcome = { kind: "later", afterMs };
  if (NOT_YOU.includes(problem.code)) {
    await commit(field, ({ head }) => {
      head.loginNeeded = true;
      head.drain = null;
    });
    return { kind: "login" };
  }
  const { code, lastSeq } = problem;
  if (code !== "device-forked" && code !== "sequence-gap") return later;
  const { renumber, stepBack } = await field.conflicts();
  return await commit(field, async (draft): Promise<DrainOutcome | null> => {
    if (!isCurrent(draft, sent)) {
      draft.idle = true;
      return { kind: "superseded" };
    }
    if (code === "device-forked") {
      count(draft, "forks");
      await renumber(draft, draft.head.acked);
      return null;
    }
    return await stepBack(draft, lastSeq ?? 0, null) ? null : later;
  });
}

function isSyncResponse(body: Partial<SyncResponse>): boolean {
  return typeof body?.epoch === "string" && typeof body.hash === "string" &&
    typeof body.lastSeq === "number" && Array.isArray(body.results);
}

async function failed(field: Field): Promise<void> {
  await commit(field, (draft) => {
    count(draft, "failures");
    draft.head.drain = null;
  }, "relaxed");
}

/**
 * Sends the queue, strictly by seq, in batches, until everything has a result or something stands in the way.
 * The one replay of page and service worker. Never waits and never retries by itself: its caller decides when.
 *
 * @param generation the drainer's lock generation; results are written while it is the current one
 * @param compare ask where the server stands even when there is nothing to send
 */
export async function drain(
  field: Field,
  generation: number,
  compare = false,
): Promise<DrainOutcome> {
  const { device } = field;
  const began = device.monotonic();
  let most = Math.max(8, MAX_BATCH_OPS >> field.failures);
  let sentAny = false;
  for (let stuck = 0; stuck < MOST_STUCK;) {
    await mergeStale(field);
    const load = await take(field, generation, most);
    if (!load) return { kind: "superseded" };
    if (load.ops.length === 0 && !compare) {
      if (sentAny) {
        await commit(field, (draft) =>
          count(
            draft,
            "drainMs",
            Math.round(device.monotonic() - began),
          ), "relaxed");
      }
      return { kind: "done" };
    }
    const answer = await call<SyncResponse>(device, "/api/client/sync", {
      method: "POST",
      ...await packed(load.text),
    }, isSyncResponse);
    field.reach = answer.kind === "unreachable" ? "unreachable" : "reached";
    if (answer.kind === "unreachable") {
      await failed(field);
      return { kind: "later", afterMs: 0 };
    }
    if (answer.kind === "problem") {
      if (answer.problem.status === 413 && most > 1) {
        most = Math.ceil(Math.min(most, load.ops.length) / 2);
        stuck += load.ops.length > 1 ? 0 : 1;
        continue;
      }
      const end = await heed(field, load, answer.problem, answer.retryAfterMs);
      if (end?.kind === "later") await failed(field);
      if (end) return end;
      stuck++;
      continue;
    }
    const settled = await settle(field, load, answer.body);
    notify(field);
    if (settled === "superseded") return { kind: "superseded" };
    if (settled === "settled") {
      compare = false;
      sentAny ||= load.ops.length > 0;
      const { stopped, results } = answer.body;
      if (stopped) {
        const end = await heed(
          field,
          load,
          stopped,
          (stopped.retryAfter ?? 0) * 1000,
        );
        if (end) return end;
      }
      if (results.length > 0 || load.ops.length === 0) {
        stuck = 0;
        continue;
      }
    }
    stuck++;
  }
  await failed(field);
  return { kind: "later", afterMs: 0 };
}
