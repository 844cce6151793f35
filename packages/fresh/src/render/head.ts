import type { ComponentChildren, VNode } from "preact";
import { jsx } from "preact/jsx-runtime";
import { HEAD_KEY } from "../runtime/head_key.ts";
import { shared } from "../runtime/shared_state.ts";
import { comment } from "./comment.ts";
import { currentPage, type PageState } from "./page_state.ts";

/** Nobody else can write these marks, which do not leave the server. */
const MARK = crypto.randomUUID();
const OPEN = "<!--";
const CLOSE = "<!--/";
const END = "-->";

interface FrameState {
  readonly depth: number;
  readonly isInHead: boolean;
}

function HeadEnd({ depth, isInHead }: FrameState): VNode[] {
  Object.assign(currentPage()!, { depth, isInHead });
  return [comment(`/${MARK}`)];
}

/** Renders a `Head` in its place, from where its HTML is taken later. */
function HeadFrame(
  { content }: { content: ComponentChildren },
): ComponentChildren {
  const state = currentPage();
  if (state === null) return null;
  const { depth, isInHead } = state;
  state.usesHead = true;
  state.isInHead = true;
  // No island in here is one of its own: a head has no place for its marks.
  state.depth++;
  return [
    comment(MARK),
    content,
    jsx(HeadEnd as never, { depth, isInHead } as never),
  ];
}

shared.frameHead = (children) =>
  jsx(HeadFrame as never, { content: children } as never);

/** An element of the head, as it is written. */
interface HeadElement {
  /** What stands between the element before and this one. */
  readonly before: string;
  readonly html: string;
  /** By these it is found, the first one first. */
  readonly identities: readonly string[];
}

const ELEMENT =
  /<(title|meta|link|script|style|base|noscript|template)((?:\s+[^\s"=<>/]+(?:="[^"]*")?)*)\s*\/?>/g;
const VOID = /^(?:meta|link|base)$/;

function identitiesOf(type: string, attributes: string): string[] {
  if (type === "title") return ["title"];
  const identities: string[] = [];
  const names = type === "meta" ? [HEAD_KEY, "id", "name"] : [HEAD_KEY, "id"];
  for (const name of names) {
    const at = attributes.indexOf(` ${name}="`);
    if (at === -1) continue;
    const start = at + name.length + 3;
    const value = attributes.slice(start, attributes.indexOf('"', start));
    identities.push(`${type} ${name} ${value}`);
  }
  return identities;
}

/** Takes rendered HTML apart; the last of it is what follows all elements. */
function elementsIn(html: string): HeadElement[] {
  const elements: HeadElement[] = [];
  let from = 0;
  ELEMENT.lastIndex = 0;
  for (let open = ELEMENT.exec(html); open; open = ELEMENT.exec(html)) {
    const [tag, type, attributes] = open as unknown as [string, string, string];
    let end = open.index + tag.length;
    if (!VOID.test(type)) {
      const close = `</${type}>`;
      const at = html.indexOf(close, end);
      if (at !== -1) end = at + close.length;
    }
    elements.push({
      before: html.slice(from, open.index),
      html: html.slice(open.index, end),
      identities: identitiesOf(type, attributes),
    });
    from = ELEMENT.lastIndex = end;
  }
  elements.push({ before: html.slice(from), html: "", identities: [] });
  return elements;
}

/** Takes what the `Head` components of a page contain out of its HTML. */
export function takeHeads(
  state: PageState,
  html: string,
): { rest: string; heads: string } {
  if (!state.usesHead) return { rest: html, heads: "" };
  let rest = "";
  let heads = "";
  let depth = 0;
  let from = 0;
  for (let at = html.indexOf(MARK); at !== -1; at = html.indexOf(MARK, from)) {
    const isEnd = html[at - 1] === "/";
    const piece = html.slice(from, at - (isEnd ? CLOSE : OPEN).length);
    if (depth === 0) rest += piece;
    else heads += piece;
    depth += isEnd ? -1 : 1;
    from = at + MARK.length + END.length;
  }
  return { rest: rest + html.slice(from), heads };
}

/** The head of an app wrapper, taken apart. */
interface OwnHead {
  readonly html: string;
  readonly elements: readonly HeadElement[];
  /** The places of elements, by their identities. */
  readonly places: ReadonlyMap<string, number>;
}

let lastOwn: OwnHead = { html: "", elements: [], places: new Map() };

/** Takes a head apart; the last one is kept, since most pages have it too. */
function takeApart(html: string): OwnHead {
  if (html === lastOwn.html) return lastOwn;
  const elements = elementsIn(html);
  const places = new Map<string, number>();
  elements.forEach(({ identities }, place) => {
    for (const identity of identities) places.set(identity, place);
  });
  lastOwn = { html, elements, places };
  return lastOwn;
}

/**
 * Adds elements to the content of a `<head>`, or puts them in the place of
 * those that it has. What stands between them is left out: only elements have
 * a place in a head.
 */
export function mergeHead(own: string, heads: string): string {
  const { elements, places } = takeApart(own);
  const merged = elements.map(({ html }) => html);
  const added = new Map<string, number>();
  for (const { html, identities } of elementsIn(heads)) {
    let place = merged.length;
    for (const identity of identities) {
      const known = added.get(identity) ?? places.get(identity);
      if (known === undefined) continue;
      place = known;
      break;
    }
    merged[place] = html;
    for (const identity of identities) added.set(identity, place);
  }
  let html = "";
  for (let i = 0; i < merged.length; i++) {
    html += (elements[i]?.before ?? "") + merged[i];
  }
  return html;
}
