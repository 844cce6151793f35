import type { ComponentChildren } from "preact";
import { shared } from "./shared_state.ts";

/** Adds its children to the `<head>` of the document. */
export function Head(props: { children?: ComponentChildren }): null {
  shared.collectHead?.(props.children);
  return null;
}
