import { type ComponentChildren, h } from "preact";
import { HeadInBrowser } from "./head_in_browser.ts";
import { IS_BROWSER } from "./is_browser.ts";
import { shared } from "./shared_state.ts";

/**
 * Adds its children to the `<head>` of the document, or puts them in the place
 * of elements that are there: of a title, or of one with the same `key`, `id`
 * or, for `meta`, `name`. In an island it follows the island's state.
 */
export function Head(
  { children }: { children?: ComponentChildren },
): ComponentChildren {
  if (IS_BROWSER) return h(HeadInBrowser, { children });
  return shared.frameHead === null ? null : shared.frameHead(children);
}
