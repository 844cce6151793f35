import assert from "node:assert/strict";
import {
  App,
  cors,
  csp,
  csrf,
  HttpError,
  page,
  type PageProps,
  staticFiles,
  trailingSlashes,
} from "fresh";
import { asset } from "fresh/runtime";
import { type FakeBuild, serve } from "./fake_build.ts";

const ok = () => new Response("ok");

Deno.test("trailingSlashes('always') adds the slash to every path with 302, and keeps the query", async () => {
  const server = serve(
    new App().use(trailingSlashes("always")).get("/a", ok).get("/", ok),
  );
  const response = await server.fetch("/a?b=c");
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("location"), "/a/?b=c");
  assert.equal((await server.fetch("/a/")).status, 200);
  assert.equal((await server.fetch("/")).status, 200);
  const file = await server.fetch("/robots.txt");
  assert.equal(file.headers.get("location"), "/robots.txt/");
});

Deno.test("trailingSlashes('never') removes the slash", async () => {
  const server = serve(
    new App().use(trailingSlashes("never")).get("/a", ok).get("/", ok),
  );
  const response = await server.fetch("/a/?b=c");
  assert.equal(response.headers.get("location"), "/a?b=c");
  assert.equal((await server.fetch("/")).status, 200);
});

Deno.test("trailingSlashes() never redirects to another site", async () => {
  for (const mode of ["always", "never"] as const) {
    const server = serve(new App().use(trailingSlashes(mode)));
    for (const path of ["//evil.com", "//evil.com/", "/\\evil.com/"]) {
      const { headers } = await server.fetch(path);
      assert.doesNotMatch(headers.get("location") ?? "/", /^[/\\]{2}/);
    }
  }
});

async function csrfStatus(
  headers: Record<string, string>,
  method = "POST",
  options?: Parameters<typeof csrf>[0],
): Promise<number> {
  const server = serve(new App().use(csrf(options)).all("/", ok));
  return (await server.fetch("/", { method, headers })).status;
}

Deno.test("csrf() lets the app's own pages and safe methods through", async () => {
  assert.equal(await csrfStatus({ "sec-fetch-site": "same-origin" }), 200);
  assert.equal(await csrfStatus({ origin: "http://localhost" }), 200);
  assert.equal(await csrfStatus({ origin: "https://evil.com" }, "GET"), 200);
  assert.equal(await csrfStatus({ origin: "https://evil.com" }, "HEAD"), 200);
});

Deno.test("csrf() refuses other sites", async () => {
  for (const site of ["cross-site", "same-site"]) {
    assert.equal(
      await csrfStatus({ "sec-fetch-site": site, origin: "https://e.com" }),
      403,
    );
  }
  assert.equal(await csrfStatus({ "sec-fetch-site": "cross-site" }), 403);
  assert.equal(await csrfStatus({ origin: "https://evil.com" }), 403);
  assert.equal(await csrfStatus({ origin: "null" }), 403);
});

Deno.test("csrf() takes the origins that it is told to", async () => {
  const from = { "sec-fetch-site": "cross-site", origin: "https://b.com" };
  for (
    const origin of [
      "https://b.com",
      ["https://a.com", "https://b.com"],
      (value: string) => value.endsWith("//b.com"),
    ]
  ) {
    assert.equal(await csrfStatus(from, "POST", { origin }), 200);
    const other = { ...from, origin: "https://c.com" };
    assert.equal(await csrfStatus(other, "POST", { origin }), 403);
  }
});

Deno.test("cors() allows everybody by default", async () => {
  const server = serve(new App().use(cors()).get("/", ok));
  const response = await server.fetch("/", {
    headers: { origin: "https://a.com" },
  });
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
});

Deno.test("cors() answers a preflight with what it allows", async () => {
  const server = serve(
    new App().use(cors({
      origin: ["https://a.com"],
      allowMethods: ["PUT"],
      maxAge: 60,
      credentials: true,
    })).get("/", ok),
  );
  const { status, headers } = await server.fetch("/", {
    method: "OPTIONS",
    headers: {
      origin: "https://a.com",
      "access-control-request-headers": "x-a,x-b",
    },
  });
  assert.equal(status, 204);
  assert.equal(headers.get("access-control-allow-origin"), "https://a.com");
  assert.equal(headers.get("access-control-allow-methods"), "PUT");
  assert.equal(headers.get("access-control-allow-headers"), "x-a,x-b");
  assert.equal(headers.get("access-control-max-age"), "60");
  assert.equal(headers.get("access-control-allow-credentials"), "true");
  assert.match(headers.get("vary")!, /Origin/);
});

