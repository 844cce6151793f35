import type { Draft } from "./draft.ts";
import { LIVE, type QueuedOp } from "./schema.ts";

/** The open ops that fall with `root`, oldest first: each builds on it, or on one that does. */
export async function dependentsOf(
  draft: Draft,
  root: QueuedOp,
): Promise<QueuedOp[]> {
  if (root.record === undefined) return [];
  const fallen = new Set([root.seq]);
  return (await draft.opsOf(root.record)).filter((op) => {
    const falls = op.n > root.n && op.deviceId === root.deviceId &&
      op.base.after !== undefined && fallen.has(op.base.after);
    if (falls) fallen.add(op.seq);
    return falls &&
      (op.live === LIVE.parked || op.live === LIVE.waiting);
  });
}
