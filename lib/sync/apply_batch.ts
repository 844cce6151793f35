import { createHash } from "node:crypto";
import type { Lead } from "../model/lead.ts";
import { recordOf } from "../model/operation.ts";
import { type Problem, problem } from "../model/problem.ts";
import {
  LEDGER_START,
  type LedgerHead,
  ledgerLink,
  type OpResult,
  type SyncResponse,
} from "../model/protocol.ts";
import { may } from "../model/policy.ts";
import { isGauge } from "../model/protocol.ts";
import type { Subject } from "../model/spaces.ts";
import { type Belief, believe } from "../model/timesheet.ts";
import type { WorkOrder } from "../model/work_order.ts";
import {
  type AuditEntry,
  type AuditRow,
  closeAudit,
  putAudit,
} from "../store/audit.ts";
import {
  fingerprintOf,
  type IdempotencyRow,
  putIdempotency,
  readIdempotency,
} from "../store/idempotency.ts";
import type { MemberRow } from "../store/identities.ts";
import type { LedgerKeyRow, LedgerRow } from "../store/ledger.ts";
import type { Key } from "../store/keys.ts";
import { TTL } from "../store/limits.ts";
import type { TenantStore, TenantTransaction } from "../store/tenant_store.ts";
import { firstContact } from "./first_contact.ts";
import type { ReceivedOp, ReceivedSync } from "./read_request.ts";

/** What one op may use of a commit beside its checks, so that a group is closed before it can overflow. */
const OP_ROOM = { mutations: 14, keyBytes: 2048, valueBytes: 48 * 1024 };

/** The most ops in one commit: what the embedded backend's key bytes carry. */
const MAX_GROUP = 75;

/** Checks of every commit: the ledger and the authority row. */
const OWN_CHECKS = 2;

/** The key of the record that an op is about, or null. */
function recordKey(tx: TenantTransaction, op: ReceivedOp) {
  const id = recordOf(op as Parameters<typeof recordOf>[0]);
  if (typeof id !== "string" || id.length >= 60) return null;
  return op.route.startsWith("/api/client/leads")
    ? tx.keys.lead(id)
    : tx.keys.order(id);
}

/**
 * How many more rows an op makes the commit depend on: a press of the clock reads its id, the shift and the day;
 * others one record, which an op before it may have read already.
 */
function checksOf(tx: TenantTransaction, op: ReceivedOp): number {
  if (op.route === "/api/client/clock-events") return 3;
  const key = recordKey(tx, op);
  return key !== null && tx.dependsOn(key) ? 0 : 1;
}

/** How often a group is tried again when somebody else committed to the same rows. */
const MAX_TRIES = 12;

/** Makes one change in a transaction: the use cases of field work, given by the caller. */
export type ApplyOp = (input: {
  tx: TenantTransaction;
  subject: Subject;
  op: ReceivedOp;
  /** Server time of the request, milliseconds. */
  receivedAt: number;
  believed: Belief;
  afterVersion: number | null;
  /** What it builds on was refused, and so is it: the change is not made, only looked at. */
  fell: boolean;
}) => Promise<
  { ok: true; value: { status: 200 | 201; version?: number } } | {
    ok: false;
    problem: Problem;
  }
>;

/** Who syncs, and the request it came in. */
export interface SyncCaller {
  /** Whose queue it is; from the session, unless somebody acts for them. */
  subject: Subject;
  /** Somebody else who brings the queue in, for a phone that cannot: what they may is looked at again at each commit. */
  broughtBy?: { subject: Subject; route: string };
  /** When the session began, milliseconds. */
  sessionSince: number;
  /** When the device was let in, milliseconds; left out: looked up. */
  deviceSince?: number;
  /** As in the log and in the `x-request-id` header. */
  requestId: string;
  /** Id of the request's audit record. */
  auditId: string;
  /** The request adds to its record after the batch, and closes it. */
  auditGoesOn?: boolean;
}

/** A batch that was taken in, or a problem with the request as a whole. */
export type SyncOutcome =
  | { ok: true; value: SyncResponse }
  | { ok: false; problem: Problem };

interface Group {
  results: OpResult[];
  audit: AuditEntry[];
  ledger: LedgerRow;
  /** How many ops of the request now have a result. */
  done: number;
  stopped: Problem | null;
  changed: boolean;
}

