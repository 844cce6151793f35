import { may } from "../lib/model/policy.ts";
import { dashboardPath, type Me } from "../lib/model/spaces.ts";
import type { AppNavProps, NavItem } from "./AppNav.tsx";

/** Places of the developer space. */
export type DevPlace = "dashboard" | "sync" | "outbox" | "audit" | "account";

/** The developer space's navigation, by the same policy as the server's. */
export function devNav(
  me: Me,
  place: DevPlace | null,
): Omit<AppNavProps, "wideOnly"> {
  const item = (
    at: DevPlace,
    label: string,
    icon: NavItem["icon"],
    href = `/dev/${at}`,
    only?: NavItem["only"],
  ): NavItem => ({ href, label, icon, current: at === place, only });
  return {
    space: "dev",
    company: me.company,
    personName: me.name,
    hrefAccount: "/account",
    items: [
      item("dashboard", "Dashboard", "home", dashboardPath(me)),
      ...(may(me, "sync.read") ? [item("sync", "Sync", "again")] : []),
      ...(may(me, "outbox.read") ? [item("outbox", "Outbox", "send")] : []),
      ...(may(me, "audit.read") ? [item("audit", "Audit", "history")] : []),
      item("account", "More", "more", "/account", "slim"),
    ],
  };
}
