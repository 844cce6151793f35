import { may } from "../lib/model/policy.ts";
import { dashboardPath, type Me } from "../lib/model/spaces.ts";
import type { AppNavProps, NavItem } from "./AppNav.tsx";

/** Places of the accounting space. */
export type AccountingPlace = "dashboard" | "hours" | "account";

/** The accounting space's navigation, by the same policy as the server's. */
export function accountingNav(
  me: Me,
  place: AccountingPlace | null,
): Omit<AppNavProps, "wideOnly"> {
  const item = (
    at: AccountingPlace,
    label: string,
    icon: NavItem["icon"],
    href = `/accounting/${at}`,
    only?: NavItem["only"],
  ): NavItem => ({ href, label, icon, current: at === place, only });
  return {
    space: "accounting",
    company: me.company,
    personName: me.name,
    hrefAccount: "/account",
    items: [
      item("dashboard", "Dashboard", "home", dashboardPath(me)),
      ...(may(me, "timesheet.read") ? [item("hours", "Hours", "clock")] : []),
      item("account", "More", "more", "/account", "slim"),
    ],
  };
}