/** A group that is being committed. */
interface Flying {
  tx: TenantTransaction;
  group: Group;
  /** False when something that it read had changed. */
  committed: Promise<boolean>;
  /** Nothing of the request comes after it. */
  ended: boolean;
}

/**
 * Takes in a batch of queued ops, each exactly once: strictly by seq, as many in one commit as the backend carries,
 * with the device's ledger, the idempotency rows, the audit record and the effects in the same commit.
 *
 * @param now server time, milliseconds
 */
export async function applyBatch(
  tenant: TenantStore,
  caller: SyncCaller,
  request: ReceivedSync,
  apply: ApplyOp,
  now: number,
): Promise<SyncOutcome> {
  const { subject } = caller;
  if (request.userId !== subject.id || request.orgId !== tenant.orgId) {
    return { ok: false, problem: problem("scope-mismatch") };
  }
  if (request.epoch !== null && request.epoch !== tenant.epoch) {
    // What the device was told last is of another life of the store: first it compares, then it sends.
    request = { ...request, ops: [], more: true };
  }
  const call = { caller, device: request.deviceId, now };
  const results: OpResult[] = [];
  const audit: AuditEntry[] = [];
  let head: LedgerHead = {
    epoch: tenant.epoch,
    lastSeq: 0,
    hash: LEDGER_START,
  };
  let stopped: Problem | null = null;
  let tries = 0;
  let auditIsOpen = false;
  let flying = null as Flying | null;
  const land = (group: Group) => {
    tries = 0;
    results.push(...group.results);
    audit.push(...group.audit);
    const { lastSeq, hash } = group.ledger;
    head = { epoch: tenant.epoch, lastSeq, hash };
    stopped = group.stopped;
  };
  for (;;) {
    // While one group commits, the next one is made of what it will have written.
    const tx: TenantTransaction = flying?.tx.following() ??
      tenant.transaction();
    const next: Group | { problem: Problem } | null = flying?.ended
      ? null
      : await takeGroup(
        tenant,
        tx,
        caller,
        request,
        [...results, ...flying?.group.results ?? []],
        apply,
        now,
        tries > 0,
      );
    if (flying) {
      const { committed, group, ended } = flying;
      flying = null;
      if (!await committed) {
        if (++tries < MAX_TRIES) continue;
        stopped = problem("busy", { retryAfter: 1 });
        break;
      }
      land(group);
      auditIsOpen = !ended && audit.length > 0;
    }
    if (next === null) break;
    if ("problem" in next) {
      stopped = next.problem;
      break;
    }
    const ended = next.stopped !== null || next.done === request.ops.length;
    if (!next.changed) {
      land(next);
      if (ended) break;
      continue;
    }
    const entries = [...audit, ...next.audit];
    if (entries.length > 0) {
      putAudit(tx, auditRow(call, entries, ended && !caller.auditGoesOn));
    }
    tx.set(tx.keys.ledger(request.deviceId), next.ledger);
    const committed = tx.commit();
    // Awaited above; a failure meanwhile must not count as nobody's.
    committed.catch(() => {});
    flying = { tx, group: next, committed, ended };
  }
  // The request ended in a group that had nothing to commit.
  if (auditIsOpen && !caller.auditGoesOn) {
    await closeAudit(tenant, caller.auditId);
  }

  if (stopped !== null && results.length === 0) {
    return { ok: false, problem: stopped };
  }
  return { ok: true, value: { ...head, results, ...(stopped && { stopped }) } };
}

/**
 * What would come of a batch now. Nothing is written.
 *
 * @param now server time, milliseconds
 */
export async function foresee(
  tenant: TenantStore,
  caller: SyncCaller,
  request: ReceivedSync,
  apply: ApplyOp,
  now: number,
): Promise<SyncOutcome> {
  const tx = tenant.transaction();
  const group = await takeGroup(
    tenant,
    tx,
    caller,
    request,
    [],
    apply,
    now,
    true,
    true,
  );
  if ("problem" in group) return { ok: false, problem: group.problem };
  const { results, ledger: { lastSeq, hash }, stopped } = group;
  if (stopped !== null && results.length === 0) {
    return { ok: false, problem: stopped };
  }
  return {
    ok: true,
    value: {
      epoch: tenant.epoch,
      lastSeq,
      hash,
      results,
      ...(stopped && { stopped }),
    },
  };
}

