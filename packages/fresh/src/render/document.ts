import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { jsx } from "preact/jsx-runtime";
import type { ClientModule, ClientRuntime } from "../build_snapshot.ts";
import type { IslandPreamble, RenderAssets } from "./assets.ts";
import { DATA_ID } from "../data_id.ts";
import { SlotFrame } from "./islands.ts";
import { mergeHead, takeHeads } from "./head.ts";
import { enterPage, type PageState } from "./page_state.ts";
import { serializeProps } from "./serialize.ts";
import { shared } from "../runtime/shared_state.ts";
import "./vnode_hook.ts";

const DOCTYPE = "<!DOCTYPE html>";

/** What a page takes beside what its components render. */
interface Additions {
  readonly head: string;
  readonly body: string;
  /** What `Head` components contain that are in none of its parts. */
  readonly heads: string;
}

const NO_ADDITIONS: Additions = { head: "", body: "", heads: "" };

function attribute(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
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
  }
}

/** The slots that an island has not put anywhere yet. */
function renderUnusedSlots(state: PageState): string {
  let html = "";
  for (const slot of state.slots) {
    if (slot.rendered) continue;
    state.depth = 0;
    const content = renderPart(state, jsx(SlotFrame, { slot }));
    html += `<template id="frsh-s-${slot.reference.id}">${content}</template>`;
  }
  return html;
}

/** Stands in a kept preamble where a page has its nonce. */
const NONCE_MARK = "\0";

/** What a page's data begins with, and its part of the head. */
function makePreamble(
  { basePath, buildId }: RenderAssets,
  runtime: ClientRuntime,
  modules: readonly ClientModule[],
  usesSignals: boolean,
  nonce: string,
): IslandPreamble {
  const preloads = new Set<string>();
  for (
    const { path, imports } of [
      runtime.boot,
      ...modules,
      ...(usesSignals ? [runtime.signals] : []),
    ]
  ) {
    preloads.add(path);
    for (const imported of imports) preloads.add(imported);
  }
  preloads.delete(runtime.boot.path);
  const url = (path: string) => attribute(basePath + path);
  let head = `<script type="module" src="${
    url(runtime.boot.path)
  }"${nonce}></script>`;
  for (const path of preloads) {
    head += `<link rel="modulepreload" href="${url(path)}"${nonce}>`;
  }
  const header = JSON.stringify({
    b: buildId,
    p: basePath,
    m: modules.map(({ path }) => basePath + path),
    ...(usesSignals ? { s: basePath + runtime.signals.path } : {}),
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
  usesSignals: boolean,
): IslandPreamble {
  const { assets, nonce } = state;
  let key = `${usesSignals}${nonce !== null}`;
  for (const { path } of modules) key += path;
  let preamble = assets.preambles.get(key);
  if (preamble === undefined) {
    const attribute = nonce === null ? "" : ` nonce="${NONCE_MARK}"`;
    preamble = makePreamble(assets, runtime, modules, usesSignals, attribute);
    assets.preambles.set(key, preamble);
  }
  return nonce === null ? preamble : {
    head: preamble.head.replaceAll(NONCE_MARK, nonce),
    open: preamble.open.replaceAll(NONCE_MARK, nonce),
  };
}

function renderIslandData(state: PageState): Additions {
  const { runtime } = state.assets;
  if (runtime === null || state.instances.length === 0) return NO_ADDITIONS;
  const { rest: slots, heads } = takeHeads(state, renderUnusedSlots(state));
  const { json, usesSignals } = serializeProps(state.instances);
  const modules: ClientModule[] = [];
  let rows = "";
  for (let i = 0; i < state.instances.length; i++) {
    const { island } = state.instances[i]!;
    let module = modules.indexOf(island.client);
    if (module === -1) module = modules.push(island.client) - 1;
    rows += `${i === 0 ? "" : ","}[${module},${island.quotedName},${json[i]}]`;
  }
  const { head, open } = preambleOf(state, runtime, modules, usesSignals);
  return { head, body: `${slots}${open}${rows}]}</script>`, heads };
}

/** Puts a document around HTML that is none, or only parts of one. */
function asDocument(html: string): string {
  if (/^<head[\s>]/.test(html)) return `<html>${html}</html>`;
  const body = /^<body[\s>]/.test(html) ? html : `<body>${html}</body>`;
  return `<html><head><meta charset="utf-8"></head>${body}</html>`;
}

/**
 * Makes a whole document of rendered HTML and adds to its head and body. All
 * places are found before anything is put together: searching in a string that
 * has just been made would copy it.
 */
function assemble(html: string, { head, body, heads }: Additions): string {
  const page = /^<html[\s>]/i.test(html) ? html : asDocument(html);
  if (head === "" && body === "" && heads === "") return DOCTYPE + page;
  const headEnd = page.indexOf("</head>");
  const bodyEnd = page.lastIndexOf("</body>");
  const middle = bodyEnd === -1 ? page.length : bodyEnd;
  const tail = body + page.slice(middle);
  if (headEnd === -1) {
    const open = page.indexOf(">") + 1;
    const all = mergeHead("", heads) + head;
    const added = all === "" ? "" : `<head>${all}</head>`;
    return DOCTYPE + page.slice(0, open) + added + page.slice(open, middle) +
      tail;
  }
  if (heads === "") {
    return DOCTYPE + page.slice(0, headEnd) + head +
      page.slice(headEnd, middle) + tail;
  }
  const open = page.indexOf(">", page.indexOf("<head")) + 1;
  return DOCTYPE + page.slice(0, open) +
    mergeHead(page.slice(open, headEnd), heads) + head +
    page.slice(headEnd, middle) + tail;
}

/** Renders a whole page. */
export function renderDocument(
  state: PageState,
  content: ComponentChildren,
  styles: readonly string[],
): string {
  const { rest: html, heads } = takeHeads(state, renderPart(state, content));
  const data = renderIslandData(state);
  const nonce = state.nonce === null ? "" : ` nonce="${state.nonce}"`;
  let { head } = data;
  for (const href of styles) {
    head += `<link rel="stylesheet" href="${attribute(href)}"${nonce}>`;
  }
  const reload = state.assets.runtime?.reload;
  if (reload) {
    const src = attribute(state.assets.basePath + reload);
    head += `<script type="module" src="${src}"${nonce}></script>`;
  }
  return assemble(html, { head, body: data.body, heads: heads + data.heads });
}
