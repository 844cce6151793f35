import { canonicalJson } from "../model/canonical_json.ts";
import { readFeedCommits } from "../store/changes.ts";
import type { Store } from "../store/store.ts";
import { TenantStore } from "../store/tenant_store.ts";
import type { PublicAuditKey } from "./audit_key.ts";
import { type AuditHead, NOTHING_SEALED } from "./checkpoint.ts";
import { type AuditFault, fault } from "./fault.ts";
import { readable, saysUnreadable, UNREADABLE } from "./readable.ts";
import {
  newestSize,
  readHead,
  storedCheckpoints,
} from "./stored_checkpoints.ts";
import { type Walk, walkLog, type Witness } from "./verify_log.ts";
import { type Expected, faultyRecord } from "./verify_records.ts";

/** What is known of an org's audit log after all of it was looked at. */
export interface AuditReport {
  /** Whose log it is. */
  org: string;
  /** Records that a signed checkpoint holds and that are as they were; up to the fault, where there is one. */
  sealed: number;
  /** Records that are not sealed yet. */
  unsealed: number;
  /** The first thing that is wrong; null when nothing is. */
  fault: AuditFault | null;
}

/** Rows read at once. */
const PAGE = 200;
/** Ids in memory at once when a record that nobody knows is searched for. */
const IDS_AT_ONCE = 100_000;

/**
 * Checks an org's audit log: every record that was sealed is there, unchanged, in its place, and there is no other one
 * than these and those that the change feed announces. Holds a few records in memory at once. The store may be in use.
 *
 * @param keys whose signatures count: the instance's own, and those it had before
 * @param witnesses checkpoints that were kept elsewhere: without one, a log whose end was cut off together with all that
 * tells of it looks like a shorter log
 */
export async function verifyAudit(
  store: Store,
  keys: readonly PublicAuditKey[],
  orgId: string,
  witnesses: readonly Witness[] = [],
): Promise<AuditReport> {
  const tenant = new TenantStore(store, orgId);
  const own = witnesses.filter(({ org }) => org === orgId);
  // Counted first: whatever is written meanwhile is known to what is read after it.
  const counted = await readable(() => countRecords(tenant));
  const { head, walk, fault: bad } = await walkToHead(tenant, keys, own);
  const sealed = walk.tree.size;
  if (bad) return { org: orgId, sealed, unsealed: 0, fault: bad };
  const pending = await readable(() => readPending(tenant, head));
  if (pending === UNREADABLE) {
    const unreadable = fault(
      "unreadable",
      `the change feed cannot be read after the last checkpoint, of ${sealed} records`,
    );
    return { org: orgId, sealed, unsealed: 0, fault: unreadable };
  }
  const unsealed = pending.ids.size;
  const isMore = counted === UNREADABLE || counted > sealed + unsealed;
  return {
    org: orgId,
    sealed,
    unsealed,
    fault: pending.fault ??
      (isMore ? await strangeRecord(tenant, pending.ids) : null),
  };
}

async function countRecords(tenant: TenantStore): Promise<number> {
  let count = 0;
  for await (const _name of recordNames(tenant)) count++;
  return count;
}

/** What stands where the org's audit records do: their ids, or a whole key where it is no record's. */
async function* recordNames(tenant: TenantStore): AsyncGenerator<string> {
  const prefix = tenant.keys.audits();
  let start = prefix;
  for (;;) {
    const rows = await tenant.list({
      prefix,
      ...(start !== prefix && { start }),
      limit: PAGE,
    });
    for (const { key } of rows) {
      const [id, ...more] = key.slice(prefix.length);
      yield typeof id === "string" && more.length === 0
        ? id
        : key.map(String).join("/");
    }
    const last = rows.at(-1)?.key;
    if (last === undefined || rows.length < PAGE) return;
    start = [...last as typeof start, ""];
  }
}

interface WalkedLog {
  head: Readonly<AuditHead>;
  walk: Readonly<Walk>;
  fault: AuditFault | null;
}

async function walkToHead(
  tenant: TenantStore,
  keys: readonly PublicAuditKey[],
  witnesses: readonly Witness[],
): Promise<WalkedLog> {
  const newest = await newestSize(tenant);
  // Read after it, so that no good head is behind it; what is sealed from now on is left for the next time.
  const head = await readHead(tenant);
  const known = head === UNREADABLE ? NOTHING_SEALED : head ?? NOTHING_SEALED;
  const { fault: bad, ...walk } = await walkLog(
    tenant,
    keys,
    witnesses,
    Math.max(newest, known.size),
  );
  const end = head === UNREADABLE
    ? foreignHead(walk.tree.size)
    : faultOfEnd(head, walk, witnesses);
  return { head: known, walk, fault: bad ?? end };
}