Deno.test("cors() names no other origin, also on an error page", async () => {
  const server = serve(
    new App().use(cors({
      origin: (origin) => origin.endsWith(".ok.com") ? origin : null,
      exposeHeaders: ["x-a"],
    })).get("/", () => {
      throw new HttpError(400);
    }),
  );
  const from = async (origin: string) =>
    (await server.fetch("/", { headers: { origin } })).headers;
  const allowed = await from("https://a.ok.com");
  assert.equal(
    allowed.get("access-control-allow-origin"),
    "https://a.ok.com",
  );
  assert.equal(allowed.get("access-control-expose-headers"), "x-a");
  const refused = await from("https://evil.com");
  assert.equal(refused.get("access-control-allow-origin"), null);
});

Deno.test("cors() with one origin allows no other one", async () => {
  const server = serve(
    new App().use(cors({ origin: "http://example.com" })).get("/", ok),
  );
  const allowed = async (init: RequestInit) =>
    (await server.fetch("/", init)).headers.get("access-control-allow-origin");
  for (const method of ["GET", "OPTIONS"]) {
    const from = (origin: string) => ({ method, headers: { origin } });
    assert.equal(
      await allowed(from("http://example.com")),
      "http://example.com",
    );
    assert.equal(await allowed(from("http://example.net")), null);
    assert.equal(await allowed({ method }), null);
  }
});

const CSP = "content-security-policy";

Deno.test("csp() sets defaults, and lets directives be replaced and added", async () => {
  const server = serve(
    new App().use(csp({ csp: ["script-src 'self'", "x-own 'none'"] }))
      .get("/", ok),
  );
  const policy = (await server.fetch("/")).headers.get(CSP)!.split("; ");
  assert.ok(policy.includes("default-src 'self'"));
  assert.ok(policy.includes("script-src 'self'"));
  assert.ok(policy.includes("x-own 'none'"));
  assert.equal(policy.filter((d) => d.startsWith("script-src")).length, 1);
});

Deno.test("csp() can only report, and says where to", async () => {
  const server = serve(
    new App().use(csp({ reportOnly: true, reportTo: "/reports" })).get("/", ok),
  );
  const { headers } = await server.fetch("/");
  assert.equal(headers.get(CSP), null);
  assert.match(headers.get(`${CSP}-report-only`)!, /report-uri \/reports/);
  assert.match(headers.get("reporting-endpoints")!, /"\/reports"/);
});

Deno.test("csp() also protects error pages", async () => {
  const server = serve(new App().use(csp()));
  const response = await server.fetch("/nowhere");
  assert.equal(response.status, 404);
  assert.match(response.headers.get(CSP)!, /default-src 'self'/);
});

Deno.test("csp({ useNonce: true }) gives every script and style the request's nonce", async () => {
  const hoisted = <script>1</script>;
  function Island() {
    return <p>island</p>;
  }
  const app = new App().use(csp({ useNonce: true }))
    .get("/", (ctx) =>
      ctx.render(
        <html>
          <head>
            <style>{"p{}"}</style>
          </head>
          <body>
            {hoisted}
            <Island />
          </body>
        </html>,
      ))
    .get("/api", ok);
  const server = serve(app, { islands: { Island } });
  const nonces: string[] = [];
  for (let i = 0; i < 2; i++) {
    const response = await server.fetch("/");
    const nonce = /'nonce-([^']+)'/.exec(response.headers.get(CSP)!)![1]!;
    nonces.push(nonce);
    assert.doesNotMatch(
      response.headers.get(CSP)!,
      /script-src[^;]*unsafe-inline/,
    );
    const html = await response.text();
    const tags = html.match(/<(?:script|style|link)\b[^>]*>/g)!;
    assert.equal(tags.length, 6);
    for (const tag of tags) assert.ok(tag.includes(`nonce="${nonce}"`), tag);
  }
  assert.notEqual(nonces[0], nonces[1]);
  const api = await server.fetch("/api");
  assert.match(api.headers.get(CSP)!, /'unsafe-inline'/);
});

Deno.test("without csp() no nonce is made", async () => {
  const server = serve(
    new App().get("/", (ctx) => ctx.render(<script>1</script>)),
    {},
  );
  assert.doesNotMatch(await server.text("/"), /nonce/);
});

const build: FakeBuild = {
  files: {
    "/styles.css": "body{}",
    "/ä b.txt": "0123456789",
    "/_fresh/boot.js": "boot",
  },
};

function staticServer(mode: "development" | "production" = "production") {
  return serve(
    new App().use(staticFiles()).get("/asset", (ctx) =>
      ctx.render(
        <img src="/styles.css" srcset="/a 1x, /b 2x" />,
      )),
    { ...build, mode },
  );
}

Deno.test("staticFiles() serves with type, length and entity tag", async () => {
  const response = await staticServer().fetch("/styles.css");
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "body{}");
  assert.equal(response.headers.get("content-type"), "text/css; charset=utf-8");
  assert.equal(response.headers.get("content-length"), "6");
  assert.match(response.headers.get("etag")!, /^"[\w-]+"$/);
  assert.equal(response.headers.get("cache-control"), "no-cache");
});

Deno.test("staticFiles() decodes the path", async () => {
  assert.equal(
    await staticServer().text("/%C3%A4%20b.txt"),
    "0123456789",
  );
});

