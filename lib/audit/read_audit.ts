import type { AuditRow } from "../store/audit.ts";
import { readFeedCommits } from "../store/changes.ts";
import { readPage } from "../store/page.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { type AuditHead, NOTHING_SEALED } from "./checkpoint.ts";

/** Rows of one page unless asked otherwise. */
const PAGE_ROWS = 50;
/** Records read for one page of one person's, of which there may be few. */
const MAX_READ = 500;
/** Commits of the feed read to know what is not sealed yet: a minute's work, seldom more. */
const FEED_COMMITS = 200;

/** An audit record for people to read. */
export interface AuditPageRow extends AuditRow {
  /** A signed checkpoint holds it. */
  sealed: boolean;
}

/** One page of an org's audit records, the newest first. */
export interface AuditPage {
  /** The newest first. */
  rows: AuditPageRow[];
  /** Opaque; null on the last page. A page of one person's records may be short, or empty, and still have a next. */
  next: string | null;
  /** The newest checkpoint: how many records are sealed, and since when; null while none are. */
  sealed: { size: number; at: string } | null;
}

/**
 * Reads one page of an org's audit records.
 *
 * @param tenant the org's store; `new TenantStore(store, INSTANCE_LOG)` for what belongs to no tenant
 * @param options `cursor` as an earlier page gave it; `actor` for one person's records only
 */
export async function auditPage(
  tenant: TenantStore,
  options: { cursor?: string | null; actor?: string; limit?: number } = {},
): Promise<AuditPage> {
  const { actor, cursor = null, limit = PAGE_ROWS } = options;
  const [page, pending] = await Promise.all([
    actor === undefined
      ? readPage<AuditRow>(tenant, tenant.keys.audits(), {
        cursor,
        limit,
        reverse: true,
      })
      : pageOf(tenant, actor, cursor, limit),
    readPending(tenant),
  ]);
  return {
    rows: page.rows.map((row) => ({ ...row, sealed: !pending.has(row) })),
    next: page.next,
    sealed: pending.sealed,
  };
}

/** One person's records: by no index of their own, so that a page reads some of everybody's at most. */
async function pageOf(
  tenant: TenantStore,
  actor: string,
  cursor: string | null,
  limit: number,
): Promise<{ rows: AuditRow[]; next: string | null }> {
  const { rows, next } = await readPage<AuditRow>(
    tenant,
    tenant.keys.audits(),
    { cursor, limit: MAX_READ, reverse: true },
  );
  const theirs = rows.filter((row) => row.actor === actor);
  const last = theirs[limit - 1];
  const isCut = last !== undefined && theirs.length > limit;
  return {
    rows: theirs.slice(0, limit),
    next: isCut ? JSON.stringify([last.id]) : next,
  };
}

async function readPending(tenant: TenantStore) {
  const head = await tenant.get<AuditHead>(tenant.keys.auditHead()) ??
    NOTHING_SEALED;
  const commits = await readFeedCommits(tenant, head.cursor, FEED_COMMITS);
  const marks = commits.flatMap(({ row }) => row).filter(({ type }) =>
    type === "audit"
  ).map(({ id }) => id);
  const ids = new Set([...head.waiting, ...marks]);
  // So much waits that not all of it was read: what came later waits too.
  const last = commits.length === FEED_COMMITS ? marks.at(-1) : undefined;
  return {
    has: ({ id }: AuditRow) =>
      ids.has(id) || (last !== undefined && id >= last),
    sealed: head.size === 0 ? null : { size: head.size, at: head.at },
  };
}