function auditRow(
  { caller, device, now }: { caller: SyncCaller; device: string; now: number },
  entries: AuditEntry[],
  closed: boolean,
): AuditRow {
  const { broughtBy } = caller;
  return {
    id: caller.auditId,
    at: new Date(now).toISOString(),
    requestId: caller.requestId,
    actor: broughtBy?.subject.id ?? caller.subject.id,
    ...(broughtBy && broughtBy.subject.id !== caller.subject.id &&
      { onBehalfOf: caller.subject.id }),
    space: caller.subject.space,
    route: broughtBy?.route ?? "POST /api/client/sync",
    entries,
    count: entries.length,
    closed,
    device,
  };
}

async function takeGroup(
  tenant: TenantStore,
  tx: TenantTransaction,
  caller: SyncCaller,
  request: ReceivedSync,
  earlier: readonly OpResult[],
  apply: ApplyOp,
  now: number,
  again: boolean,
  dry = false,
): Promise<Group | { problem: Problem }> {
  const { keys } = tx;
  const { deviceId } = request;
  // Ops on one record share its check; more than two of them on each is not worth fetching ahead for.
  const most = dry
    ? request.ops.length
    : Math.min(MAX_GROUP, 2 * (tx.limits.checks - OWN_CHECKS));
  const rest = request.ops.slice(earlier.length, earlier.length + most);
  await Promise.all([
    tx.prefetch([
      keys.ledger(deviceId),
      keys.member("CLIENT", caller.subject.id),
      ...(earlier.length > 0 ? [keys.audit(caller.auditId)] : []),
      ...rest.flatMap((op) => keysOf(tx, deviceId, op)),
    ]),
    tx.prefetchBetween(
      rest.map((op) => keys.idempotency(caller.subject.id, op.key)),
    ),
  ]);
  const member = await tx.get<MemberRow>(
    keys.member("CLIENT", caller.subject.id),
  );
  if (member === null || member.status !== "active") {
    return { problem: problem("forbidden") };
  }
  const { broughtBy } = caller;
  if (broughtBy) {
    const bringer = await tx.get<MemberRow>(
      keys.member("CLIENT", broughtBy.subject.id),
    );
    const { roles, status } = bringer ?? { roles: [], status: "ended" };
    if (
      status !== "active" ||
      !may({ ...broughtBy.subject, roles }, "unsent.import")
    ) return { problem: problem("forbidden") };
  }
  const before = await tx.get<LedgerRow>(keys.ledger(deviceId)) ?? {
    userId: caller.subject.id,
    lastSeq: 0,
    hash: LEDGER_START,
    contactAt: caller.deviceSince ??
      await firstContact(
        tenant,
        caller.subject.id,
        deviceId,
        caller.sessionSince,
      ),
    counts: {},
  };
  if (before.userId !== caller.subject.id) {
    return { problem: problem("device-forked", { lastSeq: 0 }) };
  }
  if (earlier.length > 0) {
    const record = await tx.peek<AuditRow>(keys.audit(caller.auditId));
    // The sealer thought that this process had died; what is left comes again, as a request with a record of its own.
    if (record?.closed) return { problem: problem("busy", { retryAfter: 1 }) };
  }
  // What a queue creates is new, unless it is sent again: then, and where the guess was wrong, it is looked up.
  const created = createdBy(tx, rest);
  if (!again && rest[0]?.seq === before.lastSeq + 1) {
    for (const key of created) tx.assumeAbsent(key);
  } else await tx.prefetch(created);
  const first = earlier.length === 0;
  const group: Group = {
    results: [],
    audit: [],
    ledger: {
      ...before,
      counts: first ? withCounts(before.counts, request.counts) : before.counts,
    },
    done: earlier.length,
    stopped: null,
    changed: first && Object.keys(request.counts).length > 0,
  };
  const answered = new Map(earlier.map((result) => [result.seq, result]));
  const subject: Subject = { ...caller.subject, roles: member.roles };
  // All that is still to come, also what is left to the next commit: what a claim is worth the later ones tell.
  const news = request.ops.slice(earlier.length)
    .filter(({ seq }) => seq > before.lastSeq);
  const beliefs = believe(news, now, before.contactAt, before.believedAt);
  const believed = new Map(news.map(({ seq }, i) => [seq, beliefs[i]]));

  for (const op of rest) {
    const { ledger } = group;
    let result: OpResult;
    if (op.seq <= ledger.lastSeq) {
      const stored = await storedResult(tx, subject, deviceId, op, now);
      if (stored === null) {
        group.stopped = problem("device-forked", { lastSeq: ledger.lastSeq });
        break;
      }
      result = stored;
    } else if (op.seq !== ledger.lastSeq + 1) {
      group.stopped = problem("sequence-gap", { lastSeq: ledger.lastSeq });
      break;
    } else {
      const room = { ...OP_ROOM, checks: checksOf(tx, op) };
      if (!dry && group.results.length > 0 && !tx.hasRoomFor(room)) break;
      const belief = believed.get(op.seq) as Belief;
      result = await takeOp(
        tx,
        { ...caller, subject },
        deviceId,
        op,
        answered,
        apply,
        now,
        belief,
      );
      ledger.lastSeq = op.seq;
      if (!op.refusal && !op.replaces) {
        ledger.believedAt = Date.parse(belief.believedAt);
      }
      ledger.hash = createHash("sha256").update(ledgerLink(ledger.hash, result))
        .digest("hex");
      group.changed = true;
      const recordId = recordOf(op as Parameters<typeof recordOf>[0]);
      group.audit.push({
        action: `${op.method} ${op.route}`.slice(0, 120)
          .replace(/[^\x20-\x7e]/g, "?"),
        ...(typeof recordId === "string" &&
          { recordId: recordId.slice(0, 60) }),
        status: result.status,
      });
    }
    answered.set(op.seq, result);
    group.results.push(result);
    group.done++;
  }
  const isAll = group.done === request.ops.length && group.stopped === null;
  if (isAll && !request.more) group.ledger.contactAt = now;
  return group;
}

