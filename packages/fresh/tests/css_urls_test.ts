import assert from "node:assert/strict";
import { join } from "node:path";
import { App, staticFiles } from "fresh";
import { Builder } from "fresh/dev";
import { lockCssUrls } from "../src/dev/css_urls.ts";
import { linkedProject } from "./project_copy.ts";

const FILES = new Set(["/img/a.png", "/img/a b.png", "/css/more.css"]);
const lock = (css: string) =>
  lockCssUrls(css, "/css/main.css", "b1", (path) => FILES.has(path));

for (
  const [css, expected] of [
    ["a{b:url(/img/a.png)}", "a{b:url(/img/a.png?__frsh_c=b1)}"],
    ["url( '../img/a.png' )", "url( '../img/a.png?__frsh_c=b1' )"],
    ['URL("/img/a.png?x#y")', 'URL("/img/a.png?x&__frsh_c=b1#y")'],
    ["url(/img/a%20b.png)", "url(/img/a%20b.png?__frsh_c=b1)"],
    ['@import "more.css";', '@import "more.css?__frsh_c=b1";'],
    ["@import url(more.css);", "@import url(more.css?__frsh_c=b1);"],
  ] as const
) {
  Deno.test(`a stylesheet's URL of a static file is locked: ${css}`, () => {
    assert.equal(lock(css), expected);
    assert.equal(lock(expected), expected, "once only");
  });
}

for (
  const css of [
    "url(/img/missing.png)",
    "url(https://example.com/img/a.png)",
    "url(//example.com/img/a.png)",
    "url(data:image/svg+xml,%3Csvg%3E)",
    `url("data:image/svg+xml;utf8,<svg fill='url(/img/a.png)'>")`,
    "url(#mask)",
    "/* url(/img/a.png) */",
    'a{content:"url(/img/a.png)"}',
    'a{content:"\\"url(/img/a.png)"}',
    "url(%ff)",
    "url(",
    'url("',
  ]
) {
  Deno.test(`a stylesheet keeps what is no static file: ${css}`, () => {
    assert.equal(lock(css), css);
  });
}

Deno.test("an image of a stylesheet is cached for a year, until the next build", async () => {
  await using project = await linkedProject();
  const write = async (file: string, content: string | Uint8Array) => {
    await Deno.mkdir(join(project.path, "static"), { recursive: true });
    await Deno.writeFile(
      join(project.path, "static", file),
      typeof content === "string" ? new TextEncoder().encode(content) : content,
    );
  };
  const latin = new Uint8Array([
    0xe9,
    ...new TextEncoder().encode("url(a.svg)"),
  ]);
  await write("main.css", "a{background:url(a.svg)}");
  await write("latin.css", latin);
  const urlIn = async (svg: string) => {
    await write("a.svg", svg);
    const app = new App().use(staticFiles());
    (await new Builder({ root: project.path }).build({ snapshot: "memory" }))(
      app,
    );
    const get = (path: string) =>
      app.handler()(new Request(`http://localhost${path}`));
    const css = await (await get("/main.css")).text();
    const [, url] = /url\((.*?)\)/.exec(css)!;
    const image = await get(`/${url}`);
    assert.match(image.headers.get("cache-control")!, /max-age=31536000/);
    assert.equal(await image.text(), svg);
    assert.deepEqual(
      new Uint8Array(await (await get("/latin.css")).arrayBuffer()),
      latin,
    );
    return url;
  };
  assert.notEqual(await urlIn("<svg/>"), await urlIn("<svg id='b'/>"));
});
