import type { TenantTransaction } from "./tenant_store.ts";

/** One thing that a request did or was refused. */
export interface AuditEntry {
  /** `lead.create`, `order.advance`, `login.failed`, `space.denied`, … */
  action: string;
  recordId?: string;
  status: number;
}

/** One record per request, under one key. */
export interface AuditRow {
  id: string;
  at: string;
  requestId: string;
  /** Who acted; null when nobody was logged in. */
  actor: string | null;
  space: string | null;
  route: string;
  entries: AuditEntry[];
  /** How many entries there were, also where they are too many to keep. */
  count: number;
  /** Nothing more will be added. */
  closed: boolean;
}

/** The most entries kept in one audit record; past that it keeps the count. */
export const MAX_AUDIT_ENTRIES = 300;

/** Sets the request's audit record, in the commit whose changes it tells. */
export function putAudit(tx: TenantTransaction, row: AuditRow): void {
  tx.set(tx.keys.audit(row.id), {
    ...row,
    entries: row.entries.slice(0, MAX_AUDIT_ENTRIES),
  });
}
