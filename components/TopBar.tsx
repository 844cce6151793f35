import type { ComponentChildren } from "preact";
import { Icon } from "./Icon.tsx";

/** Props of {@link TopBar}. */
export interface TopBarProps {
  /** The page's `h1`. */
  title: ComponentChildren;
  /** One short line of facts below it. */
  sub?: ComponentChildren;
  /** Where the arrow leads; task screens have one, since they drop the bottom bar. */
  back?: { href: string; label?: string } | undefined;
  /** Right: the sync pill, and at a desk the main button (class `wide-only`). */
  children?: ComponentChildren;
}

/** Top of every signed-in page: back, title, sync. */
export function TopBar({ title, sub, back, children }: TopBarProps) {
  return (
    <header class="top">
      {back && (
        <a
          class="btn btn-quiet btn-icon back"
          href={back.href}
          aria-label={back.label ?? "Back"}
        >
          <Icon name="back" dir />
        </a>
      )}
      <div class="top-title">
        <h1>{title}</h1>
        {sub && <p>{sub}</p>}
      </div>
      {children}
    </header>
  );
}
