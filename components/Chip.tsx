import type { ComponentChildren } from "preact";
import { Trace, type TraceState } from "./Trace.tsx";

/** Props of {@link Chips}. */
export interface ChipsProps {
  label: string;
  /** `Chip` elements. */
  children: ComponentChildren;
}

/** A row of filters; on a phone it scrolls sideways in its own box. */
export function Chips({ label, children }: ChipsProps) {
  return <div class="chips" role="group" aria-label={label}>{children}</div>;
}

/** Props of {@link Chip}. */
export interface ChipProps {
  current?: boolean | undefined;
  /** Without scripts a chip is a link to the filtered list. */
  href?: string | undefined;
  trace?: TraceState | undefined;
  onClick?: (() => void) | undefined;
  children: ComponentChildren;
}

/** One filter. */
export function Chip({ current, href, trace, onClick, children }: ChipProps) {
  const inside = (
    <>
      {trace && <Trace state={trace} />}
      {children}
    </>
  );
  return href
    ? (
      <a
        class="chip"
        href={href}
        aria-current={current ? "true" : undefined}
        onClick={onClick}
      >
        {inside}
      </a>
    )
    : (
      <button
        class="chip"
        type="button"
        aria-pressed={current ? "true" : "false"}
        onClick={onClick}
      >
        {inside}
      </button>
    );
}
