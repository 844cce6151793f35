import { auditLeaf, type AuditRow } from "../store/audit.ts";
import { canonicalJson } from "../model/canonical_json.ts";
import { readFeedCommits } from "../store/changes.ts";
import type { InstanceKey } from "../store/instance_key.ts";
import type { LedgerRow } from "../store/ledger.ts";
import type { Store } from "../store/store.ts";
import { TenantStore, type TenantTransaction } from "../store/tenant_store.ts";
import { type AuditKey, auditKeyOf } from "./audit_key.ts";
import {
  type AuditHead,
  type CheckpointRow,
  headAfter,
  MAX_SEALED,
  NO_RECORD,
  NOTHING_SEALED,
  signedCheckpoint,
} from "./checkpoint.ts";
import { rootOf, type Tree, withLeaf } from "./merkle.ts";

/** What sealing needs. */
export interface SealDeps {
  /** Holds the logs. */
  store: Store;
  /** The key that signs is derived from it. */
  instanceKey: InstanceKey;
  /** Server time, milliseconds. */
  now: () => number;
  /** Takes one line of the log: each checkpoint is one, so that the log is a witness outside the store. */
  log: (line: Record<string, unknown>) => void;
}

/** What sealing one org came to. */
export interface Sealed {
  /** Records that are sealed now and were not before. */
  records: number;
  /** Nothing was left to seal when the feed was read last. */
  upToDate: boolean;
}

/** How long a request may go on adding to its record. One whose process died is closed after it. */
export const MAX_OPEN_MS = 3600_000;

/** Checkpoints of one call, so that one org's backlog does not keep the others waiting. */
const MAX_CHECKPOINTS = 20;
/** Records that may be open at once; more of them wait in the feed. */
const MAX_WAITING = 200;
/** Records closed in one commit: each may be as large as a value can be, and takes two checks. */
const MAX_CLOSED = 4;
/** How often a checkpoint is tried again when somebody else committed to the same rows. */
const MAX_TRIES = 5;

/**
 * Seals an org's audit log: follows the change feed, and puts the records that are closed, in the feed's order, under
 * signed checkpoints. Each checkpoint is one commit that depends on the one before it, so that two sealers never both
 * take a record and a killed one has taken it or not.
 */
export async function seal(deps: SealDeps, orgId: string): Promise<Sealed> {
  const tenant = new TenantStore(deps.store, orgId);
  const key = auditKeyOf(deps.instanceKey);
  const sealed: Sealed = { records: 0, upToDate: false };
  let tries = 0;
  for (let i = 0; i < MAX_CHECKPOINTS && tries < MAX_TRIES;) {
    const step = await sealStep(deps, tenant, key);
    if (step === null) tries++;
    else {
      tries = 0;
      i++;
      sealed.records += step.records;
      sealed.upToDate = !step.more && !step.waits;
      if (!step.more) break;
    }
  }
  return sealed;
}

interface Step {
  /** Records of the checkpoint. */
  records: number;
  /** The feed goes on. */
  more: boolean;
  /** Some records are still open. */
  waits: boolean;
}

interface Batch {
  ids: string[];
  leaves: string[];
  waiting: Set<string>;
  cursor: string;
  more: boolean;
}

/**
 * Makes at most one checkpoint.
 *
 * @returns null when somebody else committed to the same rows meanwhile
 * @throws {Error} when the head is not what the last checkpoint left
 */
