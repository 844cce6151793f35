import "./engine.ts";
import type { Change } from "../model/operation.ts";
import { commit, type Draft } from "./draft.ts";
import type { Field } from "./field.ts";
import { dependentsOf } from "./dependents.ts";
import { close, emptyOp, enqueue, isDependent, isStale } from "./queue.ts";
import { LIVE, type Named, type QueuedOp, type Row } from "./schema.ts";

function changeOf(op: QueuedOp): Change {
  const { route, method, payload } = op;
  return { route, method, payload } as Change;
}

/** Queues changes of a record once more, in their order, and settles the old ops. */
export async function sendAgain(
  draft: Draft,
  ops: readonly QueuedOp[],
): Promise<void> {
  for (const old of ops) close(draft, old, "replaced");
  const record = ops[0]?.record;
  if (record !== undefined) await draft.refresh(record);
  for (const old of ops) {
    const { before, status, round } = old;
    await enqueue(draft, changeOf(old), {
      before,
      replaces: old.key,
      moment: old,
      ...(status && { status }),
      ...(round && { round }),
    });
  }
}

/** The op with this key. */
export async function opWithKey(
  draft: Draft,
  key: string,
): Promise<QueuedOp | undefined> {
  return (await draft.find("key", key, (op) => op.key === key))[0];
}

/**
 * Takes a change back that no request has carried yet and that no later change of the record builds on. One that stands
 * in for refused changes stays: with it, all of those would be gone. Its place in the queue stays, without effect.
 *
 * @returns false when it is too late for that
 * @throws {StorageFailure}
 */
export async function undo(field: Field, key: string): Promise<boolean> {
  return await commit(field, async (draft) => {
    const op = await opWithKey(draft, key);
    const record = op?.record;
    const last = record === undefined ? op : (await draft.opsOf(record)).at(-1);
    if (
      !op || op.live !== LIVE.waiting || op !== last ||
      op.seq <= draft.head.sentUpTo || op.replaces !== undefined
    ) {
      draft.idle = true;
      return false;
    }
    emptyOp(draft, op);
    delete op.record;
    close(draft, op, "undone");
    if (record !== undefined) await draft.refresh(record);
    return true;
  });
}

/**
 * Sends a refused change again, with what fell because of it, as new ops: for when the office has mended
 * what stood in the way. A conflict, and what fell with one, is merged anew instead.
 *
 * @returns false when the op is not one that needs somebody
 * @throws {StorageFailure}
 */
export async function tryAgain(field: Field, key: string): Promise<boolean> {
  let conflictOf: string | undefined;
  const done = await commit(field, async (draft) => {
    const op = await opWithKey(draft, key);
    conflictOf = undefined;
    if (op?.live !== LIVE.parked) {
      draft.idle = true;
      return false;
    }
    // What fell with a conflict is settled with it: sent again by itself it would overtake what came after it.
    const fell = isDependent(op) && op.record !== undefined &&
      (await draft.opsOf(op.record)).some(isStale);
    if (isStale(op) || fell) {
      conflictOf = op.record;
      draft.idle = true;
      return true;
    }
    await sendAgain(draft, [op, ...await dependentsOf(draft, op)]);
    return true;
  });
  if (conflictOf !== undefined) {
    await (await field.conflicts()).mergeRecord(field, conflictOf);
  }
  if (done) field.wake?.();
  return done;
}

/** What a record is called, as far as its changes need it to be told in words. */
function nameOf({ local }: Row): Named {
  if ("checklist" in local) {
    const { number, title, checklist } = local;
    return { number, title, checklist };
  }
  const { name = null } = "fields" in local ? local.fields : {};
  return { fields: { name } };
}

/**
 * Gives a refused change up, with what fell because of it. It stays in the history; the screens show the
 * server's copy again.
 *
 * @returns false when the op is not one that needs somebody
 * @throws {StorageFailure}
 */
export async function dismiss(field: Field, key: string): Promise<boolean> {
  return await commit(field, async (draft) => {
    const op = await opWithKey(draft, key);
    if (op?.live !== LIVE.parked) {
      draft.idle = true;
      return false;
    }
    const row = op.record === undefined ? null : await draft.row(op.record);
    for (const old of [op, ...await dependentsOf(draft, op)]) {
      if (row) old.about = nameOf(row);
      close(draft, old, "dismissed");
    }
    if (op.record !== undefined) await draft.refresh(op.record);
    return true;
  });
}
