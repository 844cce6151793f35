import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { jsx } from "preact/jsx-runtime";
import { SlotFrame } from "./islands.ts";
import { mergeHead } from "./head_merge.ts";
import { currentPage, enterPage, type PageState } from "./page_state.ts";
import { serializeProps } from "./serialize.ts";
import { shared } from "../runtime/shared_state.ts";
import "./vnode_hook.ts";

/** The `id` of the element that holds the data of a page's islands. */
export const DATA_ID = "__FRSH_DATA";

const DOCTYPE = "<!DOCTYPE html>";

/** What a page takes beside what its components render. */
interface Additions {
  readonly head: string;
  readonly body: string;
}

function attribute(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}

shared.collectHead = (children) => {
  currentPage()?.head.push(children);
};

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

function renderIslandData(state: PageState): Additions {
  const { runtime, basePath, buildId } = state.assets;
  if (runtime === null || state.instances.length === 0) {
    return { head: "", body: "" };
  }
  const slots = renderUnusedSlots(state);
  const { json, usesSignals } = serializeProps(state.instances);
  const modules: string[] = [];
  const preloads = new Set([runtime.boot.path, ...runtime.boot.imports]);
  const rows = state.instances.map(({ island }, index) => {
    let module = modules.indexOf(island.client.path);
    if (module === -1) {
      module = modules.push(island.client.path) - 1;
      preloads.add(island.client.path);
      for (const path of island.client.imports) preloads.add(path);
    }
    const exported = JSON.stringify(island.exportName);
    return `[${module},${exported},${json[index]}]`;
  });
  if (usesSignals) {
    preloads.add(runtime.signals.path);
    for (const path of runtime.signals.imports) preloads.add(path);
  }
  preloads.delete(runtime.boot.path);
  const nonce = state.nonce === null ? "" : ` nonce="${state.nonce}"`;
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
    m: modules.map((path) => basePath + path),
    ...(usesSignals ? { s: basePath + runtime.signals.path } : {}),
  }).replaceAll("<", "\\u003c");
  const data = `${header.slice(0, -1)},"i":[${rows.join(",")}]}`;
  return {
    head,
    body:
      `${slots}<script type="application/json" id="${DATA_ID}"${nonce}>${data}</script>`,
  };
}

function insertBefore(html: string, at: number, addition: string): string {
  return html.slice(0, at) + addition + html.slice(at);
}

/** Makes a whole document of rendered HTML and adds to its head and body. */
function assemble(html: string, additions: Additions): string {
  const { head, body } = additions;
  let page = html;
  if (!page.startsWith("<html")) {
    const hasBody = page.startsWith("<body") || page.startsWith("<head");
    const content = hasBody ? page : `<body>${page}</body>`;
    const headElement = page.startsWith("<head")
      ? ""
      : '<head><meta charset="utf-8"></head>';
    page = `<html>${headElement}${content}</html>`;
  }
  if (head !== "") {
    const end = page.indexOf("</head>");
    page = end === -1
      ? page.replace(/^<html[^>]*>/, (open) => `${open}<head>${head}</head>`)
      : insertBefore(page, end, head);
  }
  if (body !== "") {
    const end = page.lastIndexOf("</body>");
    page = end === -1 ? page + body : insertBefore(page, end, body);
  }
  return DOCTYPE + page;
}

/** Renders a whole page. */
export function renderDocument(
  state: PageState,
  content: ComponentChildren,
  styles: readonly string[],
): string {
  const html = renderPart(state, content);
  const data = renderIslandData(state);
  const nonce = state.nonce === null ? "" : ` nonce="${state.nonce}"`;
  let head = data.head;
  for (const href of styles) {
    head += `<link rel="stylesheet" href="${attribute(href)}"${nonce}>`;
  }
  const reload = state.assets.runtime?.reload;
  if (reload) {
    const src = attribute(state.assets.basePath + reload);
    head += `<script type="module" src="${src}"${nonce}></script>`;
  }
  const page = assemble(html, { head, body: data.body });
  return state.head.length === 0 ? page : mergeHead(page, state, renderPart);
}
