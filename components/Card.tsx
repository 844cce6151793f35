import type { ComponentChildren } from "preact";

/** Props of {@link Card}. */
export interface CardProps {
  title?: ComponentChildren;
  /** Right of the title: a badge, a quiet button. */
  aside?: ComponentChildren;
  /** The content reaches the edges: rows, tables. */
  flush?: boolean | undefined;
  children: ComponentChildren;
}

/** A group of things that belong together. */
export function Card({ title, aside, flush, children }: CardProps) {
  return (
    <section class={flush ? "card card-flush" : "card"}>
      {title && (
        <div class="card-head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  );
}

/** Props of {@link Section}. */
export interface SectionProps {
  title: string;
  /** Right of the title: "2 of 6 done". */
  aside?: ComponentChildren;
  children: ComponentChildren;
}

/** A heading over a list that is a card by itself. */
export function Section({ title, aside, children }: SectionProps) {
  return (
    <section class="stack">
      <div class="sect">
        <h2>{title}</h2>
        {aside && <p>{aside}</p>}
      </div>
      {children}
    </section>
  );
}
