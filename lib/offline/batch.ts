import {
  MAX_BATCH_BYTES,
  PROTOCOL_VERSION,
  type SyncRequest,
} from "../model/protocol.ts";
import type { Op } from "../model/operation.ts";
import type { TimeClaim } from "../model/timesheet.ts";
import type { Device } from "./device.ts";
import type { Field } from "./field.ts";
import type { Head, QueuedOp } from "./schema.ts";

/** How far the two clocks of a device may drift apart before neither is trusted, milliseconds. */
const AGREE_MS = 2000;

/**
 * How long ago something happened. Within one page life the monotonic clock says it; but that clock stands
 * still while a phone sleeps, so where the wall clock tells of more time the claim is the longer one, and low.
 */
export function claimOf(op: QueuedOp, device: Device): TimeClaim {
  const wall = Math.max(0, device.now() - op.createdAt);
  const same = op.pageLife === device.pageLife;
  const ticked = same ? device.monotonic() - op.monotonic : 0;
  const sure = same && Math.abs(wall - ticked) <= AGREE_MS;
  return {
    occurredAt: new Date(op.createdAt).toISOString(),
    elapsedMs: Math.round(sure ? ticked : Math.max(wall, ticked)),
    confidence: sure ? "high" : "low",
  };
}

/** An op as it travels. */
export function onWire(op: QueuedOp, device: Device): Op {
  const { seq, key, v, base, route, method, payload, replaces } = op;
  return {
    seq,
    key,
    v,
    base,
    claim: claimOf(op, device),
    route,
    method,
    payload,
    ...(replaces && { replaces }),
  } as Op;
}

/**
 * The body of one sync request: as many ops from the front as a request may carry, at least one if there is one.
 *
 * @param head where the queue stands
 * @param waiting by seq, at most MAX_BATCH_OPS
 * @param counts what the device counted since it was last told
 * @returns the JSON text and the ops in it
 */
export function batch(
  { device, me }: Field,
  { deviceId, epoch, nextSeq }: Head,
  waiting: readonly QueuedOp[],
  counts: Record<string, number>,
): { text: string; ops: QueuedOp[] } {
  const frame: SyncRequest = {
    v: PROTOCOL_VERSION,
    deviceId,
    userId: me.id,
    orgId: me.orgId,
    counts,
    epoch,
    ops: [],
  };
  // The ops are appended as text, so that each is written once.
  let text = JSON.stringify(frame).slice(0, -2);
  const ops: QueuedOp[] = [];
  let bytes = text.length + 2;
  for (const op of waiting) {
    const part = (ops.length > 0 ? "," : "") +
      JSON.stringify(onWire(op, device));
    bytes += new Blob([part]).size;
    if (ops.length > 0 && bytes > MAX_BATCH_BYTES) break;
    text += part;
    ops.push(op);
  }
  const more = (ops.at(-1)?.seq ?? nextSeq) < nextSeq - 1;
  return { text: text + (more ? '],"more":true}' : "]}"), ops };
}
