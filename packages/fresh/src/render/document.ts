import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { jsx, jsxTemplate } from "preact/jsx-runtime";
import type { ClientModule, ClientRuntime } from "../build_snapshot.ts";
import type { IslandPreamble, RenderAssets } from "./assets.ts";
import { DATA_ID } from "../data_id.ts";
import { MARK_KEY } from "../marks.ts";
import { asset } from "../runtime/asset.ts";
import { SlotFrame } from "./islands.ts";
import { mergeHead, takeHeads } from "./head.ts";
import { finishMarks } from "./marks.ts";
import { enterPage, type PageState } from "./page_state.ts";
import type { SerializedProps } from "./serialize.ts";
import { bodyEndOf, firstTagEndOf, headOf } from "./places.ts";
import { shared } from "../runtime/shared_state.ts";
import "./vnode_hook.ts";

const DOCTYPE = "<!DOCTYPE html>";

/** Where the app wrapper shows the page. */
export interface Outlet {
  content: VNode | null;
}

/** The app wrapper of a page. */
export interface PageWrapper {
  readonly content: ComponentChildren;
  readonly outlet: Outlet;
}

/** What a page takes beside what its components render. */
interface Additions {
  /** The page itself, with its marks. */
  readonly html: string;
  readonly head: string;
  readonly body: string;
  /** What `Head` components contain that are in none of its parts. */
  readonly heads: string;
}

function attribute(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}

/**
 * The URL of a stylesheet that a route names. A path from the root is one of
 * the app's own files: it is below the base path, also where that is left out.
 */
function stylesheetUrl(href: string, basePath: string): string {
  const url = asset(href);
  return !url.startsWith("/") || url.startsWith("//") ||
      url.startsWith(`${basePath}/`)
    ? url
    : basePath + url;
}

/** Renders one part of a page to HTML. */
function renderPart(state: PageState, part: ComponentChildren): string {
  const { basePath, buildId } = state.assets;
  const outer = enterPage(state);
  shared.basePath = basePath;
  shared.buildId = buildId;
  try {
    return renderToString(part as VNode);
  } finally {
    enterPage(outer);
    // A link that is kept may be rendered on another page, which it is not on.
    for (const [link, props] of state.marked) link.props = props;
    state.marked.length = 0;
  }
}

/**
 * Renders a page and then what is around it: the app wrapper sees what the
 * page has set while it was rendered.
 */
function renderInWrapper(
  state: PageState,
  content: ComponentChildren,
  wrapper: PageWrapper | null,
): string {
  const html = renderPart(state, content);
  if (wrapper === null) return html;
  wrapper.outlet.content = jsxTemplate([html]);
  return renderPart(state, wrapper.content);
}

/** The slots that an island has not put anywhere yet. */
function renderUnusedSlots(state: PageState): string {
  let html = "";
  for (const slot of state.slots) {
    if (slot.rendered) continue;
    state.depth = 0;
    const content = renderPart(state, jsx(SlotFrame, { slot }));
    html += `<template id="frsh-s-${slot.id}">${content}</template>`;
  }
  return html;
}

/** Stands in a kept preamble where a page has its nonce. */
const NONCE_MARK = "\0";

/** What of the package a page's islands take in the browser. */
function runtimeOf(
  runtime: ClientRuntime,
  { usesSignals, takesReviving }: SerializedProps,
  usesSlots: boolean,
): Record<string, ClientModule> {
  return {
    ...(usesSignals && { s: runtime.signals }),
    ...(takesReviving && { r: runtime.revive }),
    ...(usesSlots && { v: runtime.slots }),
  };
}

/** What a page's data begins with, and its part of the head. */
function makePreamble(
  { basePath, buildId }: RenderAssets,
  boot: ClientModule,
  taken: Readonly<Record<string, ClientModule>>,
  modules: readonly ClientModule[],
  nonce: string,
): IslandPreamble {
  const preloads = new Set<string>();
  for (
    const { path, imports } of [boot, ...modules, ...Object.values(taken)]
  ) {
    preloads.add(path);
    for (const imported of imports) preloads.add(imported);
  }
  preloads.delete(boot.path);
  const url = (path: string) => attribute(basePath + path);
  let head = `<script type="module" src="${url(boot.path)}"${nonce}></script>`;
  for (const path of preloads) {
    head += `<link rel="modulepreload" href="${url(path)}"${nonce}>`;
  }
  const header = JSON.stringify({
    b: buildId,
    p: basePath,
    m: modules.map(({ path }) => basePath + path),
    ...Object.fromEntries(
      Object.entries(taken).map(([name, { path }]) => [name, basePath + path]),
    ),
  }).replaceAll("<", "\\u003c");
  const open = `<script type="application/json" id="${DATA_ID}"${nonce}>${
    header.slice(0, -1)
  },"i":[`;
  return { head, open };
}

