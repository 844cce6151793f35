import assert from "node:assert/strict";
import {
  App,
  type Context,
  HttpError,
  type Middleware,
  page,
  type PageProps,
} from "fresh";
import { compareRouteFiles, patternOfFile } from "../src/file_routes.ts";
import { collectErrors, type FakeBuild, serve } from "./fake_build.ts";

type Text = { text?: string };

function filesServer(routes: NonNullable<FakeBuild["routes"]>) {
  return serve(new App<Text>().fsRoutes(), { routes });
}

const box = (name: string) => ({ Component }: PageProps) => (
  <div class={name}>
    <Component />
  </div>
);
const paragraph = (text: string) => () => <p>{text}</p>;
const append = (letter: string): Middleware<Text> => (ctx) => {
  ctx.state.text = (ctx.state.text ?? "") + letter;
  return ctx.next();
};
const answer = (ctx: Context<Text>) => new Response(ctx.state.text);

for (
  const [id, pattern] of [
    ["index", "/"],
    ["about", "/about"],
    ["blog/index", "/blog"],
    ["blog/[slug]", "/blog/:slug"],
    ["blog/[slug]/comments", "/blog/:slug/comments"],
    ["old/[...path]", "/old/:path*"],
    ["docs/[[version]]/index", "/docs{/:version}?"],
    ["[[lang]]/index", "/{:lang}?"],
    ["[[lang]]/about", "{/:lang}?/about"],
    ["[[a]]/[[b]]", "/{:a}?{/:b}?"],
    ["(group)/about", "/about"],
    ["(a)/(b)/x/(c)/index", "/x"],
    ["[module]@[version]", "/:module@:version"],
    ["a.b", "/a.b"],
  ] as const
) {
  Deno.test(`the file ${id} has the pattern ${pattern}`, () => {
    assert.equal(patternOfFile(id), pattern);
  });
}

Deno.test("files are tried from the most to the least specific", () => {
  const sorted = ["[...rest]", "[id]", "[[opt]]", "a/[id]", "index", "a/b", "a"]
    .toSorted(compareRouteFiles);
  assert.deepEqual(sorted, [
    "index",
    "a",
    "a/b",
    "a/[id]",
    "[id]",
    "[[opt]]",
    "[...rest]",
  ]);
});

Deno.test("a part that begins with text is tried before one that begins with a param, and the longer one first", async () => {
  const ids = [
    "blog/[slug]",
    "blog/[b].rss",
    "blog/[a]/[b]",
    "blog/[z]/edit",
    "blog/post-[id]",
    "blog/[...rest]",
  ];
  const server = filesServer(Object.fromEntries(
    ids.map((id) => [id, { handler: () => new Response(id) }]),
  ));
  for (
    const [path, id] of [
      ["post-1", "post-[id]"],
      ["news.rss", "[b].rss"],
      ["news", "[slug]"],
      ["news/edit", "[z]/edit"],
      ["news/x", "[a]/[b]"],
      ["a/b/c", "[...rest]"],
    ] as const
  ) {
    assert.equal(await server.text(`/blog/${path}`), `blog/${id}`);
  }
});

Deno.test("files of one URL answer the methods of all of them", async () => {
  const routes = {
    "(foo)/bar/index": { handlers: { POST: () => new Response("POST") } },
    "bar/index": { handlers: { GET: () => new Response("GET") } },
  };
  for (const build of [{ routes }, { lazyRoutes: routes }]) {
    const server = serve(new App<Text>().fsRoutes(), build);
    assert.equal(await server.text("/bar"), "GET");
    assert.equal(await server.text("/bar", { method: "POST" }), "POST");
    const put = await server.fetch("/bar", { method: "PUT" });
    assert.equal(put.status, 405);
    const allow = put.headers.get("allow")!.split(", ").sort();
    assert.deepEqual(allow, ["GET", "HEAD", "OPTIONS", "POST"]);
  }
});

