import type { TenantStore } from "./tenant_store.ts";
import type { IndustryTemplate, OrgProfile } from "./tenants.ts";

/** How an org is set up: its profile and its template. */
export interface TenantSettings {
  /** Company and time zone. */
  profile: OrgProfile;
  /** The org's own copy, lead form and kinds of work included. */
  template: IndustryTemplate;
  /** Changes whenever the template does. */
  version: string;
}

/**
 * Reads how an org is set up.
 *
 * @throws {Error} when the org was not made by `createTenant`
 */
export async function readSettings(
  tenant: TenantStore,
): Promise<TenantSettings> {
  const [profile, template] = await tenant.getMany<unknown>([
    tenant.keys.profile(),
    tenant.keys.template(),
  ]) as [OrgProfile | null, IndustryTemplate | null];
  if (!profile || !template) {
    throw new Error("Cannot read settings: the org has none");
  }
  return {
    profile,
    template,
    version: `${template.industry}-${template.version}`,
  };
}
