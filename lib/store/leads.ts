import type { FormDefinition } from "../model/form.ts";
import { type Lead, type LeadRow, leadRow } from "../model/lead.ts";
import { type Authorship, writeFormerHolder, writeHistory } from "./history.ts";
import { type Page, readPage } from "./page.ts";
import type { TenantStore, TenantTransaction } from "./tenant_store.ts";

/**
 * Writes a lead with its index rows, its history and its notice to the change feed. The one place that does.
 *
 * @param columns what the template's form adds to the lists
 */
export function putLead(
  tx: TenantTransaction,
  previous: Lead | null,
  next: Lead,
  author: Authorship,
  columns?: FormDefinition["columns"],
): void {
  const { keys } = tx;
  if (previous) {
    tx.delete(keys.leadByUpdated(previous.updatedAt, previous.id));
    tx.delete(
      keys.leadByHolder(previous.assigneeId, previous.updatedAt, previous.id),
    );
    writeFormerHolder(tx, next.id, previous.assigneeId, next.assigneeId);
  }
  const row = leadRow(next, columns);
  tx.set(keys.lead(next.id), next);
  tx.set(keys.leadByUpdated(next.updatedAt, next.id), row);
  tx.set(keys.leadByHolder(next.assigneeId, next.updatedAt, next.id), row);
  writeHistory(tx, next, previous?.fields ?? {}, next.fields, author);
  tx.changed({ type: "lead", id: next.id });
}

/** One page of all leads of the org, newest first. */
export function listLeads(
  tenant: TenantStore,
  options: { cursor?: string | null; limit: number },
): Promise<Page<LeadRow>> {
  return readPage(tenant, tenant.keys.leadsByUpdated(), {
    ...options,
    reverse: true,
  });
}

/** One page of the leads that a worker may see, newest first: their own and those that nobody has yet. */
export async function listLeadsOf(
  tenant: TenantStore,
  userId: string,
  options: { cursor?: string | null; limit: number },
): Promise<Page<LeadRow>> {
  const pages = await Promise.all(
    [userId, null].map((holder) =>
      readPage<LeadRow>(tenant, tenant.keys.leadsByHolder(holder), {
        ...options,
        reverse: true,
      })
    ),
  );
  // By the whole of the index key, as the cursor is: of leads changed at the same moment none may be passed over.
  const place = ({ updatedAt, id }: LeadRow) => `${updatedAt} ${id}`;
  const merged = pages.flatMap((page) => page.rows)
    .sort((a, b) => place(a) < place(b) ? 1 : -1);
  const rows = merged.slice(0, options.limit);
  const last = rows.at(-1);
  const more = merged.length > options.limit ||
    pages.some((page) => page.next !== null);
  return {
    rows,
    next: more && last ? JSON.stringify([last.updatedAt, last.id]) : null,
  };
}