function faultOfEnd(
  head: AuditHead | null,
  walk: Readonly<Walk>,
  witnesses: readonly Witness[],
): AuditFault | null {
  const { size } = walk.tree;
  const missing = (known: number) => `records ${size + 1} to ${known}`;
  if (head !== null && head.size > size) {
    return fault(
      "cut-off",
      `the log ends after ${size} records, but ${head.size} were sealed: the checkpoints of ${
        missing(head.size)
      } are missing`,
    );
  }
  const kept = witnesses.find((witness) => witness.size > size);
  if (kept) {
    return fault(
      "cut-off",
      `the log ends after ${size} records, but the checkpoint kept outside has ${kept.size}: ${
        missing(kept.size)
      } are missing`,
    );
  }
  const isGood = head === null
    ? size === 0
    : canonicalJson(head) === canonicalJson(walk.head);
  return isGood ? null : foreignHead(size);
}

const foreignHead = (size: number) =>
  fault(
    "broken-chain",
    `what the sealer remembers (audit_head) does not fit the last checkpoint, of ${size} records`,
  );

interface Pending {
  ids: Set<string>;
  fault: AuditFault | null;
}

/** What is announced after the last checkpoint, and whether it is there. */
async function readPending(
  tenant: TenantStore,
  head: Readonly<AuditHead>,
): Promise<Pending> {
  const ids = new Set(head.waiting);
  const open = new Set(head.waiting);
  let position = head.cursor;
  async function readOn(): Promise<AuditFault | null> {
    for (;;) {
      const commits = await readFeedCommits(tenant, position, PAGE);
      const closed: Expected[] = [];
      for (const { row } of commits) {
        for (const mark of row) {
          if (mark.type !== "audit") continue;
          const { id, leaf } = mark;
          ids.add(id);
          if (leaf === null) open.add(id);
          else {
            open.delete(id);
            closed.push({ id, leaf, name: nameOf(id) });
          }
        }
      }
      position = commits.at(-1)?.position ?? position;
      const bad = await faultyRecord(tenant, closed);
      if (bad || commits.length < PAGE) return bad;
    }
  }
  let bad = await readOn();
  if (bad) return { ids, fault: bad };
  const first = [...open].map((id) => ({ id, leaf: null, name: nameOf(id) }));
  if (await faultyRecord(tenant, first)) {
    // It may have been closed since the feed was read, by its request or, after an hour, by the sealer. What was opened
    // since is left for the next time.
    bad = await readOn();
    const still = first.filter(({ id }) => open.has(id));
    const faulty = await faultyRecord(tenant, still);
    // Asked after it: the sealer closes a record and moves the head in one commit.
    if (!bad && faulty && !await isSealedOn(tenant, head)) bad = faulty;
  }
  return { ids, fault: bad };
}

/** Whether there is a checkpoint after the one that a head was left by. */
async function isSealedOn(
  tenant: TenantStore,
  head: Readonly<AuditHead>,
): Promise<boolean> {
  const now = await readHead(tenant);
  return now !== null && now !== UNREADABLE && now.size > head.size;
}

const nameOf = (id: string) => `record ${id}, not yet sealed,`;

/** The first record that no checkpoint and no commit of the feed knows. */
async function strangeRecord(
  tenant: TenantStore,
  pending: ReadonlySet<string>,
): Promise<AuditFault | null> {
  let names = new Set<string>();
  try {
    for await (const name of recordNames(tenant)) {
      if (!pending.has(name)) names.add(name);
      if (names.size < IDS_AT_ONCE) continue;
      const found = await firstUnsealed(tenant, names);
      if (found !== null) return inserted(found);
      names = new Set();
    }
  } catch (error) {
    if (!saysUnreadable(error)) throw error;
    return fault(
      "inserted",
      "among the records is one that cannot be read, and that no checkpoint and no commit knows",
    );
  }
  const found = await firstUnsealed(tenant, names);
  return found === null ? null : inserted(found);
}

const inserted = (name: string) =>
  fault(
    "inserted",
    `record ${name} was inserted: no checkpoint and no commit knows it`,
  );

async function firstUnsealed(
  tenant: TenantStore,
  names: Set<string>,
): Promise<string | null> {
  for await (const { row } of storedCheckpoints(tenant)) {
    for (const id of row?.ids ?? []) names.delete(id);
  }
  const [first] = names;
  return first ?? null;
}
