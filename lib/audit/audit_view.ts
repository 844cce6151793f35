import type { Space } from "../model/spaces.ts";
import type { MemberRow } from "../store/identities.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { type AuditPage, auditPage } from "./read_audit.ts";

/** A page of the audit log, and what the people in it are called. */
export interface AuditView extends AuditPage {
  /** Names by user id, of those who acted and of those it was done to. */
  names: Record<string, string>;
}

/**
 * Reads a page of an org's audit log for people to look at.
 *
 * @param tenant the org's store; `new TenantStore(store, INSTANCE_LOG)` for what belongs to no tenant
 * @param spaces those that the org has members in
 * @param cursor as an earlier page gave it
 */
export async function auditView(
  tenant: TenantStore,
  spaces: readonly Space[],
  cursor: string | null,
): Promise<AuditView> {
  const page = await auditPage(tenant, { cursor });
  const people = new Set(
    page.rows.flatMap(({ actor, onBehalfOf, entries }) => [
      actor ?? "",
      onBehalfOf ?? "",
      ...entries.map(({ recordId }) => recordId ?? ""),
    ]).filter((id) => id.startsWith("usr_")),
  );
  const members = await tenant.getMany<MemberRow>(
    [...people].flatMap((id) =>
      spaces.map((space) => tenant.keys.member(space, id))
    ),
  );
  return {
    ...page,
    names: Object.fromEntries(
      members.flatMap((row) => row ? [[row.userId, row.name]] : []),
    ),
  };
}