Deno.test("a first part may be optional", async () => {
  const say = (name: string) => ({
    handler: (ctx: Context<Text>) => ctx.text(`${name} ${ctx.params.lang}`),
  });
  const server = filesServer({
    "[[lang]]/index": say("home"),
    "[[lang]]/about": say("about"),
  });
  assert.equal(await server.text("/"), "home ");
  assert.equal(await server.text("/en"), "home en");
  assert.equal(await server.text("/about"), "about ");
  assert.equal(await server.text("/en/about"), "about en");
  assert.equal((await server.fetch("/en/other")).status, 404);
});

Deno.test("files answer on their paths", async () => {
  const server = filesServer({
    index: { default: paragraph("home") },
    "[slug]": { handler: (ctx: Context<Text>) => ctx.text(ctx.params.slug!) },
    about: { default: paragraph("about") },
    "docs/[[version]]/index": {
      handler: (ctx: Context<Text>) => ctx.text(`v${ctx.params.version}`),
    },
    "old/[...path]": {
      handler: (ctx: Context<Text>) => ctx.text(ctx.params.path!),
    },
  });
  assert.match(await server.text("/"), /home/);
  assert.match(await server.text("/about"), /about/);
  assert.equal(await server.text("/other"), "other");
  assert.equal(await server.text("/docs/2"), "v2");
  assert.equal(await server.text("/docs"), "v");
  assert.equal(await server.text("/old/a/b"), "a/b");
});

Deno.test("a route file is loaded when it is first asked for", async () => {
  const server = serve(new App<Text>().fsRoutes(), {
    lazyRoutes: { lazy: { default: paragraph("lazy") } },
  });
  assert.match(await server.text("/lazy"), /lazy/);
  assert.match(await server.text("/lazy"), /lazy/);
});

Deno.test("fsRoutes() with a path puts the files below it", async () => {
  const server = serve(new App<Text>().fsRoutes("/sub"), {
    routes: { index: { default: paragraph("home") } },
  });
  assert.match(await server.text("/sub"), /home/);
  assert.equal((await server.fetch("/")).status, 404);
});

Deno.test("handler and handlers answer by method, and render with page()", async () => {
  const server = filesServer({
    x: {
      handlers: {
        GET: () => page("data", { headers: { "x-a": "1" } }),
        POST: () => new Response("posted"),
      },
      default: ({ data }: PageProps<string>) => <p>{data}</p>,
    },
    raw: {
      handler: { GET: () => ({ data: "plain object" }) },
      default: ({ data }: PageProps<string>) => <p>{data}</p>,
    },
  });
  const response = await server.fetch("/x");
  assert.equal(response.headers.get("x-a"), "1");
  assert.match(await response.text(), /<p>data<\/p>/);
  assert.equal(await server.text("/x", { method: "POST" }), "posted");
  assert.match(await server.text("/raw"), /plain object/);
  const refused = await server.fetch("/x", { method: "PUT" });
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.get("allow"), "GET, POST, HEAD, OPTIONS");
});

