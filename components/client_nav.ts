import { may } from "../lib/model/policy.ts";
import { dashboardPath, type Me } from "../lib/model/spaces.ts";
import type { AppNavProps, NavItem } from "./AppNav.tsx";

/** Places of the client space. */
export type ClientPlace =
  | "dashboard"
  | "today"
  | "orders"
  | "leads"
  | "changes"
  | "team"
  | "audit"
  | "account";

/**
 * The client space's navigation, by the same policy as the server's.
 *
 * @param me null in a shell, which is the same for everybody: it shows what every member has
 */
export function clientNav(
  me: Me | null,
  place: ClientPlace | null,
): Omit<AppNavProps, "wideOnly"> {
  const item = (
    at: ClientPlace,
    label: string,
    icon: NavItem["icon"],
    href = `/client/${at}`,
    only?: NavItem["only"],
  ): NavItem => ({ href, label, icon, current: at === place, only });
  return {
    space: "client",
    company: me?.company ?? "",
    personName: me?.name ?? "Account",
    hrefAccount: "/account",
    items: [
      ...(me
        ? [item("dashboard", "Dashboard", "home", dashboardPath(me), "wide")]
        : []),
      item("today", "Today", "today"),
      item("orders", "Orders", "orders"),
      item("leads", "Leads", "leads"),
      ...(me && may(me, "member.read")
        ? [item("team", "Team", "team", undefined, "wide")]
        : []),
      ...(me && may(me, "audit.read")
        ? [item("audit", "Audit", "history", undefined, "wide")]
        : []),
      item("changes", "Changes", "pending"),
      item("account", "More", "more", "/account", "slim"),
    ],
  };
}
