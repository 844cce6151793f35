import { Avatar } from "./Avatar.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { Logo } from "./Logo.tsx";

/** A space's first URL segment: also the value of `data-space` on `<html>`. */
export type SpaceSegment = "client" | "provider" | "dev" | "accounting";

/** One place to go. */
export interface NavItem {
  href: string;
  label: string;
  icon: IconName;
  /** This is the place where the person is. */
  current?: boolean | undefined;
  /** Shown as a bubble; nothing at 0. */
  count?: number | undefined;
  /** What the count means, for screen readers. */
  countLabel?: string | undefined;
  /** `wide`: only in the rail of a desk. `slim`: only in the bottom bar of a phone, which holds five. */
  only?: "wide" | "slim" | undefined;
}

/** Props of {@link AppNav}. */
export interface AppNavProps {
  space: SpaceSegment;
  items: readonly NavItem[];
  company: string;
  personName: string;
  /** The page with the person's account and the way out. */
  hrefAccount: string;
  /** A task screen: the phone shows no bottom bar, the desk keeps its rail. */
  wideOnly?: boolean | undefined;
}

const SPACES: Record<SpaceSegment, { word: string; icon: IconName }> = {
  client: { word: "Client", icon: "building" },
  provider: { word: "Provider", icon: "shield" },
  dev: { word: "Developer", icon: "db" },
  accounting: { word: "Accounting", icon: "money" },
};

/** The drawings that a navigation needs in the page's sprite. */
export function navIcons(
  { space, items }: Pick<AppNavProps, "space" | "items">,
): IconName[] {
  return [SPACES[space].icon, ...items.map((item) => item.icon)];
}

/** The one navigation of a space: bottom bar on a phone, rail at a desk. */
export function AppNav(
  { space, items, company, personName, hrefAccount, wideOnly }: AppNavProps,
) {
  return (
    <nav class={wideOnly ? "nav wide-only" : "nav"} aria-label="Main">
      <div class="nav-head">
        <Logo />
        <p class="space">
          <Icon name={SPACES[space].icon} />
          <span>
            <b>{SPACES[space].word}</b> {company}
          </span>
        </p>
      </div>
      <ul>
        {items.map((item) => (
          <li key={item.href} class={item.only}>
            <a
              href={item.href}
              aria-current={item.current ? "page" : undefined}
            >
              <Icon name={item.icon} />
              <span>{item.label}</span>
              {item.count
                ? (
                  <span class="count">
                    {item.count}
                    <span class="vh">{item.countLabel ?? "waiting"}</span>
                  </span>
                )
                : null}
            </a>
          </li>
        ))}
      </ul>
      <a class="nav-me" href={hrefAccount}>
        <Avatar name={personName} small />
        <span>{personName}</span>
      </a>
    </nav>
  );
}
