import { may } from "../lib/model/policy.ts";
import { dashboardPath, type Me } from "../lib/model/spaces.ts";
import type { AppNavProps, NavItem } from "./AppNav.tsx";

/** Places of the provider space. */
export type ProviderPlace = "dashboard" | "tenants" | "team" | "account";

/** The provider space's navigation, by the same policy as the server's. */
export function providerNav(
  me: Me,
  place: ProviderPlace | null,
): Omit<AppNavProps, "wideOnly"> {
  const item = (
    at: ProviderPlace,
    label: string,
    icon: NavItem["icon"],
    href = `/provider/${at}`,
    only?: NavItem["only"],
  ): NavItem => ({ href, label, icon, current: at === place, only });
  return {
    space: "provider",
    company: me.company,
    personName: me.name,
    hrefAccount: "/account",
    items: [
      item("dashboard", "Dashboard", "home", dashboardPath(me)),
      ...(may(me, "tenant.read")
        ? [item("tenants", "Tenants", "building")]
        : []),
      ...(may(me, "member.read") ? [item("team", "Team", "team")] : []),
      item("account", "More", "more", "/account", "slim"),
    ],
  };
}
