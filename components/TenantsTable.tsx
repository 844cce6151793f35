import { dateWords } from "./date_words.ts";
import { Table } from "./Table.tsx";
import { TenantBadge } from "./TenantBadge.tsx";
import { nameWord } from "./tenant_words.ts";

/** Columns of a tenant; a column that the reader's role does not see is missing. */
export interface TenantColumns {
  id: string;
  company: string;
  industry?: string;
  plan?: string;
  status: "active" | "suspended";
  /** ISO 8601. */
  createdAt: string;
}

/** Props of {@link TenantsTable}. */
export interface TenantsTableProps {
  rows: readonly TenantColumns[];
  /** The reader's role sees plans. */
  withPlan: boolean;
  /** The reader's, IANA name. */
  timeZone: string;
}

/** Tenants, each linked to its page. Icons: check, pause. */
export function TenantsTable({ rows, withPlan, timeZone }: TenantsTableProps) {
  return (
    <Table
      caption="Tenants"
      columns={[
        { label: "Company" },
        { label: "Trade" },
        ...(withPlan ? [{ label: "Plan" }] : []),
        { label: "Status" },
        { label: "Since" },
      ]}
      rows={rows.map((row) => ({
        key: row.id,
        cells: [
          <a key="company" href={`/provider/tenants/${row.id}`}>
            {row.company}
          </a>,
          nameWord(row.industry ?? ""),
          ...(withPlan ? [nameWord(row.plan ?? "")] : []),
          <TenantBadge key="status" status={row.status} />,
          dateWords(timeZone, row.createdAt),
        ],
      }))}
    />
  );
}
