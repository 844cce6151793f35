import type { ComponentChildren } from "preact";

/** What a {@linkcode Partial} can be given. */
export interface PartialProps {
  /** Identifies the region among the page's partials. */
  name: string;
  /** How new content would meet the old one. */
  mode?: "replace" | "prepend" | "append";
  children?: ComponentChildren;
}

/** Marks a region of the page by name. It renders its children. */
export function Partial(props: PartialProps): ComponentChildren {
  return props.children;
}
