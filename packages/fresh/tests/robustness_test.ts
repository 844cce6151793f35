import assert from "node:assert/strict";
import fc from "fast-check";
import { App, csp, csrf, staticFiles, trailingSlashes } from "fresh";
import { requestPath } from "../src/request_path.ts";
import { compilePattern } from "../src/path_pattern.ts";
import { collectErrors, serve } from "./fake_build.ts";

function hostileApp() {
  return new App({ basePath: "/base" }).use(csp({ useNonce: true }))
    .use(csrf()).use(staticFiles()).use(trailingSlashes("never"))
    .get("/:id/x/:rest*", (ctx) => ctx.json([ctx.params, ctx.url.pathname]))
    .get("/n/:id(\\d+)", (ctx) => ctx.text(ctx.params.id!))
    .get("/*", (ctx) => ctx.text(ctx.url.href));
}

const build = { files: { "/inside.txt": "inside" } };

const pathPart = fc.oneof(
  fc.constantFrom(
    "..",
    ".",
    "%2e%2e",
    "%2F",
    "%5c",
    "%00",
    "\0",
    "//",
    "\\",
    "%",
    "%E0%A4%A",
    "%C0%AE",
    "inside.txt",
    "base",
    "?",
    "#",
    ":",
    "@",
    "http://x",
    "\u202e",
    "ä",
    " ",
    "a".repeat(5000),
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
);
const path = fc.array(pathPart, { maxLength: 8 }).map((parts) =>
  `/base/${parts.join("/")}`
);

Deno.test("no path crashes an app or is answered with a 500", async () => {
  const server = serve(hostileApp(), build);
  const logged = await collectErrors(async () => {
    await fc.assert(
      fc.asyncProperty(path, async (path) => {
        let request: Request;
        try {
          request = new Request(`http://localhost${path}`);
        } catch {
          return;
        }
        const response = await server.send(request);
        assert.ok(response.status < 500, `${path} ${response.status}`);
        await response.body?.cancel();
      }),
      { numRuns: 500 },
    );
  });
  assert.deepEqual(logged, []);
});

Deno.test("the path of any URL is absolute, and has no dots or double slashes", () => {
  fc.assert(
    fc.property(path, (path) => {
      const routed = requestPath(`http://localhost${path}`);
      if (routed === null) return;
      assert.match(routed, /^\//);
      assert.doesNotMatch(routed, /\/\/|\/\.\.?(?:\/|$)|[?#\\]/);
    }),
    { numRuns: 500 },
  );
  assert.equal(requestPath("nonsense"), null);
  assert.equal(requestPath("http://a:b:c/"), "/");
});

Deno.test("no pattern of the simple kind differs from URLPattern", () => {
  const word = fc.constantFrom("a", "b", "a.b", "c-d", "x_y", "ä b", "%41");
  const part = fc.oneof(
    word,
    fc.constantFrom(":one", ":two").map((name) => name),
  );
  const tail = fc.constantFrom("", "/:rest*", "/*");
  const pattern = fc.tuple(fc.uniqueArray(part, { maxLength: 4 }), tail)
    .map(([parts, tail]) =>
      parts.map((part) => `/${part}`).join("") + tail || "/"
    );
  const pathname = fc.array(word, { maxLength: 6 }).map((parts) =>
    new URL(`/${parts.join("/")}`, "http://x").pathname
  );
  fc.assert(
    fc.property(pattern, pathname, (pattern, pathname) => {
      const expected = new URLPattern({ pathname: pattern }).exec({ pathname });
      const found = compilePattern(pattern)(pathname);
      assert.equal(found === null, expected === null, `${pattern} ${pathname}`);
      if (found === null) return;
      for (const [name, value] of Object.entries(found)) {
        assert.equal(
          value,
          decodeURI(expected!.pathname.groups[name] ?? ""),
        );
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("no header crashes the middlewares", async () => {
  const server = serve(hostileApp(), build);
  const value = fc.oneof(
    fc.constantFrom(
      "bytes=-",
      "bytes=9999999999999999999999-",
      "br;q=NaN",
      "*;q=0",
      ",,,;;;",
      "W/",
      '"',
      "null",
    ),
    fc.string({ maxLength: 20 }).map((text) => text.replace(/[^ -~]/g, "")),
  );
  const names = [
    "range",
    "if-range",
    "if-none-match",
    "accept-encoding",
    "origin",
    "sec-fetch-site",
    "x-forwarded-host",
    "accept",
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom(...names), value),
      fc.constantFrom(
        "GET",
        "HEAD",
        "POST",
        "PROPFIND",
        "__proto__",
        "toString",
      ),
      async (headers, method) => {
        const response = await server.fetch("/base/inside.txt", {
          headers,
          method,
        });
        assert.ok(response.status < 500, `${response.status}`);
        await response.body?.cancel();
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("no forwarding header crashes an app that trusts its proxy", async () => {
  const app = new App({ trustProxy: true }).get(
    "/",
    (ctx) => ctx.text(ctx.url.href),
  );
  const server = serve(app);
  const value = fc.oneof(
    fc.constantFrom("a/b", "@evil", "javascript", "[::1", "x:99999", "a, b"),
    fc.string({ maxLength: 20 }).map((text) => text.replace(/[^ -~]/g, "")),
  );
  await fc.assert(
    fc.asyncProperty(value, value, async (host, proto) => {
      const url = new URL(
        await server.text("/", {
          headers: { "x-forwarded-host": host, "x-forwarded-proto": proto },
        }),
      );
      assert.match(url.protocol, /^https?:$/);
      assert.equal(url.pathname + url.search + url.hash, "/");
    }),
    { numRuns: 500 },
  );
});

/** Sends bytes as they are and gives the first line of the answer. */
async function raw(port: number, bytes: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const sent = Uint8Array.from(bytes, (character) => character.charCodeAt(0));
  const writer = connection.writable.getWriter();
  await writer.write(sent).catch(() => {});
  writer.releaseLock();
  const buffer = new Uint8Array(65536);
  // Some of it is refused before it has been read to its end.
  const length = await connection.read(buffer).catch(() => 0) ?? 0;
  return new TextDecoder().decode(buffer.subarray(0, length));
}

Deno.test("raw requests never reach a file outside, and the server lives on", async () => {
  const app = new App().use(staticFiles()).get(
    "/alive",
    (ctx) => ctx.text("alive"),
  );
  const server = serve(app, build);
  const http = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    server.send,
  );
  const { port } = http.addr;
  const end = "HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
  for (
    const target of [
      "/../deno.json",
      "/..%2fdeno.json",
      "/%2e%2e/deno.json",
      "/inside.txt/../../deno.json",
      "/\\..\\deno.json",
      "//deno.json",
      "/inside.txt%00.html",
      "/inside.txt\0",
      "/" + "a".repeat(20_000),
      "/\xff\xfe",
      "http://other.example/../deno.json",
      "*",
      "/inside%2etxt%2f..%2fdeno.json",
      "/%5c..%5cdeno.json",
      "/inside.txt%2f",
      "/%2finside.txt",
    ]
  ) {
    const answer = await raw(port, `GET ${target} ${end}`);
    assert.doesNotMatch(answer, /^HTTP\/1\.1 (?:200|5)/, target);
  }
  for (
    const request of [
      `BREW /alive ${end}`,
      `\0\0 /alive ${end}`,
      `GET /alive HTTP/9.9\r\n\r\n`,
      `POST /alive HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n`,
      `POST /alive HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n` +
      `connection: close\r\n\r\nzz\r\n`,
      `GET /alive HTTP/1.1\r\nhost: x\r\n${"a: b\r\n".repeat(5000)}\r\n`,
      `GET /alive HTTP/1.1\r\nhost: x\r\na: ${"b".repeat(900_000)}\r\n\r\n`,
    ]
  ) {
    assert.doesNotMatch(await raw(port, request), /^HTTP\/1\.1 (?:200|5)/);
  }
  const odd = await raw(
    port,
    `GET /alive HTTP/1.1\r\nhost: a b\\c\r\nconnection: close\r\n\r\n`,
  );
  assert.doesNotMatch(odd, /^HTTP\/1\.1 5/);
  assert.match(await raw(port, `GET /alive ${end}`), /alive/);
  await http.shutdown();
});
