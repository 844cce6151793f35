import { isId } from "../model/ids.ts";
import { type Action, seen } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import { globalKeys } from "../store/keys.ts";
import { type Page, readPage } from "../store/page.ts";
import type { Store } from "../store/store.ts";
import type { TenantListRow, TenantRow } from "../store/tenants.ts";

/** Rows of one page of the list. */
const PAGE = 50;

const READ: Action = "tenant.read";

/** The columns of the tenants list that the reader's role sees. */
export type SeenTenant =
  & Pick<TenantListRow, "id" | "company" | "status" | "createdAt">
  & Partial<TenantListRow>;

/** What the provider may know of a tenant; nothing of it is the org's own data. */
export type TenantFacts =
  & Pick<TenantRow, "id" | "company" | "status" | "createdAt">
  & Partial<TenantRow>;

/** Lists the customers' tenants, newest first, by cursor; each with the columns that the subject's role sees. */
export async function tenantsPage(
  store: Store,
  me: Me,
  cursor: string | null,
): Promise<Page<SeenTenant>> {
  const { rows, next } = await readPage<TenantListRow>(
    store,
    globalKeys.tenantsByCreated(),
    { cursor, limit: PAGE, reverse: true },
  );
  return {
    rows: rows.flatMap((row) => seen(me, READ, row) as SeenTenant | null ?? []),
    next,
  };
}

/** Reads one tenant, with the fields that the subject's role sees. */
export async function readTenant(
  store: Store,
  me: Me,
  id: string,
): Promise<Result<TenantFacts>> {
  const row = isId("ten", id)
    ? await store.get<TenantRow>(globalKeys.tenant(id))
    : null;
  const facts = row && seen(me, READ, row) as TenantFacts | null;
  return facts ? ok(facts) : fail("not-found");
}
