import { Fragment, type VNode } from "preact";
import { jsx } from "preact/jsx-runtime";

/**
 * Writes an HTML comment. A component must return it in an array: of a single
 * fragment only the children would be rendered.
 */
export function comment(text: string): VNode {
  return jsx(Fragment, { UNSTABLE_comment: text } as never);
}