/** The keys of the records that ops create. */
function createdBy(tx: TenantTransaction, ops: readonly ReceivedOp[]): Key[] {
  return ops.filter(isCreate).flatMap((op) => {
    const key = recordKey(tx, op);
    return key ? [key] : [];
  });
}

const isCreate = ({ method, route }: ReceivedOp) =>
  method === "POST" && route === "/api/client/leads";

/** The keys that an op will read, so that they can be fetched together. */
function keysOf(tx: TenantTransaction, deviceId: string, op: ReceivedOp) {
  const { keys } = tx;
  const record = isCreate(op) ? null : recordKey(tx, op);
  return [
    ...(op.base.after ? [keys.ledgerKey(deviceId, op.base.after)] : []),
    ...(record ? [record] : []),
  ];
}

/** The result that an op already had, or null when this seq was used by another op. */
async function storedResult(
  tx: TenantTransaction,
  subject: Subject,
  deviceId: string,
  op: ReceivedOp,
  now: number,
): Promise<OpResult | null> {
  const row = await tx.peek<LedgerKeyRow>(tx.keys.ledgerKey(deviceId, op.seq));
  if (row === null || row.expiresAt <= now) {
    const expired = problem("idempotency-key-expired");
    return {
      seq: op.seq,
      key: op.key,
      status: expired.status,
      problem: expired,
      replayed: true,
    };
  }
  if (row.key !== op.key) return null;
  return { ...await resultOf(tx, subject, op, row), replayed: true };
}

async function resultOf(
  tx: TenantTransaction,
  subject: Subject,
  op: ReceivedOp,
  row: Pick<LedgerKeyRow, "status" | "version" | "problem" | "recordId">,
): Promise<OpResult> {
  let refusal = row.problem;
  if (refusal?.code === "stale-entity" && row.recordId !== null) {
    const isLead = row.recordId.startsWith("lead_");
    const current = await tx.peek<Lead | WorkOrder>(
      isLead ? tx.keys.lead(row.recordId) : tx.keys.order(row.recordId),
    );
    const action = isLead ? "lead.read" : "order.read";
    refusal = current && may(subject, action, current)
      ? { ...refusal, current }
      // Somebody else's by now: what it holds is not told.
      : { ...refusal, withheld: true };
  }
  return {
    seq: op.seq,
    key: op.key,
    status: row.status,
    ...(row.version !== undefined && { version: row.version }),
    ...(refusal && { problem: refusal }),
  };
}

