/**
 * Revives the islands of a page: reads the data element, loads the modules of
 * the islands on the page (all of them preloaded by the page's head), and
 * hydrates each island between the comments that the server put around it.
 */
import { type ComponentType, h, hydrate } from "preact";
import { DATA_ID } from "../data_id.ts";
import { shared } from "../runtime/shared_state.ts";
import { reviver, type SignalMaker } from "./revive.ts";
import { toVNodes } from "./slots.ts";

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
  /** Each island's module, export and props. */
  i: [module: number, name: string, props: unknown][];
  /** What stands in more than one place among the props. */
  d?: unknown[];
}

type Module = Record<string, ComponentType>;

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
  const [signals, ...modules] = await Promise.all([
    data.s ? load(data.s) : undefined,
    ...data.m.map(load),
  ]) as [SignalMaker | undefined, ...Module[]];

  const starts: [id: number, start: Comment, end: Node][] = [];
  const slots: Comment[] = [];
  const open: [number, Comment][] = [];
  const comments = document.createTreeWalker(document, NodeFilter.SHOW_COMMENT);
  while (comments.nextNode()) {
    const node = comments.currentNode as Comment;
    const [kind, id] = node.data.split(":");
    if (kind === "f") open.push([+id!, node]);
    else if (kind === "s") slots[+id!] = node;
    else if (kind === "/f") {
      const [island, start] = open.pop()!;
      if (!open.length) starts.push([island, start, node]);
    }
  }

  const revive = reviver(signals, (id) =>
    toVNodes(
      slots[id]?.nextSibling ??
        document.querySelector<HTMLTemplateElement>(`template#frsh-s-${id}`)
          ?.content.firstChild,
      vnodeOf,
    ), data.d);
  const vnodes: unknown[] = [];
  const vnodeOf = (id: number) => {
    const [module, name, props] = data.i[id]!;
    const component = modules[module]![name];
    return vnodes[id] ??= component && h(component, revive(props) as object);
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

// An id alone could be that of something the page shows for somebody else.
const element = document.querySelector(`script#${DATA_ID}`);
if (element) boot(element);