Deno.test("a route with a component and only a POST handler renders on GET", async () => {
  const server = filesServer({
    x: { handler: { POST: () => new Response() }, default: paragraph("form") },
  });
  assert.match(await server.text("/x"), /form/);
  const head = await server.fetch("/x", { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
});

Deno.test("an inherited property is no handler", async () => {
  const server = filesServer({ x: { handler: { GET: () => new Response() } } });
  const response = await server.fetch("/x", { method: "CONSTRUCTOR" });
  assert.equal(response.status, 405);
});

Deno.test("page() without a component is an error that names the route", async () => {
  const server = filesServer({ x: { handler: () => page(1) } });
  const logged = await collectErrors(async () => {
    assert.equal((await server.fetch("/x")).status, 500);
  });
  assert.match((logged[0] as Error).message, /"\/x"/);
});

Deno.test("_app and _layout wrap the pages below them", async () => {
  const server = filesServer({
    _app: { default: box("app") },
    _layout: { default: box("root") },
    index: { default: paragraph("x") },
    "sub/_layout": { default: box("sub") },
    "sub/index": { default: paragraph("x") },
    "own/_layout": {
      default: box("own"),
      config: { skipInheritedLayouts: true },
    },
    "own/index": { default: paragraph("x") },
    "bare/_layout": { default: box("bare"), config: { skipAppWrapper: true } },
    "bare/index": { default: paragraph("x") },
    plain: {
      default: paragraph("x"),
      config: { skipAppWrapper: true, skipInheritedLayouts: true },
    },
  });
  const classes = async (path: string) =>
    [...(await server.text(path)).matchAll(/class="(\w+)"/g)].map((m) => m[1]);
  assert.deepEqual(await classes("/"), ["app", "root"]);
  assert.deepEqual(await classes("/sub"), ["app", "root", "sub"]);
  assert.deepEqual(await classes("/own"), ["app", "own"]);
  assert.deepEqual(await classes("/bare"), ["root", "bare"]);
  assert.deepEqual(await classes("/plain"), []);
});

Deno.test("a group has its own layout and middleware, and no part of the path", async () => {
  const server = filesServer({
    "(a)/_layout": { default: box("a") },
    "(a)/_middleware": { default: append("A") },
    "(a)/one": { default: paragraph("x") },
    "(b)/_layout": { default: box("b") },
    "(b)/two": {
      handler: (ctx: Context<Text>) => page(ctx.state.text ?? "none"),
      default: ({ data }: PageProps<string>) => <p>{data}</p>,
    },
  });
  assert.match(await server.text("/one"), /class="a"><p>x/);
  assert.match(await server.text("/two"), /class="b"><p>none/);
});

Deno.test("what guards a URL guards the files that a group sorts away", async () => {
  const app = new App<Text>()
    .use("/admin", () => new Response("guarded", { status: 403 }))
    .fsRoutes();
  const server = serve(app, {
    routes: {
      "(office)/admin/secret": { default: paragraph("secret") },
      "admin/(office)/other": { default: paragraph("secret") },
    },
  });
  assert.equal((await server.fetch("/admin/secret")).status, 403);
  assert.equal((await server.fetch("/admin/other")).status, 403);
});

Deno.test("_middleware may export a default, an array, or a handler", async () => {
  const server = filesServer({
    _middleware: { default: append("D") },
    "a/_middleware": { default: [append("1"), append("2")] },
    "a/b/_middleware": { handler: append("H") },
    "a/b/c/_middleware": { handler: [append("x"), append("y")] },
    "a/b/c/index": { handler: answer },
    index: { handler: answer },
  });
  assert.equal(await server.text("/"), "D");
  assert.equal(await server.text("/a/b/c"), "D12Hxy");
});

Deno.test("a middleware in a dynamic folder sees the params", async () => {
  const server = filesServer({
    "[tenant]/_middleware": {
      default: (ctx: Context<Text>) => {
        ctx.state.text = ctx.params.tenant!;
        return ctx.next();
      },
    },
    "[tenant]/home": { handler: answer },
  });
  assert.equal(await server.text("/acme/home"), "acme");
});

Deno.test("_error answers what is thrown below its folder, with the status", async () => {
  const thrower = (status: number) => ({
    handler: () => {
      throw new HttpError(status, `thrown ${status}`);
    },
  });
  const errorPage = (name: string) => ({
    default: ({ error }: PageProps) => <p>{name}: {(error as Error).message}
    </p>,
  });
  const server = filesServer({
    _error: errorPage("root"),
    "sub/_error": errorPage("sub"),
    "sub/_layout": { default: box("sub") },
    "sub/thrower": thrower(409),
    thrower: thrower(400),
  });
  const root = await server.fetch("/thrower");
  assert.equal(root.status, 400);
  assert.match(await root.text(), /root: thrown 400/);
  const sub = await server.fetch("/sub/thrower");
  assert.equal(sub.status, 409);
  assert.match(await sub.text(), /class="sub"><p>sub: thrown 409/);
  const none = await server.fetch("/nowhere");
  assert.equal(none.status, 404);
  assert.match(await none.text(), /root: Not Found/);
});

Deno.test("_404 and _500 are the pages of those statuses", async () => {
  const server = filesServer({
    _404: { default: paragraph("no page") },
    _500: { default: paragraph("broken") },
    thrower: {
      handler: () => {
        throw new Error("unexpected");
      },
    },
  });
  const none = await server.fetch("/nowhere");
  assert.equal(none.status, 404);
  assert.match(await none.text(), /no page/);
  await collectErrors(async () => {
    const broken = await server.fetch("/thrower");
    assert.equal(broken.status, 500);
    assert.match(await broken.text(), /broken/);
  });
});

Deno.test("a 404 of a file is answered in its folder, further out than the folder's middlewares", async () => {
  const lost = () => {
    throw new HttpError(404);
  };
  const mark = (name: string) => async (ctx: Context<Text>) => {
    const response = await ctx.next();
    response.headers.set(`x-${name}`, String(response.status));
    return response;
  };
  const server = filesServer({
    _404: { default: paragraph("none") },
    _middleware: { default: mark("root") },
    "sub/_middleware": { default: mark("sub") },
    "sub/_layout": { default: box("sub") },
    "sub/[id]": { handler: lost },
    "sub/deep/index": { handler: lost },
    top: { handler: lost },
  });
  const marks = async (path: string) => {
    const response = await server.fetch(path);
    assert.match(await response.text(), /none/);
    const { headers } = response;
    return [headers.get("x-root"), headers.get("x-sub")];
  };
  assert.deepEqual(await marks("/sub/1"), ["404", null]);
  assert.deepEqual(await marks("/sub/deep"), ["404", "404"]);
  assert.deepEqual(await marks("/top"), [null, null]);
  assert.match(await server.text("/sub/1"), /<div class="sub"><p>none/);
});

Deno.test("a route file without a component or handlers is an error that names it", async () => {
  assert.throws(() => filesServer({ "a/nothing": {} }), /"a\/nothing"/);
  assert.throws(() => filesServer({ "a/_layout": {} }), /"a\/_layout"/);
  const server = serve(new App<Text>().fsRoutes(), {
    lazyRoutes: { "a/nothing": { css: ["/a.css"] } },
  });
  const logged = await collectErrors(async () => {
    assert.equal((await server.fetch("/a/nothing")).status, 500);
  });
  assert.match(String(logged), /"a\/nothing"/);
});

Deno.test("a _middleware with handlers by method is warned of and left out", async () => {
  // deno-lint-ignore no-console -- put back afterwards
  const original = console.warn;
  const warned: string[] = [];
  // deno-lint-ignore no-console -- what is warned of is what is tested
  console.warn = (text: string) => warned.push(text);
  try {
    const server = filesServer({
      "a/_middleware": { handler: { GET: () => new Response("never") } },
      "a/index": { handler: () => new Response("answered") },
    });
    assert.equal(await server.text("/a"), "answered");
  } finally {
    // deno-lint-ignore no-console -- as it was before
    console.warn = original;
  }
  assert.match(warned.join(), /"a\/_middleware"/);
});

Deno.test("an error page answers a request of any method", async () => {
  const server = filesServer({
    _error: { default: paragraph("broken") },
    x: {
      handler: {
        POST: () => {
          throw new HttpError(422);
        },
      },
    },
  });
  const response = await server.fetch("/x", { method: "POST" });
  assert.equal(response.status, 422);
  assert.match(await response.text(), /broken/);
});

Deno.test("an error page's handler can set state for its layout", async () => {
  const server = filesServer({
    _error: {
      handler: (ctx: Context<Text>) => {
        ctx.state.text = "from the error page";
        return page();
      },
      default: ({ state }: PageProps<unknown, Text>) => <p>{state.text}</p>,
    },
  });
  const response = await server.fetch("/nowhere");
  assert.equal(response.status, 404);
  assert.match(await response.text(), /from the error page/);
});

Deno.test("config.routeOverride takes the place of the file's pattern", async () => {
  const server = filesServer({
    "x/y": {
      config: { routeOverride: "/m/:module@:version/:path*" },
      handler: (ctx: Context<Text>) => ctx.json(ctx.params),
    },
  });
  assert.deepEqual(JSON.parse(await server.text("/m/a@1/b/c")), {
    module: "a",
    version: "1",
    path: "b/c",
  });
  assert.equal((await server.fetch("/x/y")).status, 404);
});

/** The stylesheets that a page links. */
async function stylesheetsOf(page: Promise<string>): Promise<string[]> {
  const links = (await page).matchAll(/<link rel="stylesheet" href="([^"]*)"/g);
  return [...links].map(([, href]) => href!);
}

Deno.test("css of a route becomes stylesheet links, which are locked to the build", async () => {
  const server = filesServer({
    x: {
      default: paragraph("x"),
      css: ["/a.css?x&y", "https://example.com/b.css", "c.css", "/a.css?x&y"],
    },
  });
  assert.deepEqual(await stylesheetsOf(server.text("/x")), [
    "/a.css?x&amp;y&amp;__frsh_c=build1",
    "https://example.com/b.css",
    "c.css",
  ]);
});

Deno.test("css of a route is below the base path, said or not", async () => {
  const server = serve(new App({ basePath: "/base" }).fsRoutes(), {
    routes: {
      x: {
        default: paragraph("x"),
        css: ["/a.css", "/base/b.css", "//example.com/c.css"],
      },
    },
  });
  assert.deepEqual(await stylesheetsOf(server.text("/base/x")), [
    "/base/a.css?__frsh_c=build1",
    "/base/b.css?__frsh_c=build1",
    "//example.com/c.css",
  ]);
});

Deno.test("css of layouts and of the app wrapper holds for the pages in them", async () => {
  const lock = (...names: string[]) =>
    names.map((name) => `/${name}.css?__frsh_c=build1`);
  const skip = { skipInheritedLayouts: true, skipAppWrapper: true };
  const server = filesServer({
    _app: { default: box("app"), css: ["/app.css", "/all.css"] },
    _layout: { default: box("outer"), css: ["/outer.css"] },
    "sub/_layout": { default: box("inner"), css: ["/inner.css"] },
    "sub/page": { default: paragraph("x"), css: ["/page.css", "/all.css"] },
    "sub/own": {
      handler: (ctx: Context<Text>) => ctx.render(<p>x</p>, {}, skip),
    },
    "sub/bare": { default: paragraph("x"), config: skip },
    index: { default: paragraph("x") },
    _error: { default: paragraph("error"), css: ["/error.css"] },
  });
  assert.deepEqual(
    await stylesheetsOf(server.text("/sub/page")),
    lock("page", "all", "inner", "outer", "app"),
  );
  assert.deepEqual(
    await stylesheetsOf(server.text("/")),
    lock("outer", "app", "all"),
  );
  assert.deepEqual(
    await stylesheetsOf(server.text("/nowhere")),
    lock("error", "outer", "app", "all"),
  );
  assert.deepEqual(await stylesheetsOf(server.text("/sub/own")), []);
  assert.deepEqual(await stylesheetsOf(server.text("/sub/bare")), []);
});

Deno.test("a component gets the request's url, params, state, route and data", async () => {
  const server = filesServer({
    _middleware: { default: append("S") },
    "u/[id]": {
      handler: () => page(5),
      default: (props: PageProps<number, Text>) => {
        const { url, ...rest } = props;
        return (
          <p>
            {url.search}
            {rest.params.id}
            {rest.state.text}
            {rest.route}
            {rest.data}
            {rest.req.method}
          </p>
        );
      },
    },
  });
  assert.match(await server.text("/u/7?q"), /<p>\?q7S\/u\/:id5GET<\/p>/);
});
