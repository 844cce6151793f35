import type { ComponentChildren } from "preact";

/** Props of {@link Note}. */
export interface NoteProps {
  children: ComponentChildren;
  /** Who, when, and how far it got: "You, 10:48, saved on this phone". */
  by: ComponentChildren;
}

/** Something that somebody wrote. Several follow each other in a card. */
export function Note({ children, by }: NoteProps) {
  return (
    <div class="note">
      <p>{children}</p>
      <small>{by}</small>
    </div>
  );
}
