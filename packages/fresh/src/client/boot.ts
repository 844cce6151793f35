/**
 * Revives the islands of a page: reads the data element, loads the modules of
 * the islands on the page (all of them preloaded by the page's head), and
 * hydrates each island between the comments that the server put around it.
 */
import { type ComponentType, h, hydrate, options } from "preact";
import { DATA_ID } from "../data_id.ts";
import { MARK_KEY } from "../marks.ts";
import { lockSources } from "../runtime/lock_sources.ts";
import { shared } from "../runtime/shared_state.ts";
import type { Reviving, SignalMaker } from "./revive.ts";
import type { Slotting } from "./slots.ts";

/** The content of the data element. */
interface PageData {
  /** The build. */
  b: string;
  /** The app's base path. */
  p: string;
  /** The URLs of the island modules. */
  m: string[];
  /** The URL of the module that makes signals. */
  s?: string;
  /** The URL of the module that revives props, where plain JSON is not enough. */
  r?: string;
  /** The URL of the module that makes vnodes of the server's HTML. */
  v?: string;
  /** Each island's module, export and props. */
  i: [module: number, name: string, props: unknown][];
  /** What stands in more than one place among the props. */
  d?: unknown[];
  /** What marks begin with, where it is not the usual. */
  k?: string;
}

type Module = Record<string, ComponentType>;

/**
 * The last of the elements that a selector names. What a page shows for
 * somebody else can have any id, and stands before what the package adds.
 */
function last<E extends Element>(selector: string): E | undefined {
  return [...document.querySelectorAll<E>(selector)].pop();
}

/** Lets preact hydrate the nodes between two comments. */
function rangeRoot(start: Comment, end: Node): Element {
  const parent = start.parentNode!;
  const childNodes: Node[] = [];
  for (let node = start.nextSibling!; node !== end; node = node.nextSibling!) {
    childNodes.push(node);
  }
  const insertBefore = (child: Node, before: Node | null) =>
    parent.insertBefore(
      child,
      before && before.compareDocumentPosition(end) & 4 ? before : end,
    );
  return {
    nodeType: 1,
    parentNode: parent,
    namespaceURI: (parent as Element).namespaceURI,
    firstChild: childNodes[0] ?? null,
    childNodes,
    insertBefore,
    appendChild: (child: Node) => insertBefore(child, null),
    removeChild: (child: Node) => parent.removeChild(child),
    contains: (node: Node) => parent.contains(node),
  } as unknown as Element;
}

async function boot(element: Element): Promise<void> {
  const data: PageData = JSON.parse(element.textContent!);
  shared.buildId = data.b;
  shared.basePath = data.p;
  const load = (url: string) =>
    import(url).catch((error) => {
      reportError(error);
      return {};
    });
  const [signals, reviving, slotting, ...modules] = await Promise.all([
    data.s && load(data.s),
    data.r && load(data.r),
    data.v && load(data.v),
    ...data.m.map(load),
  ]) as [SignalMaker?, Reviving?, Slotting?, ...Module[]];

  const starts: [id: number, start: Comment, end: Node][] = [];
  const slots: Comment[] = [];
  const open: [number, Comment][] = [];
  const key = data.k ?? MARK_KEY;
  const comments = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
  while (comments.nextNode()) {
    const node = comments.currentNode as Comment;
    // Nothing but marks contains the key.
    const mark = node.data.split(key)[1];
    if (mark === "/f") {
      const start = open.pop();
      if (start && !open.length) starts.push([...start, node]);
    } else if (mark) {
      const id = +mark.slice(1);
      if (mark[0] === "f") open.push([id, node]);
      else if (mark[0] === "s") slots[id] = node;
    }
  }

  const revive = reviving?.reviver(signals, (id) =>
    slotting!.toVNodes(
      slots[id]?.nextSibling ??
        last<HTMLTemplateElement>(`template#frsh-s-${id}`)?.content.firstChild,
      vnodeOf,
      key,
    ), data.d);
  const vnodes: unknown[] = [];
  const vnodeOf = (id: number): unknown => {
    const [module, name, props] = data.i[id]!;
    const component = modules[module]![name];
    return vnodes[id] ??= component &&
      h(component, (revive?.(props) ?? props) as object);
  };
  for (const [id, start, end] of starts) {
    // What is wrong with one island is not the others' fault.
    try {
      const vnode = vnodeOf(id);
      if (vnode) hydrate(vnode as never, rangeRoot(start, end));
    } catch (error) {
      reportError(error);
    }
  }
}

const inherited = options.vnode;
options.vnode = (vnode) => {
  const { type, props } = vnode;
  if ((type as unknown) === "img" || (type as unknown) === "source") {
    lockSources(props as Record<string, unknown>);
  }
  inherited?.(vnode);
};

const element = last(`script#${DATA_ID}`);
if (element) boot(element);