Deno.test("a locked file is immutable for a year, a stale lock is not", async () => {
  const server = staticServer();
  const year = "public, max-age=31536000, immutable";
  const locked = await server.fetch("/styles.css?__frsh_c=build1");
  assert.equal(locked.headers.get("cache-control"), year);
  const named = await server.fetch("/_fresh/boot.js");
  assert.equal(named.headers.get("cache-control"), year);
  const stale = await server.fetch("/styles.css?__frsh_c=old&x=1");
  assert.equal(stale.status, 307);
  assert.equal(stale.headers.get("location"), "/styles.css?x=1");
});

Deno.test("in development nothing is cached", async () => {
  const { headers } = await staticServer("development").fetch("/styles.css");
  assert.equal(
    headers.get("cache-control"),
    "no-cache, no-store, max-age=0, must-revalidate",
  );
});

Deno.test("staticFiles() answers conditional requests", async () => {
  const server = staticServer();
  const { headers } = await server.fetch("/styles.css");
  const etag = headers.get("etag")!;
  for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
    const response = await server.fetch("/styles.css", {
      headers: { "if-none-match": tag },
    });
    assert.equal(response.status, 304, tag);
    assert.equal(response.headers.get("etag"), etag);
    assert.equal(await response.text(), "");
  }
  const changed = await server.fetch("/styles.css", {
    headers: { "if-none-match": '"x"' },
  });
  assert.equal(changed.status, 200);
});

for (
  const [range, status, body, contentRange] of [
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=8-100", 206, "89", "bytes 8-9/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=4-2", 200, "0123456789", null],
    ["bytes=-", 200, "0123456789", null],
    ["bytes=0-1,3-4", 200, "0123456789", null],
    ["lines=0-1", 200, "0123456789", null],
  ] as const
) {
  Deno.test(`staticFiles() answers the range ${range} with ${status}`, async () => {
    const response = await staticServer().fetch("/%C3%A4%20b.txt", {
      headers: { range },
    });
    assert.equal(response.status, status);
    assert.equal(response.headers.get("content-range"), contentRange);
    assert.equal(await response.text(), body);
  });
}

Deno.test("a range of another version is answered with the whole file", async () => {
  const response = await staticServer().fetch("/%C3%A4%20b.txt", {
    headers: { range: "bytes=0-1", "if-range": '"old"' },
  });
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "0123456789");
});

Deno.test("staticFiles() answers HEAD and refuses other methods", async () => {
  const server = staticServer();
  const head = await server.fetch("/styles.css", { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), "6");
  assert.equal(await head.text(), "");
  const post = await server.fetch("/styles.css", { method: "POST" });
  assert.equal(post.status, 405);
  assert.equal(post.headers.get("allow"), "GET, HEAD");
});

Deno.test("staticFiles() serves below the base path only", async () => {
  const server = serve(
    new App({ basePath: "/base" }).use(staticFiles()),
    build,
  );
  assert.equal(await server.text("/base/styles.css"), "body{}");
  assert.equal((await server.fetch("/styles.css")).status, 404);
  assert.equal((await server.fetch("/basestyles.css")).status, 404);
});

Deno.test("asset() locks a URL to the build, and sources of images are locked", async () => {
  const server = serve(
    new App()
      .route("/page", {
        handler: () => page(),
        component: (_: PageProps) => (
          <p>
            <a href={asset("/a.png?x=1#h")}>own</a>
            <a href={asset("https://b.com/a.png")}>other</a>
            <a href={asset("//b.com/a.png")}>other</a>
            <a href={asset("relative.png")}>relative</a>
            <img src="/i.png" srcset="/1.png 1x, /2.png 2x" />
            <img src="/no.png" data-fresh-disable-lock />
          </p>
        ),
      }),
    {},
  );
  const html = await server.text("/page");
  assert.match(html, /href="\/a\.png\?x=1&amp;__frsh_c=build1#h"/);
  assert.match(html, /href="https:\/\/b\.com\/a\.png"/);
  assert.match(html, /href="\/\/b\.com\/a\.png"/);
  assert.match(html, /href="relative\.png"/);
  assert.match(html, /src="\/i\.png\?__frsh_c=build1"/);
  assert.match(
    html,
    /srcset="\/1\.png\?__frsh_c=build1 1x, \/2\.png\?__frsh_c=build1 2x"/,
  );
  assert.match(html, /src="\/no\.png"/);
});

Deno.test("staticFiles() answers a favicon that there is not with an empty 404", async () => {
  const app = () =>
    new App().use(staticFiles()).notFound(() => new Response("a whole page"));
  const none = await serve(app(), {}).fetch("/favicon.ico");
  assert.equal(none.status, 404);
  assert.equal(await none.text(), "");
  const server = serve(app(), { files: { "/favicon.ico": "icon" } });
  assert.equal(await server.text("/favicon.ico"), "icon");
  assert.equal(await server.text("/other.ico"), "a whole page");
});
