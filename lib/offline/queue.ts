import type { FieldValues } from "../model/form.ts";
import { makeId } from "../model/ids.ts";
import { type Base, type Change, recordOf } from "../model/operation.ts";
import { PROTOCOL_VERSION } from "../model/protocol.ts";
import type { OrderStatus } from "../model/work_order.ts";
import type { Draft } from "./draft.ts";
import type { Field } from "./field.ts";
import { type ClosedBecause, LIVE, type QueuedOp } from "./schema.ts";

/** What an op carries besides its change. */
export interface OpDetails {
  /** The changed fields as they were. */
  before?: FieldValues;
  /** See `QueuedOp`. */
  found?: FieldValues | undefined;
  /** The status that a transition leads to. */
  status?: OrderStatus;
  /** Left out: worked out from the record and its open ops. */
  base?: Base;
  /** Key of the rejected op that it stands in for. */
  replaces?: string;
  /** How many merges led to it. */
  round?: number;
  /** The op whose moment this one keeps; left out: now. */
  moment?: Pick<QueuedOp, "createdAt" | "pageLife" | "monotonic">;
}

/** Whether the server found an op's base outdated and nobody has settled that yet. */
export function isStale(op: QueuedOp): boolean {
  return op.live === LIVE.parked && op.problem?.code === "stale-entity";
}

/** Whether an op was refused only because of the one before it. */
export function isDependent(op: QueuedOp): boolean {
  return op.live === LIVE.parked && op.problem?.code === "dependency-rejected";
}

/** Merges in a row after which a record waits for a person: the server's answers do not converge. */
const MOST_ROUNDS = 5;

/** Whether the next drain merges a parked op without anybody. */
export function isMerging(op: QueuedOp): boolean {
  return isStale(op) && !op.conflicts && (op.round ?? 0) < MOST_ROUNDS;
}

/**
 * What a new op of a record builds on. An open op comes first; behind an unsettled conflict a new op joins it,
 * so that no edit slips past the question; other parked ops do not hold anything up.
 */
async function baseOf(draft: Draft, record: string): Promise<Base> {
  const ops = await draft.opsOf(record);
  const version = (await draft.row(record))?.version ?? 0;
  const stale = ops.find(isStale);
  const previous = ops.findLast((op) =>
    op.live === LIVE.waiting ||
    (stale !== undefined && op.live === LIVE.parked && op.n >= stale.n)
  );
  if (!previous) return { version };
  if (stale?.conflicts) {
    // The question is put again, with this edit.
    delete stale.conflicts;
    draft.keep(stale);
  }
  // The new ledger of a renumbered queue does not know it: the outdated version leads to the same question.
  if (stale && previous.deviceId !== draft.head.deviceId) {
    return { version: stale.base.version };
  }
  return { version, after: previous.seq };
}

/** Adds an op to the queue, in the draft that also changes the record. Its seq is drawn there too. */
export async function enqueue(
  draft: Draft,
  change: Change,
  details: OpDetails = {},
): Promise<QueuedOp> {
  const { device, me } = draft.field;
  const { head } = draft;
  const record = change.route === "/api/client/clock-events"
    ? null
    : recordOf(change);
  const { before, found, status, base, replaces, round, moment } = details;
  const op: QueuedOp = {
    ...change,
    n: head.nextN++,
    key: newKey(draft.field),
    seq: head.nextSeq++,
    deviceId: head.deviceId,
    userId: me.id,
    orgId: me.orgId,
    v: PROTOCOL_VERSION,
    base: base ?? (record ? await baseOf(draft, record) : { version: 0 }),
    before: before ?? {},
    createdAt: moment?.createdAt ?? device.now(),
    pageLife: moment?.pageLife ?? device.pageLife,
    monotonic: moment?.monotonic ?? device.monotonic(),
    attempts: 0,
    state: "waiting",
    ...(record !== null && { record }),
    ...(found && { found }),
    ...(status && { status }),
    ...(replaces && { replaces }),
    ...(round && { round }),
  };
  draft.keep(op);
  if (record !== null) {
    await draft.refresh(record);
  }
  return op;
}

/**
 * Settles an op for good. One that has no result yet still gets its formal one, because its seq is taken.
 */
export function close(draft: Draft, op: QueuedOp, why: ClosedBecause): void {
  if (op.state === "waiting") op.closing = why;
  else {
    op.state = "closed";
    op.why = why;
  }
  delete op.conflicts;
  draft.keep(op);
}

const newKey = ({ device }: Field) =>
  makeId("op", device.now(), device.random(10));

/**
 * Takes the effect out of an op. It keeps its seq, under a new key: a copy of this profile may still send the change
 * itself, and one key must not name both.
 */
export function emptyOp(draft: Draft, op: QueuedOp): void {
  Object.assign(op, {
    key: newKey(draft.field),
    route: "/api/client/noop",
    method: "POST",
    payload: {},
    base: { version: 0 },
  });
}

/** Adds to what the device counts for the operators. */
export function count(draft: Draft, what: string, by = 1): void {
  const { counts } = draft.head;
  counts[what] = (counts[what] ?? 0) + by;
}
