import assert from "node:assert/strict";
import { App, type Context, type Middleware, page } from "fresh";
import { collectErrors, serve } from "./fake_build.ts";

async function answerOf(
  handler: Middleware<unknown>,
  path = "/",
): Promise<Response> {
  return await serve(new App().get("/*", handler)).fetch(path);
}

Deno.test("ctx.redirect() is 302 by default and takes another status", async () => {
  const response = await answerOf((ctx) => ctx.redirect("/a?b=//c#d"));
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("location"), "/a?b=//c#d");
  assert.equal(
    (await answerOf((ctx) => ctx.redirect("/a", 307))).status,
    307,
  );
});

for (
  const [target, location] of [
    ["//evil.com/", "/evil.com/"],
    ["/\\evil.com", "/evil.com"],
    ["\\\\evil.com", "/evil.com"],
    ["/\t/evil.com", "/evil.com"],
    [" //evil.com", "/evil.com"],
    ["/a//b?c=//d", "/a/b?c=//d"],
    ["https://example.com//x", "https://example.com//x"],
    ["relative/path", "relative/path"],
    ["/", "/"],
  ] as const
) {
  Deno.test(`ctx.redirect() refuses to leave the site by ${JSON.stringify(target)}`, async () => {
    const response = await answerOf((ctx) => ctx.redirect(target));
    assert.equal(response.headers.get("location"), location);
  });
}

Deno.test("ctx.text(), html() and json() set their types and keep the init", async () => {
  const types = async (make: (ctx: Context<unknown>) => Response) => {
    const response = await answerOf(make);
    await response.body?.cancel();
    return [response.status, response.headers.get("content-type")];
  };
  assert.deepEqual(
    await types((ctx) => ctx.text("a", { status: 201 })),
    [201, "text/plain;charset=UTF-8"],
  );
  assert.deepEqual(
    await types((ctx) => ctx.html("<p>", { headers: { "x-a": "b" } })),
    [200, "text/html; charset=utf-8"],
  );
  assert.deepEqual(
    await types((ctx) => ctx.json({ a: 1 }, { status: 404 })),
    [404, "application/json"],
  );
});

Deno.test("ctx.stream() sends strings and bytes piece by piece", async () => {
  const response = await answerOf((ctx) =>
    ctx.stream(async function* () {
      yield "a";
      await Promise.resolve();
      yield new TextEncoder().encode("b");
    }, { headers: { "content-type": "text/plain" } })
  );
  assert.equal(response.headers.get("content-type"), "text/plain");
  assert.equal(await response.text(), "ab");
});

Deno.test("ctx.stream() sends what is neither string nor bytes as text", async () => {
  const response = await answerOf((ctx) =>
    ctx.stream([1, " ", true] as unknown as string[])
  );
  assert.equal(await response.text(), "1 true");
});

Deno.test("ctx.render() of something else than JSX is an error", async () => {
  // deno-lint-ignore no-explicit-any -- what the types refuse is what is tested
  const given: any[][] = [[], [undefined], [{}], ["text"], [["a"]]];
  await collectErrors(async () => {
    for (const args of given) {
      const response = await answerOf((ctx) =>
        ctx.render.apply(ctx, args as [null])
      );
      assert.equal(response.status, 500, JSON.stringify(args));
    }
  });
  assert.equal((await answerOf((ctx) => ctx.render(null))).status, 200);
});

Deno.test("a page is sent as HTML, whatever type its headers say", async () => {
  const init = { headers: { "content-type": "text/plain", "x-a": "b" } };
  const server = serve(
    new App()
      .get("/html", (ctx) => ctx.html("<p>", init))
      .get("/render", (ctx) => ctx.render(<p>a</p>, init))
      .route("/page", {
        handler: () => page(null, init),
        component: () => <p>a</p>,
      }),
  );
  for (const path of ["/html", "/render", "/page"]) {
    const { headers } = await server.fetch(path);
    assert.equal(headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(headers.get("x-a"), "b");
  }
});

Deno.test("ctx.stream() stops its source when the client has gone", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const response = await answerOf((ctx) =>
    ctx.stream(async function* () {
      try {
        for (;;) {
          yield "x";
          await Promise.resolve();
        }
      } finally {
        resolve("stopped");
      }
    })
  );
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  assert.equal(await promise, "stopped");
});

Deno.test("ctx.render() sets the type, and takes status and headers", async () => {
  const response = await answerOf((ctx) =>
    ctx.render(<h1>tea</h1>, { status: 418, headers: { "x-foo": "abc" } })
  );
  assert.equal(response.status, 418);
  assert.equal(response.headers.get("x-foo"), "abc");
  assert.equal(
    response.headers.get("content-type"),
    "text/html; charset=utf-8",
  );
  const html = await response.text();
  assert.match(
    html,
    /^<!DOCTYPE html><html><head>.*<body><h1>tea<\/h1><\/body>/,
  );
});

Deno.test("ctx.render() escapes text and attributes", async () => {
  const hostile = `"><script>alert(1)</script>`;
  const response = await answerOf((ctx) =>
    ctx.render(<p title={hostile}>{hostile}</p>)
  );
  assert.doesNotMatch(await response.text(), /<script>/);
});

Deno.test("every request has its own state", async () => {
  const server = serve(
    new App<{ n?: number }>().get("/", (ctx) => {
      ctx.state.n = (ctx.state.n ?? 0) + 1;
      return ctx.json(ctx.state);
    }),
  );
  assert.equal(await server.text("/"), '{"n":1}');
  assert.equal(await server.text("/"), '{"n":1}');
});

Deno.test("ctx.url and ctx.isPartial tell what was asked for", async () => {
  const show: Middleware<unknown> = (ctx) =>
    ctx.json([ctx.url.pathname, ctx.url.search, ctx.isPartial]);
  assert.deepEqual(await (await answerOf(show, "/a?b=c")).json(), [
    "/a",
    "?b=c",
    false,
  ]);
  const partial = await answerOf(show, "/a?fresh-partial=true");
  assert.equal((await partial.json())[2], true);
});

Deno.test("outside an error, ctx.error is null", async () => {
  assert.equal(
    await (await answerOf((ctx) => ctx.json(ctx.error))).text(),
    "null",
  );
});
