import type { ComponentChildren } from "preact";
import { shared } from "./shared_state.ts";

/** What a {@linkcode Partial} can be given. */
export interface PartialProps {
  /** Identifies the region among the page's partials. */
  name: string;
  /** How new content would meet the old one. */
  mode?: "replace" | "prepend" | "append";
  children?: ComponentChildren;
}

/** Marks a region of the page by a name that no other one has. It renders its children. */
export function Partial(props: PartialProps): ComponentChildren {
  shared.enterPartial?.(props.name);
  return props.children;
}
