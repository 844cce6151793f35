import {
  MAX_BATCH_BYTES,
  MAX_BATCH_OPS,
  PROTOCOL_VERSION,
  type SyncRequest,
} from "../model/protocol.ts";
import type { Op } from "../model/operation.ts";
import type { TimeClaim } from "../model/timesheet.ts";
import type { Device } from "./device.ts";
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
function onWire(op: QueuedOp, device: Device): Op {
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
 * @param ops by seq
 * @param most ops at most; fewer after a request that did not get through
 * @returns the JSON text and the ops in it
 */
export function batch(
  head: Head,
  ops: readonly QueuedOp[],
  device: Device,
  scope: { userId: string; orgId: string },
  counts: Record<string, number>,
  most: number = MAX_BATCH_OPS,
): { text: string; ops: QueuedOp[] } {
  const frame: SyncRequest = {
    v: PROTOCOL_VERSION,
    deviceId: head.deviceId,
    ...scope,
    ops: [],
    ...(Object.keys(counts).length > 0 && { counts }),
  };
  const shell = JSON.stringify(frame);
  const encoder = new TextEncoder();
  let bytes = encoder.encode(shell).length;
  const parts: string[] = [];
  for (const op of ops.slice(0, Math.min(most, MAX_BATCH_OPS))) {
    const part = JSON.stringify(onWire(op, device));
    bytes += encoder.encode(part).length + 1;
    if (parts.length > 0 && bytes > MAX_BATCH_BYTES) break;
    parts.push(part);
  }
  return {
    text: shell.replace('"ops":[]', () => `"ops":[${parts.join()}]`),
    ops: ops.slice(0, parts.length),
  };
}