/** Gives an op that was never seen under this seq its result, and writes everything that remembers it. */
async function takeOp(
  tx: TenantTransaction,
  caller: SyncCaller,
  deviceId: string,
  op: ReceivedOp,
  answered: ReadonlyMap<number, OpResult>,
  apply: ApplyOp,
  now: number,
  believed: Belief,
): Promise<OpResult> {
  const { keys } = tx;
  const fingerprint = fingerprintOf({
    method: op.method,
    route: op.route,
    orgId: tx.orgId,
    body: op.payload,
  });
  const recordId = recordOf(op as Parameters<typeof recordOf>[0]);
  const remembered = await readIdempotency(tx, caller.subject.id, op.key, now);
  const row = remembered
    ? rememberedRow(remembered, fingerprint)
    : await freshRow(
      tx,
      caller,
      deviceId,
      op,
      answered,
      apply,
      now,
      believed,
    );
  const { current: _readAgain, ...kept } = row.problem ?? problem("internal");
  const ledgerKey: LedgerKeyRow = {
    key: op.key,
    status: row.status,
    ...(row.version !== undefined && { version: row.version }),
    ...(row.problem && { problem: kept }),
    recordId: typeof recordId === "string" ? recordId : null,
    expiresAt: now + TTL.ledgerKey,
  };
  tx.set(keys.ledgerKey(deviceId, op.seq), ledgerKey, TTL.ledgerKey);
  if (!remembered) {
    const { status, version, problem: refusal } = ledgerKey;
    putIdempotency(tx, caller.subject.id, op.key, {
      fingerprint,
      status,
      result: { version, problem: refusal },
    }, now);
  }
  return {
    ...(remembered
      ? {
        ...await resultOf(tx, caller.subject, op, ledgerKey),
        replayed: true as const,
      }
      : { seq: op.seq, key: op.key, status: row.status }),
    ...(row.version !== undefined && { version: row.version }),
    ...(row.problem && !remembered && { problem: row.problem }),
  };
}

type NewRow = { status: number; version?: number; problem?: Problem };

const rejected = (refusal: Problem): NewRow => ({
  status: refusal.status,
  problem: refusal,
});

/** The same key under another seq (a cloned profile): the effect is there already, or the key means something else. */
function rememberedRow(row: IdempotencyRow, fingerprint: string): NewRow {
  if (row.fingerprint !== fingerprint) {
    return rejected(problem("idempotency-payload-mismatch"));
  }
  const { version, problem: refusal } = row.result as {
    version?: number;
    problem?: Problem;
  };
  return {
    status: row.status,
    ...(version !== undefined && { version }),
    ...(refusal && { problem: refusal }),
  };
}

async function freshRow(
  tx: TenantTransaction,
  caller: SyncCaller,
  deviceId: string,
  op: ReceivedOp,
  answered: ReadonlyMap<number, OpResult>,
  apply: ApplyOp,
  now: number,
  believed: Belief,
): Promise<NewRow> {
  if (op.refusal) return rejected(op.refusal);
  let afterVersion: number | null = null;
  let fell = false;
  const { after } = op.base;
  if (after !== undefined && after < op.seq) {
    const previous = answered.get(after) ??
      await tx.peek<LedgerKeyRow>(tx.keys.ledgerKey(deviceId, after));
    fell = (previous?.status ?? 0) >= 400;
    afterVersion = previous?.version ?? null;
  }
  const outcome = await apply({
    tx,
    subject: caller.subject,
    op,
    receivedAt: now,
    believed,
    afterVersion,
    fell,
  });
  if (fell) return rejected(problem("dependency-rejected"));
  if (!outcome.ok) return rejected(outcome.problem);
  const { status, version } = outcome.value;
  return { status, ...(version !== undefined && { version }) };
}

/** What a device has counted until now: sums, and of what goes up and down the last value. */
function withCounts(
  known: Record<string, number>,
  reported: Record<string, number>,
): Record<string, number> {
  const counts = { ...known };
  for (const [name, value] of Object.entries(reported).slice(0, 30)) {
    counts[name] = isGauge(name) ? value : (counts[name] ?? 0) + value;
  }
  return counts;
}
