import type { Me } from "../lib/model/spaces.ts";
import { accountingNav } from "./accounting_nav.ts";
import type { AppNavProps } from "./AppNav.tsx";
import { clientNav } from "./client_nav.ts";
import { devNav } from "./dev_nav.ts";
import { providerNav } from "./provider_nav.ts";

/**
 * The navigation of the space that somebody acts in, for the pages that every space has.
 *
 * @param place null where the page stands in no navigation
 */
export function spaceNav(
  me: Me,
  place: "account" | null,
): Omit<AppNavProps, "wideOnly"> {
  switch (me.space) {
    case "CLIENT":
      return clientNav(me, place);
    case "PROVIDER":
      return providerNav(me, place);
    case "DEVELOPER":
      return devNav(me, place);
    case "ACCOUNTING":
      return accountingNav(me, place);
  }
}
