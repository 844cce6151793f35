import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./Icon.tsx";

/** Props of {@link Dock}. */
export interface DockProps {
  /** A fact that belongs to the action, above it. */
  note?: ComponentChildren;
  noteIcon?: IconName | undefined;
  /** Only on a phone; the desk has the same action in the top bar. */
  slimOnly?: boolean | undefined;
  /** One `btn btn-big btn-main`, at most one other before it. */
  children: ComponentChildren;
}

/**
 * The one strong action, where the thumb rests. Last child of `<main class="main">`, or of a
 * `<form class="fill">` that is itself last there, so that its button submits that form.
 */
export function Dock({ note, noteIcon, slimOnly, children }: DockProps) {
  return (
    <section class={slimOnly ? "dock slim-only" : "dock"} aria-label="Action">
      {note && (
        <p>
          {noteIcon && <Icon name={noteIcon} size="sm" />}
          <span>{note}</span>
        </p>
      )}
      <div class="dock-row">{children}</div>
    </section>
  );
}