/** The preamble of pages with the given islands, made when first wanted. */
function preambleOf(
  state: PageState,
  runtime: ClientRuntime,
  modules: readonly ClientModule[],
  props: SerializedProps,
): IslandPreamble {
  const { assets, nonce } = state;
  const usesSlots = state.slots.length > 0;
  const { usesSignals, takesReviving } = props;
  let key = `${usesSignals}${takesReviving}${usesSlots}${nonce !== null}`;
  for (const { path } of modules) key += path;
  let preamble = assets.preambles.get(key);
  if (preamble === undefined) {
    const attribute = nonce === null ? "" : ` nonce="${NONCE_MARK}"`;
    const taken = runtimeOf(runtime, props, usesSlots);
    preamble = makePreamble(assets, runtime.boot, taken, modules, attribute);
    assets.preambles.set(key, preamble);
  }
  return nonce === null ? preamble : {
    head: preamble.head.replaceAll(NONCE_MARK, nonce),
    open: preamble.open.replaceAll(NONCE_MARK, nonce),
  };
}

function renderIslandData(state: PageState, page: string): Additions {
  const { runtime } = state.assets;
  if (runtime === null || state.instances.length === 0) {
    return { html: page, head: "", body: "", heads: "" };
  }
  let unused = renderUnusedSlots(state);
  // What a signal has been set to may be JSX that nobody has seen yet.
  if (state.props.refresh()) unused += renderUnusedSlots(state);
  const { rest, heads } = takeHeads(state, unused);
  const { key, html, slots } = finishMarks(page, rest);
  const props = state.props.finish();
  const { json, shared } = props;
  const modules: ClientModule[] = [];
  let rows = "";
  for (let i = 0; i < state.instances.length; i++) {
    const island = state.instances[i]!;
    let module = modules.indexOf(island.client);
    if (module === -1) module = modules.push(island.client) - 1;
    rows += `${i === 0 ? "" : ","}[${module},${island.quotedName},${json[i]}]`;
  }
  const { head, open } = preambleOf(state, runtime, modules, props);
  let end = shared.length === 0 ? "]" : `],"d":[${shared.join()}]`;
  if (key !== MARK_KEY) end += `,"k":"${key}"`;
  return { html, head, body: `${slots}${open}${rows}${end}}</script>`, heads };
}

/** Puts a document around HTML that is none, or only parts of one. */
function asDocument(html: string): string {
  if (/^<head[\s>]/.test(html)) return `<html>${html}</html>`;
  const body = /^<body[\s>]/.test(html) ? html : `<body>${html}</body>`;
  return `<html><head><meta charset="utf-8"></head>${body}</html>`;
}

/** Makes a whole document of rendered HTML and adds to its head and body. */
function assemble({ html, head, body, heads }: Additions): string {
  const page = /^<html[\s>]/i.test(html) ? html : asDocument(html);
  if (head === "" && body === "" && heads === "") return DOCTYPE + page;
  const bodyEnd = body === "" ? page.length : bodyEndOf(page);
  const tail = body + page.slice(bodyEnd);
  const place = headOf(page);
  if (place === null) {
    const open = firstTagEndOf(page);
    const all = mergeHead("", heads) + head;
    const added = all === "" ? "" : `<head>${all}</head>`;
    return DOCTYPE + page.slice(0, open) + added + page.slice(open, bodyEnd) +
      tail;
  }
  const { start, end } = place;
  if (heads === "") {
    return DOCTYPE + page.slice(0, end) + head + page.slice(end, bodyEnd) +
      tail;
  }
  return DOCTYPE + page.slice(0, start) +
    mergeHead(page.slice(start, end), heads) + head +
    page.slice(end, bodyEnd) + tail;
}

/** Renders a whole page. */
export function renderDocument(
  state: PageState,
  content: ComponentChildren,
  wrapper: PageWrapper | null,
  styles: readonly string[],
): string {
  const { rest, heads } = takeHeads(
    state,
    renderInWrapper(state, content, wrapper),
  );
  const data = renderIslandData(state, rest);
  const nonce = state.nonce === null ? "" : ` nonce="${state.nonce}"`;
  let { head } = data;
  for (const href of new Set(styles)) {
    const url = stylesheetUrl(href, state.assets.basePath);
    head += `<link rel="stylesheet" href="${attribute(url)}"${nonce}>`;
  }
  const reload = state.assets.runtime?.reload;
  if (reload) {
    const src = attribute(state.assets.basePath + reload);
    head += `<script type="module" src="${src}"${nonce}></script>`;
  }
  const { html, body } = data;
  return assemble({ html, head, body, heads: heads + data.heads });
}
