import {
  type ComponentChildren,
  isValidElement,
  toChildArray,
  type VNode,
} from "preact";
import type { PageState } from "./page_state.ts";

/** Renders one part of a page to HTML. */
type RenderPart = (state: PageState, part: ComponentChildren) => string;

interface HeadElement {
  readonly vnode: VNode<Record<string, unknown>>;
  /** Elements with the same identity take each other's place. */
  readonly identity: string | null;
}

function identityOf(vnode: VNode<Record<string, unknown>>): string | null {
  if (vnode.type === "title") return "title";
  if (vnode.key !== null && vnode.key !== undefined) return `key:${vnode.key}`;
  const { id, name } = vnode.props;
  if (typeof id === "string") return `id:${id}`;
  return vnode.type === "meta" && typeof name === "string"
    ? `meta:${name}`
    : null;
}

/** The elements of all heads; of those with one identity the last one. */
function lastOfEach(head: readonly ComponentChildren[]): HeadElement[] {
  const all: HeadElement[] = [];
  for (const child of toChildArray([...head])) {
    if (!isValidElement(child)) continue;
    const vnode = child as VNode<Record<string, unknown>>;
    all.push({ vnode, identity: identityOf(vnode) });
  }
  const last = new Map<string, HeadElement>();
  for (const element of all) {
    if (element.identity !== null) last.set(element.identity, element);
  }
  return all.filter((element) =>
    element.identity === null || last.get(element.identity) === element
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Where an element of the same identity stands in the rendered head. */
function findRendered(
  head: string,
  element: HeadElement,
): RegExpExecArray | null {
  const { type, props } = element.vnode;
  if (type === "title") return /<title[^>]*>[^<]*<\/title>/.exec(head);
  const named = typeof props["id"] === "string"
    ? ["id", props["id"]]
    : type === "meta" && typeof props["name"] === "string"
    ? ["name", props["name"]]
    : null;
  if (named === null || typeof type !== "string") return null;
  const open = new RegExp(
    `<${type}(?=[^>]*\\s${named[0]}="${escapeRegExp(named[1]!)}")[^>]*>`,
  );
  const paired = type === "style" || type === "script" || type === "noscript";
  return new RegExp(
    open.source + (paired ? `[\\s\\S]*?</${type}>` : ""),
  ).exec(head);
}

/** Puts what the page's `Head` components contain into its `<head>`. */
export function mergeHead(
  page: string,
  state: PageState,
  renderPart: RenderPart,
): string {
  const start = page.indexOf("<head");
  const end = page.indexOf("</head>");
  if (end === -1) {
    const head = lastOfEach(state.head).map(({ vnode }) =>
      renderPart(state, vnode)
    ).join("");
    return page.replace(/<html[^>]*>/, (open) => `${open}<head>${head}</head>`);
  }
  let head = page.slice(start, end);
  for (const element of lastOfEach(state.head)) {
    const html = renderPart(state, element.vnode);
    const old = findRendered(head, element);
    head = old === null ? head + html : head.slice(0, old.index) + html +
      head.slice(old.index + old[0].length);
  }
  return page.slice(0, start) + head + page.slice(end);
}