async function sealStep(
  deps: SealDeps,
  tenant: TenantStore,
  key: AuditKey,
): Promise<Step | null> {
  const tx = tenant.transaction();
  const head = await tx.get<AuditHead>(tx.keys.auditHead()) ?? NOTHING_SEALED;
  if (!await isOnLastCheckpoint(tenant, head)) {
    const now = await tenant.get<AuditHead>(tx.keys.auditHead());
    // Another sealer was here between the two reads.
    if (canonicalJson(now ?? NOTHING_SEALED) !== canonicalJson(head)) {
      return null;
    }
    // Nothing is signed on top of what somebody changed.
    throw new Error(
      `Cannot seal the audit log of ${tenant.orgId}: its head does not fit its last checkpoint. Run deno task audit:verify.`,
    );
  }
  const batch = await takeFromFeed(tenant, head);
  await closeAbandoned(tx, batch, deps.now());
  const { ids, leaves, cursor, more } = batch;
  const waiting = [...batch.waiting];
  const step = { records: ids.length, more, waits: waiting.length > 0 };
  if (ids.length === 0) return step;

  let tree: Tree = head;
  for (const leaf of leaves) tree = withLeaf(tree, leaf);
  const checkpoint = signedCheckpoint(key, {
    org: tenant.orgId,
    size: tree.size,
    root: rootOf(tree),
    previous: head.previous,
    at: new Date(deps.now()).toISOString(),
    cursor,
    waiting,
  }, { ids, leaves });
  tx.set(tx.keys.auditCheckpoint(tree.size), checkpoint);
  tx.set(tx.keys.auditHead(), headAfter(checkpoint, tree.peaks));
  if (!await tx.commit()) return null;
  const { at: time, org, size, root } = checkpoint;
  deps.log({ time, level: "info", event: "audit-checkpoint", org, size, root });
  return step;
}

/** Whether a head is what the last checkpoint left. */
async function isOnLastCheckpoint(
  tenant: TenantStore,
  head: Readonly<AuditHead>,
): Promise<boolean> {
  const [last] = await tenant.list<CheckpointRow>({
    prefix: tenant.keys.auditCheckpoints(),
    limit: 1,
    reverse: true,
  });
  const known = last ? headAfter(last.value, head.peaks) : NOTHING_SEALED;
  return canonicalJson(known) === canonicalJson(head) &&
    rootOf(head) === head.root;
}

/** Takes the records that the feed says are closed, and notes those that it says are open. */
async function takeFromFeed(
  tenant: TenantStore,
  head: Readonly<AuditHead>,
): Promise<Batch> {
  const ids: string[] = [];
  const leaves: string[] = [];
  const waiting = new Set(head.waiting);
  let { cursor } = head;
  const taken = (more: boolean) => ({ ids, leaves, waiting, cursor, more });
  for (;;) {
    const commits = await readFeedCommits(tenant, cursor, MAX_SEALED);
    for (const { position, row } of commits) {
      const marks = row.filter((mark) => mark.type === "audit");
      if (ids.length + marks.length + MAX_CLOSED > MAX_SEALED) {
        return taken(true);
      }
      // The others wait until some of these are closed, at the latest by `closeAbandoned`.
      if (waiting.size + marks.length > MAX_WAITING) return taken(false);
      for (const { id, leaf } of marks) {
        if (leaf === null) waiting.add(id);
        else {
          waiting.delete(id);
          ids.push(id);
          leaves.push(leaf);
        }
      }
      cursor = position;
    }
    if (commits.length < MAX_SEALED) return taken(false);
  }
}

/**
 * Closes records whose request can no longer add to them, because its process died. Should it live and have slept, the
 * device's ledger row, which each of its commits depends on, is set anew: it finds its record closed before it commits.
 */
async function closeAbandoned(
  tx: TenantTransaction,
  { ids, leaves, waiting }: Batch,
  now: number,
): Promise<void> {
  if (waiting.size === 0) return;
  const open = [...waiting];
  await tx.prefetch(open.map((id) => tx.keys.audit(id)));
  const before = new Date(now - MAX_OPEN_MS).toISOString();
  let closed = 0;
  for (const id of open) {
    const known = await tx.peek<AuditRow>(tx.keys.audit(id));
    // What is closed will be told by the feed, in its place.
    if (known && (known.closed || known.at > before)) continue;
    if (++closed > MAX_CLOSED) return;
    const record = await tx.get<AuditRow>(tx.keys.audit(id));
    if (record) await closeRecord(tx, record);
    waiting.delete(id);
    ids.push(id);
    leaves.push(record ? auditLeaf(closedOf(record)) ?? NO_RECORD : NO_RECORD);
  }
}

const closedOf = (record: AuditRow): AuditRow => ({
  ...record,
  closed: true,
  interrupted: true,
});

async function closeRecord(
  tx: TenantTransaction,
  record: AuditRow,
): Promise<void> {
  tx.set(tx.keys.audit(record.id), closedOf(record));
  if (record.device === undefined) return;
  const ledger = await tx.get<LedgerRow>(tx.keys.ledger(record.device));
  if (ledger) tx.set(tx.keys.ledger(record.device), ledger);
}
