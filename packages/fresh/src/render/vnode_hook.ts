import { options, type VNode } from "preact";
import { HEAD_KEY } from "../runtime/head_key.ts";
import { lockSources } from "../runtime/lock_sources.ts";
import { markOfLink } from "./active_links.ts";
import { IslandFrame } from "./islands.ts";
import { currentPage, type PageState } from "./page_state.ts";

type Props = Record<string, unknown>;

/** The hook that runs before a vnode is rendered, under its mangled name. */
interface DiffOptions {
  __b?: (vnode: VNode<Props>) => void;
}

/** Marks props that were made from others, which it then holds. */
const ORIGINAL = Symbol("props before the page's own were added");

/** The elements that a `<head>` can contain. */
const OF_HEAD = new Set([
  "title",
  "meta",
  "link",
  "script",
  "style",
  "base",
  "noscript",
  "template",
]);

function withProps(vnode: VNode<Props>, changed: Props): void {
  vnode.props = changed as typeof vnode.props;
}

function addNonce(vnode: VNode<Props>, nonce: string): void {
  const original = (vnode.props as { [ORIGINAL]?: Props })[ORIGINAL] ??
    vnode.props;
  if (original["nonce"] !== undefined) return;
  withProps(vnode, { ...original, nonce, [ORIGINAL]: original } as Props);
}

/** An app that has `aria-current` among the props says itself what is current. */
function markLink(state: PageState, vnode: VNode<Props>): void {
  const { props } = vnode;
  const mark = markOfLink(state, props["href"]);
  if (mark === null || "aria-current" in props) return;
  state.marked.push([vnode, props]);
  withProps(vnode, { ...props, ...mark });
}

/** Does what the page needs with an element before it is rendered. */
function beforeElement(state: PageState, vnode: VNode<Props>): void {
  const { type } = vnode;
  if (type === "a") {
    markLink(state, vnode);
    return;
  }
  if (
    (vnode.key ?? null) !== null && OF_HEAD.has(type as string) &&
    (state.depth === 0 || state.isInHead)
  ) {
    withProps(vnode, { ...vnode.props, [HEAD_KEY]: vnode.key });
  }
  if (type === "img" || type === "source") {
    if (state.assets.buildId !== "") {
      const changed = { ...vnode.props };
      lockSources(changed);
      withProps(vnode, changed);
    }
  } else if (
    state.nonce !== null && (type === "script" || type === "style")
  ) {
    addNonce(vnode, state.nonce);
  }
}

const hooks = options as unknown as DiffOptions;
const inherited = hooks.__b ?? (() => {});
hooks.__b = (vnode) => {
  const page = currentPage();
  if (page !== null) {
    const { type } = vnode;
    if (typeof type === "string") beforeElement(page, vnode);
    else if (page.depth === 0 && page.assets.islands.has(type)) {
      withProps(vnode, { type, props: vnode.props });
      vnode.type = IslandFrame as unknown as string;
    }
  }
  inherited(vnode);
};
