import assert from "node:assert/strict";
import { App, type PageProps } from "fresh";
import { serve } from "./fake_build.ts";

/** The `<a>` of a page, with what was added to it. */
async function linkOn(
  url: string,
  link: Record<string, unknown>,
  basePath = "",
): Promise<string> {
  const View = () => <a {...link}>x</a>;
  const app = new App({ basePath }).get("/*", (ctx) => ctx.render(<View />));
  return /<a[^>]*>/.exec(await serve(app).text(url))![0];
}

const CURRENT = ' aria-current="page" data-current="true"';
const ANCESTOR = ' aria-current="true" data-ancestor="true"';

for (
  const [url, href, mark] of [
    ["/", "/", CURRENT],
    ["/a", "/", ANCESTOR],
    ["/a", "/a", CURRENT],
    ["/a/", "/a", CURRENT],
    ["/a", "/a/", CURRENT],
    ["/a//b", "/a/b", CURRENT],
    ["/a/b", "/a", ANCESTOR],
    ["/a/b", "/a/", ANCESTOR],
    ["/a", "/a/b", ""],
    ["/ab", "/a", ""],
    ["/a", "/b", ""],
    ["/a", "a", ""],
    ["/a", "#a", ""],
    ["/a", "?a", ""],
    ["/a", "//localhost/a", ""],
    ["/a", "/\\localhost/a", ""],
    ["/a", "//", ""],
    ["/a", "http://localhost/a", ""],
    ["/a", "/a#part", CURRENT],
    ["/a?x=1", "/a", CURRENT],
    ["/a?x=1", "/a?x=1", CURRENT],
    ["/a?x=1", "/a?x=1#part", CURRENT],
    ["/a?x=1", "/a?x=2", ANCESTOR],
    ["/a", "/a?x=1", ANCESTOR],
    ["/a", "/a?", CURRENT],
    ["/a?x=1", "/b?x=1", ""],
    ["/a/b?x=1", "/a?x=1", ANCESTOR],
    ["/caf%C3%A9", "/café", CURRENT],
    ["/caf%C3%A9?q=%C3%A9", "/café?q=é", CURRENT],
    ["/a/b", "/a/./c/../b", CURRENT],
  ] as const
) {
  const what = mark === CURRENT
    ? "the current page"
    : mark === ANCESTOR
    ? "an ancestor"
    : "no active link";
  Deno.test(`on ${url} a link to "${href}" is ${what}`, async () => {
    assert.equal(await linkOn(url, { href }), `<a href="${href}"${mark}>`);
  });
}

Deno.test("an active link is told by the whole path, the base path included", async () => {
  const link = (href: string) => linkOn("/base/a", { href }, "/base");
  assert.equal(await link("/base/a"), `<a href="/base/a"${CURRENT}>`);
  assert.equal(await link("/base"), `<a href="/base"${ANCESTOR}>`);
  assert.equal(await link("/a"), '<a href="/a">');
});

Deno.test("an aria-current that the app sets itself is left alone", async () => {
  for (const value of ["step", "false", undefined]) {
    const shown = value === undefined ? "" : ` aria-current="${value}"`;
    assert.equal(
      await linkOn("/a", { href: "/a", "aria-current": value }),
      `<a href="/a"${shown}>`,
    );
  }
});

Deno.test("links without an href, or with one that is no text, are left alone", async () => {
  assert.equal(await linkOn("/1", { id: "x" }), '<a id="x">');
  assert.equal(await linkOn("/1", { href: 1 }), '<a href="1">');
});

Deno.test("a link that is made once is marked anew on every page", async () => {
  const kept = <a href="/a">x</a>;
  const server = serve(new App().get("/*", (ctx) => ctx.render(kept)));
  const link = async (url: string) =>
    /<a[^>]*>/.exec(await server.text(url))![0];
  assert.equal(await link("/a"), `<a href="/a"${CURRENT}>`);
  assert.equal(await link("/b"), '<a href="/a">');
  assert.equal(await link("/a/b"), `<a href="/a"${ANCESTOR}>`);
});

Deno.test("links of layouts, islands and their JSX are marked", async () => {
  const Menu = ({ children }: { children?: unknown }) => (
    <nav>
      <a href="/a">island</a>
      {children}
    </nav>
  );
  const Layout = ({ Component }: PageProps) => (
    <>
      <a href="/">layout</a>
      <Component />
    </>
  );
  const app = new App().layout("*", Layout).get("/a", (ctx) =>
    ctx.render(
      <Menu>
        <a href="/a?x">slot</a>
      </Menu>,
    ));
  const html = await serve(app, { islands: { Menu } }).text("/a");
  assert.match(html, new RegExp(`<a href="/"${ANCESTOR}>layout`));
  assert.match(html, new RegExp(`<a href="/a"${CURRENT}>island`));
  assert.match(html, new RegExp(`<a href="/a\\?x"${ANCESTOR}>slot`));
});
