import { createHash } from "node:crypto";
import { canonicalJson } from "../model/canonical_json.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { TenantStore, TenantTransaction } from "./tenant_store.ts";

/** One thing that a request did or was refused. */
export interface AuditEntry {
  /** `lead.create`, `order.advance`, `login.failed`, `space.denied`, … */
  action: string;
  /** The record it was about; absent where there is none. */
  recordId?: string;
  /** HTTP status of this one thing. */
  status: number;
}

/** One record per request, under one key. */
export interface AuditRow {
  /** `aud_` and a ULID, made with the request. */
  id: string;
  /** Server time of the request, ISO 8601. */
  at: string;
  /** As in the log and in the `x-request-id` header. */
  requestId: string;
  /** Who acted; null when nobody was logged in. */
  actor: string | null;
  /** Whose work it was, where somebody brought in another one's; absent otherwise. */
  onBehalfOf?: string;
  /** The space acted in; null when nobody was logged in. */
  space: string | null;
  /** Method and route pattern. */
  route: string;
  /** In the order in which they happened; cut where they are too many. */
  entries: AuditEntry[];
  /** How many entries there were, also where they are too many to keep. */
  count: number;
  /** Nothing more will be added. */
  closed: boolean;
  /** The device whose queue it was; absent for what no queue sent. */
  device?: string;
  /** The process that answered died before the request ended, and the sealer closed the record as it stood. */
  interrupted?: true;
}

/** The most text that an audit record keeps of its entries, in bytes; past that it keeps the count. */
const MAX_ENTRIES_BYTES = 60_000;

/** As many entries, from the first, as one value of the store holds. */
function entriesThatFit(entries: readonly AuditEntry[]): AuditEntry[] {
  // V8 writes text outside Latin-1 with two bytes a unit.
  // deno-lint-ignore no-control-regex
  const unit = /[^\u0000-\u00ff]/.test(JSON.stringify(entries)) ? 2 : 1;
  let room = MAX_ENTRIES_BYTES;
  const past = entries.findIndex((entry) => {
    room -= unit * (JSON.stringify(entry).length + 1);
    return room < 0;
  });
  return entries.slice(0, past < 0 ? entries.length : past);
}

const leafOf = (row: unknown) =>
  createHash("sha256").update("\0").update(canonicalJson(row)).digest("hex");

/**
 * The leaf that a record is in its org's audit log (hex): SHA-256 of a zero byte and the record's canonical JSON
 * (RFC 6962, section 2.1).
 *
 * @param row as it stands in the store, which somebody may have changed
 * @returns null for what is no JSON value, which no record ever was
 */
export function auditLeaf(row: unknown): string | null {
  try {
    return leafOf(row);
  } catch (error) {
    // Something that is no JSON, or nested so deep that no request ever made it.
    if (error instanceof TypeError || error instanceof RangeError) return null;
    throw error;
  }
}

/** Sets the request's audit record, in the commit whose changes it tells, and marks it in the change feed. */
export function putAudit(tx: TenantTransaction, row: AuditRow): void {
  const kept = { ...row, entries: entriesThatFit(row.entries) };
  tx.set(tx.keys.audit(row.id), kept);
  const leaf = row.closed ? leafOf(kept) : null;
  tx.audited({ type: "audit", id: row.id, leaf });
}

/**
 * Sets the record of a request with one entry more. Where more will be added to it by later commits (`closed` is false) what
 * earlier ones wrote is kept, and the commit depends on it.
 *
 * @returns `busy` when the sealer has closed the record, because it took the request for dead
 */
export async function addToAudit(
  tx: TenantTransaction,
  audit: AuditRow,
  entry: AuditEntry,
): Promise<Result<null>> {
  const before = audit.closed
    ? audit
    : await tx.get<AuditRow>(tx.keys.audit(audit.id)) ?? audit;
  if (!audit.closed && before.closed) return fail("busy", { retryAfter: 1 });
  putAudit(tx, {
    ...before,
    entries: [...before.entries, entry],
    count: before.count + 1,
  });
  return ok(null);
}

/** Closes a request's record, if it wrote one and left it open. */
export async function closeAudit(
  tenant: TenantStore,
  id: string,
): Promise<void> {
  for (;;) {
    const tx = tenant.transaction();
    const open = await tx.get<AuditRow>(tx.keys.audit(id));
    if (open === null || open.closed) return;
    putAudit(tx, { ...open, closed: true });
    if (await tx.commit()) return;
  }
}
