import { decode } from "./codec.ts";
import type { Field } from "./field.ts";
import { isDependent, isMerging } from "./queue.ts";
import { type Head, LIVE, type QueuedOp } from "./schema.ts";
import { REQUEST_TIMEOUT_MS } from "./wire.ts";

/** What the indicator shows. */
export interface SyncStatus {
  /** Saved on this device, not received by the server. */
  waiting: number;
  /** Changes about which somebody has to decide. */
  needsYou: number;
  /** A drain is under way: received so far, and in all. */
  sending: { done: number; total: number } | null;
  /** When the server last confirmed something, by the device's clock, milliseconds. */
  lastReceivedAt: number | null;
  /** The session is over; everything is kept. */
  loginNeeded: boolean;
  /** Whether the server was reached at the last try. */
  reach: Field["reach"];
  /** The browser had deleted this device's database: the last seq that was noted elsewhere. */
  lost: { deviceId: string; lastSeq: number } | null;
}

/** Whether a drain is under way, here or in another tab, as far as its last sign tells. */
export function isSending(field: Field, drain: Head["drain"]): boolean {
  return drain !== null &&
    Math.abs(field.device.now() - drain.at) < REQUEST_TIMEOUT_MS;
}

/** The change with which one is settled that fell because of it and needs nobody by itself. */
export function settledWith(
  op: QueuedOp,
  parked: readonly QueuedOp[],
): QueuedOp | undefined {
  return isDependent(op)
    ? parked.findLast((root) =>
      root.record === op.record && root.n < op.n && !isDependent(root)
    )
    : undefined;
}

/** What waits, what is being sent, and what needs somebody. */
export async function readStatus(field: Field): Promise<SyncStatus> {
  // In one transaction: a change that leaves one count and has not reached the other would look received.
  const [head, waiting, stored] = await field.db.run((db) => {
    const tx = db.transaction(["meta", "pending"]);
    const live = tx.objectStore("pending").index("live");
    return Promise.all([
      tx.objectStore("meta").get("head") as Promise<Head>,
      live.count(LIVE.waiting),
      live.getAll(LIVE.parked),
    ]);
  });
  const parked = await decode(field, stored);
  let merging = 0;
  let needsYou = 0;
  for (const op of parked) {
    const root = settledWith(op, parked);
    if (isMerging(root ?? op)) merging++;
    else if (!root) needsYou++;
  }
  const { drain } = head;
  return {
    waiting: waiting + merging,
    needsYou,
    sending: drain && isSending(field, drain)
      ? { done: head.acked - drain.from + 1, total: drain.to - drain.from + 1 }
      : null,
    lastReceivedAt: head.receivedAt,
    loginNeeded: head.loginNeeded,
    reach: field.reach,
    lost: head.lost,
  };
}
