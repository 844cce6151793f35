import { auditKeyOf } from "../../lib/audit/audit_key.ts";
import type { SealDeps } from "../../lib/audit/seal.ts";
import { type AuditReport, verifyAudit } from "../../lib/audit/verify_audit.ts";
import type { Witness } from "../../lib/audit/verify_log.ts";
import { type AuditRow, putAudit } from "../../lib/store/audit.ts";
import { type Store, storeOn } from "../../lib/store/store.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import { blankAudit, INSTANCE_KEY, MONDAY } from "./builders.ts";

/** The log that the tests of the sealer write. */
export const ORG = "org_a";

/** What a sealer needs, at a time that stands still; its lines are kept. */
export function sealing(
  store: Store,
): SealDeps & { at: number; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const deps = {
    at: MONDAY,
    lines,
    store,
    instanceKey: INSTANCE_KEY,
    now: () => deps.at,
    log: (line: Record<string, unknown>) => lines.push(line),
  };
  return deps;
}

/** An audit record about one thing that was done. */
export function auditRecord(row: Partial<AuditRow> = {}): AuditRow {
  return {
    ...blankAudit(),
    actor: "usr_a",
    space: "CLIENT",
    entries: [{ action: "lead.create", recordId: "lead_a", status: 201 }],
    count: 1,
    ...row,
  };
}

/** Sets a record, as the commit of a change does. */
export async function audit(
  store: Store,
  row: Partial<AuditRow> = {},
  org = ORG,
): Promise<AuditRow> {
  const record = auditRecord(row);
  const tx = new TenantStore(store, org).transaction();
  putAudit(tx, record);
  await tx.commit();
  return record;
}

/** Sets many records, each in a commit of its own. */
export async function audits(
  store: Store,
  count: number,
  org = ORG,
): Promise<AuditRow[]> {
  const rows: AuditRow[] = [];
  for (let i = 0; i < count; i++) {
    rows.push(await audit(store, { requestId: `request ${i}` }, org));
  }
  return rows;
}

/** What `audit:verify` finds in a log. */
export function verified(
  store: Store,
  org = ORG,
  witnesses: Witness[] = [],
): Promise<AuditReport> {
  const { publicKey } = auditKeyOf(INSTANCE_KEY);
  return verifyAudit(store, [publicKey], org, witnesses);
}

/** Runs a test on a store in memory together with the backend below it, which a test may change behind its back. */
export async function withBackend(
  run: (store: Store, kv: Deno.Kv) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const store = await storeOn(kv);
  try {
    await run(store, kv);
  } finally {
    store.close();
  }
}
