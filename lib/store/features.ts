import type { TenantStore } from "./tenant_store.ts";

/**
 * The features that pages look for before they offer something. `dispatch`: the board of today, by worker.
 * `repeatOrders`: an order planned again, a week later. `leadOrders`: an order planned from a lead.
 */
export type OptionalFeature = "dispatch" | "repeatOrders" | "leadOrders";

interface FeatureRow {
  enabled: boolean;
}

/** The names of what is switched on in an org, in alphabetical order. */
export async function readFeatures(tenant: TenantStore): Promise<string[]> {
  const rows = await tenant.list<FeatureRow>({
    prefix: tenant.keys.features(),
  });
  return rows.filter((row) => row.value.enabled)
    .map((row) => String(row.key.at(-1)));
}

/** Whether a feature is switched on in an org. */
export async function hasFeature(
  tenant: TenantStore,
  feature: OptionalFeature,
): Promise<boolean> {
  const row = await tenant.get<FeatureRow>(tenant.keys.feature(feature));
  return row?.enabled === true;
}
