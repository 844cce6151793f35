import assert from "node:assert/strict";
import type { ComponentChildren, VNode } from "preact";
import { App } from "fresh";
import { Head } from "fresh/runtime";
import { serve } from "./fake_build.ts";

const Island = () => <i>island</i>;
const DATA = '<script type="application/json"';
const BOOT = '<script type="module"';

function page(vnode: () => VNode): Promise<string> {
  const app = new App().get("/", (ctx) => ctx.render(vnode()));
  return serve(app, { islands: { Island } }).text("/");
}

const raw = (__html: string) => ({ dangerouslySetInnerHTML: { __html } });

/** A document with something in its head. */
const inHead = (children: ComponentChildren) => () => (
  <html>
    <head>
      {children}
      <meta name="last" content="x" />
    </head>
    <body>
      <Island />
    </body>
  </html>
);

const ENDS = "</head></body><body><head>";

for (
  const [where, element] of [
    ["an inline script", <script key="x" {...raw(`"${ENDS}"`)} />],
    ["a style", <style key="x" {...raw(`a{content:"${ENDS}"}`)} />],
    ["a title", <title key="x" {...raw(ENDS)} />],
    ["a noscript", <noscript key="x" {...raw(ENDS)} />],
    ["a template", <template key="x" {...raw(`<b>${ENDS}</b>`)} />],
  ] as const
) {
  Deno.test(`the end of the head is not looked for in ${where}`, async () => {
    const html = await page(inHead(element));
    const [before, after, ...more] = html.split(
      '<meta name="last" content="x"/>',
    );
    assert.deepEqual(more, []);
    assert.doesNotMatch(before!, /type="module"/);
    assert.ok(after!.startsWith(BOOT), after);
    assert.match(after!, /<\/head><body><!--~f0--><i>/);
    assert.ok(html.endsWith("]}</script></body></html>"));
  });
}

for (
  const [where, html] of [
    ["a comment", `<!-- ${ENDS} -->`],
    ["an attribute", `<meta content="a > ${ENDS}">`],
    ["an attribute in single quotes", `<meta content='"${ENDS}'>`],
    ["a script in a template", `<template><script>${ENDS}</script></template>`],
    ["an upper-case script", `<SCRIPT>${ENDS}</SCRIPT>`],
  ]
) {
  Deno.test(`the end of the head is not looked for in ${where}`, async () => {
    const result = await page(() => (
      <html>
        <head {...raw(html!)} />
        <body>
          <Island />
        </body>
      </html>
    ));
    const head = `<html><head>${html}`;
    assert.ok(result.startsWith(`<!DOCTYPE html>${head}${BOOT}`), result);
  });
}

Deno.test("the end of the body is not looked for in what only looks like it", async () => {
  const hostile =
    `<script>"</body>"</script><!--</body>--><p title="</body>">` +
    "</p><textarea></body></textarea>";
  const withBody = await page(() => (
    <html>
      <head />
      <body>
        <Island />
      </body>
      <div {...raw(hostile)} />
    </html>
  ));
  assert.ok(
    withBody.indexOf(DATA) < withBody.indexOf(`</body><div>${hostile}`),
  );
  const without = await page(() => (
    <html>
      <Island />
      <div {...raw(hostile)} />
    </html>
  ));
  assert.ok(without.includes(`<div>${hostile}</div></html>${DATA}`), without);
});

Deno.test("pages with different heads, one after the other, keep theirs apart", async () => {
  const titled = (text: string) => page(inHead(<title>{text}</title>));
  for (const text of ["a", "b", "a", "longer"]) {
    assert.ok(
      (await titled(text)).includes(
        `<title>${text}</title><meta name="last" content="x"/>${BOOT}`,
      ),
    );
  }
});

Deno.test("a document without a head gets one, behind whatever its tag says", async () => {
  const html = await page(() => (
    <html data-arrow="a > b">
      <body>
        <Head>
          <title>t</title>
        </Head>
        <Island />
      </body>
    </html>
  ));
  assert.ok(
    html.startsWith(
      `<!DOCTYPE html><html data-arrow="a > b"><head><title>t</title>${BOOT}`,
    ),
    html,
  );
});

Deno.test("what Head contains takes its place in a head with a script before it", async () => {
  const html = await page(() => (
    <html>
      <head>
        <script {...raw(`"${ENDS}"`)} />
        <title>app</title>
      </head>
      <body>
        <Head>
          <title>page</title>
        </Head>
      </body>
    </html>
  ));
  assert.equal(
    html,
    `<!DOCTYPE html><html><head><script>"${ENDS}"</script>` +
      "<title>page</title></head><body></body></html>",
  );
});
