import assert from "node:assert/strict";
import { createContext } from "preact";
import { lazy, Suspense } from "preact/compat";
import { useContext } from "preact/hooks";
import {
  App,
  type Context,
  cors,
  csp,
  HttpError,
  type Middleware,
  page,
  type PageProps,
} from "fresh";
import { collectErrors, serve } from "./fake_build.ts";

interface State {
  text: string;
}

const append = (letter: string): Middleware<State> => (ctx) => {
  ctx.state.text = (ctx.state.text ?? "") + letter;
  return ctx.next();
};
const answer: Middleware<State> = (ctx) => new Response(ctx.state.text);

Deno.test("use() runs middlewares from left to right and top to bottom", async () => {
  const app = new App<State>().use(append("A"), append("B")).use(append("C"))
    .get("/", answer);
  assert.equal(await serve(app).text("/"), "ABC");
});

Deno.test("a middleware added after a route does not run for it", async () => {
  const app = new App<State>().use(append("A")).get("/", answer)
    .use(append("B")).get("/after", answer);
  const server = serve(app);
  assert.equal(await server.text("/"), "A");
  assert.equal(await server.text("/after"), "AB");
});

Deno.test("use() with a path holds for the path and what is below it", async () => {
  const app = new App<State>().use(append("A")).use("/foo", append("F"))
    .use("/foo/bar/*", append("B"))
    .get("/", answer).get("/foo", answer).get("/foo/bar/x", answer)
    .get("/food", answer);
  const server = serve(app);
  assert.equal(await server.text("/"), "A");
  assert.equal(await server.text("/foo"), "AF");
  assert.equal(await server.text("/foo/bar/x"), "AFB");
  assert.equal(await server.text("/food"), "A");
});

Deno.test("middlewares and handlers may be lazy, and are loaded once", async () => {
  let loads = 0;
  const app = new App<State>()
    .use(() => {
      loads++;
      return Promise.resolve(append("L"));
    })
    .get("/", () => Promise.resolve(answer));
  const server = serve(app);
  assert.equal(await server.text("/"), "L");
  assert.equal(await server.text("/"), "L");
  assert.equal(loads, 1);
});

for (
  const method of ["get", "post", "put", "patch", "delete", "head"] as const
) {
  Deno.test(`${method}() answers its method only`, async () => {
    const app = new App()[method](
      "/x",
      () => new Response(null, { headers: { "x-method": method } }),
    );
    const server = serve(app);
    const verb = method.toUpperCase();
    const response = await server.fetch("/x", { method: verb });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("x-method"), method);
    const other = verb === "POST" ? "PUT" : "POST";
    assert.equal((await server.fetch("/x", { method: other })).status, 405);
  });
}

Deno.test("all() answers every method", async () => {
  const server = serve(new App().all("/x", (ctx) => ctx.text(ctx.req.method)));
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
    assert.equal(await server.text("/x", { method }), method);
  }
});

Deno.test("several handlers of one route run one after the other", async () => {
  const app = new App<State>().get("/", append("A"), append("B"), answer);
  assert.equal(await serve(app).text("/"), "AB");
});

Deno.test("GET answers HEAD, without a body", async () => {
  const app = new App().get(
    "/x",
    () => new Response("body", { headers: { "x-a": "1" } }),
  );
  const response = await serve(app).fetch("/x", { method: "HEAD" });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("x-a"), "1");
  assert.equal(await response.text(), "");
});

Deno.test("an unknown method on a known path is 405 with Allow", async () => {
  const app = new App().get("/x", () => new Response()).post(
    "/x",
    () => new Response(),
  );
  const response = await serve(app).fetch("/x", { method: "DELETE" });
  assert.equal(response.status, 405);
  assert.deepEqual(response.headers.get("allow")?.split(", ").sort(), [
    "GET",
    "HEAD",
    "OPTIONS",
    "POST",
  ]);
});

Deno.test("OPTIONS lists what is allowed, and runs the middlewares", async () => {
  let ran = false;
  const app = new App().use((ctx) => {
    ran = true;
    return ctx.next();
  }).get("/x", () => new Response());
  const response = await serve(app).fetch("/x", { method: "OPTIONS" });
  assert.equal(response.status, 204);
  assert.equal(response.headers.get("allow"), "GET, HEAD, OPTIONS");
  assert.ok(ran);
});

Deno.test("an unknown path is 404, after the global middlewares", async () => {
  const app = new App<State>().use(append("A")).notFound((ctx) =>
    new Response(`none ${ctx.state.text} ${ctx.route}`, { status: 404 })
  );
  const response = await serve(app).fetch("/nowhere");
  assert.equal(response.status, 404);
  assert.equal(await response.text(), "none A null");
});

Deno.test("notFound() also answers a thrown 404", async () => {
  const app = new App().notFound(() => new Response("custom", { status: 404 }))
    .get("/", () => {
      throw new HttpError(404);
    });
  assert.equal(await serve(app).text("/"), "custom");
});

Deno.test("static paths win over dynamic ones, wherever they were added", async () => {
  const app = new App().get("/a/:id", (ctx) => ctx.text(`id ${ctx.params.id}`))
    .get("/a/fixed", (ctx) => ctx.text("fixed"));
  const server = serve(app);
  assert.equal(await server.text("/a/fixed"), "fixed");
  assert.equal(await server.text("/a/other"), "id other");
});

Deno.test("of dynamic patterns the one that was added first wins", async () => {
  const app = new App().get("/:a", (ctx) => ctx.text("first"))
    .get("/x:b", (ctx) => ctx.text("second"));
  assert.equal(await serve(app).text("/xy"), "first");
});

Deno.test("patterns have the syntax of URLPattern", async () => {
  const app = new App()
    .get("/n/:id(\\d+)", (ctx) => ctx.text(`number ${ctx.params.id}`))
    .get("/m/:module@:version", (ctx) => ctx.json(ctx.params))
    .get("/rest/:path*", (ctx) => ctx.text(`[${ctx.params.path}]`))
    .get("/docs{/:version}?", (ctx) => ctx.text(`v${ctx.params.version}`))
    .get("/w/*", (ctx) => ctx.text(ctx.params[0]!));
  const server = serve(app);
  assert.equal(await server.text("/n/12"), "number 12");
  assert.equal((await server.fetch("/n/x")).status, 404);
  assert.equal(await server.text("/m/a@2"), '{"module":"a","version":"2"}');
  assert.equal(await server.text("/rest/a/b"), "[a/b]");
  assert.equal(await server.text("/rest"), "[]");
  assert.equal(await server.text("/docs/one"), "vone");
  assert.equal(await server.text("/docs"), "v");
  assert.equal(await server.text("/w/a/b"), "a/b");
});

Deno.test("patterns may have letters of any language, and spaces", async () => {
  const answer = (ctx: Context<unknown>) =>
    ctx.text(`${ctx.route} ${ctx.params.id ?? ""}`);
  const server = serve(
    new App().get("/über uns", answer).get("/größe/:id", answer)
      .get("/日本/:id(\\d+)", answer),
  );
  assert.equal(await server.text("/über uns"), "/über uns ");
  assert.equal(await server.text("/%C3%BCber%20uns/"), "/über uns ");
  assert.equal(await server.text("/größe/ä b"), "/größe/:id ä b");
  assert.equal(await server.text("/日本/7"), "/日本/:id(\\d+) 7");
});

Deno.test("params are decoded, except for encoded delimiters", async () => {
  const server = serve(
    new App().get("/p/:x", (ctx) => ctx.text(ctx.params.x!)),
  );
  assert.equal(await server.text("/p/a%20b%C3%A4"), "a bä");
  assert.equal(await server.text("/p/a%2Fb"), "a%2Fb");
  assert.equal(await server.text("/p/%E0%A4%A"), "%E0%A4%A");
});

Deno.test("several slashes collapse into one", async () => {
  const server = serve(
    new App().get("/a/b", (ctx) => ctx.text(ctx.url.pathname)),
  );
  assert.equal(await server.text("//a///b"), "/a/b");
});

Deno.test("a slash at the end makes no difference to the route", async () => {
  const app = new App().get("/a", (ctx) => ctx.text("a"))
    .get("/b/", (ctx) => ctx.text("b")).get("/c/:id", (ctx) => ctx.text("c"));
  const server = serve(app);
  assert.equal(await server.text("/a/"), "a");
  assert.equal(await server.text("/b"), "b");
  assert.equal(await server.text("/c/1/"), "c");
});

Deno.test("basePath stands before every route and shows in ctx.config", async () => {
  const app = new App({ basePath: "/base" })
    .get("/", (ctx) => ctx.text(`home ${ctx.config.basePath}`))
    .get("/x", (ctx) => ctx.text(ctx.route!));
  const server = serve(app);
  assert.equal(await server.text("/base"), "home /base");
  assert.equal(await server.text("/base/x"), "/base/x");
  assert.equal((await server.fetch("/x")).status, 404);
});

Deno.test("trustProxy takes the origin from the forwarding headers", async () => {
  const headers = {
    "x-forwarded-proto": "https",
    "x-forwarded-host": "example.com",
  };
  const show = (trustProxy: boolean) =>
    serve(new App({ trustProxy }).get("/", (ctx) => ctx.text(ctx.url.origin)))
      .text("/", { headers });
  assert.equal(await show(true), "https://example.com");
  assert.equal(await show(false), "http://localhost");
});

Deno.test("mountApp() adds another app's parts below a path", async () => {
  const inner = new App<State>().use(append("I")).get("/", answer)
    .get("/x/:id", (ctx) => ctx.text(ctx.state.text + ctx.params.id))
    .route("/page", { component: () => <p>page</p> });
  const app = new App<State>().use(append("O")).mountApp("/in", inner)
    .get("/", answer);
  const server = serve(app);
  assert.equal(await server.text("/"), "O");
  assert.equal(await server.text("/in"), "OI");
  assert.equal(await server.text("/in/x/7"), "OI7");
  assert.match(await server.text("/in/page"), /<p>page<\/p>/);
});

Deno.test("mountApp() keeps the base path of the other app", async () => {
  const inner = new App<State>({ basePath: "/api" }).use(append("I"))
    .get("/users", answer)
    .route("/page", { component: () => <p>page</p> });
  const server = serve(new App<State>().mountApp("/v1", inner));
  assert.equal(await server.text("/v1/api/users"), "I");
  assert.match(await server.text("/v1/api/page"), /<p>page<\/p>/);
  assert.equal((await server.fetch("/v1/users")).status, 404);
});

Deno.test("a mounted app's wrapper and notFound() become those of the whole app", async () => {
  const inner = new App()
    .appWrapper(({ Component }: PageProps) => (
      <main>
        <Component />
      </main>
    ))
    .notFound(() => new Response("inner", { status: 404 }))
    .get("/page", (ctx) => ctx.render(<p>inner</p>));
  const server = serve(
    new App().get("/", (ctx) => ctx.render(<p>outer</p>))
      .mountApp("/in", inner),
  );
  assert.match(await server.text("/in/page"), /<main><p>inner<\/p><\/main>/);
  assert.match(await server.text("/"), /<main><p>outer<\/p><\/main>/);
  assert.equal(await server.text("/in/nothing"), "inner");
  assert.equal(await server.text("/nothing"), "inner");
});

Deno.test("notFound() answers every 404, also below an onError() of its own path", async () => {
  const thrower = (status: number) => () => {
    throw new HttpError(status);
  };
  const routes = () =>
    new App().onError("/a", () => new Response("a", { status: 500 }))
      .get("/a/lost", thrower(404))
      .get("/a/broken", thrower(500));
  await collectErrors(async () => {
    const without = serve(routes());
    assert.equal(await without.text("/a/lost"), "a");
    const server = serve(
      routes().notFound(() => new Response("none", { status: 404 })),
    );
    assert.equal(await server.text("/a/lost"), "none");
    assert.equal(await server.text("/a/broken"), "a");
  });
});

Deno.test("mountApp() at the root merges, and an app can mount itself", async () => {
  const app = new App<State>().use(append("A")).get("/", answer);
  app.mountApp("/self", app);
  const server = serve(app);
  assert.equal(await server.text("/"), "A");
  assert.equal(await server.text("/self"), "AA");
  const merged = new App<State>().mountApp("/", app);
  assert.equal(await serve(merged).text("/"), "A");
});

Deno.test("route() renders a component with the data of its handler", async () => {
  const app = new App().route("/x", {
    handler: { GET: () => page({ name: "Fresh" }, { status: 201 }) },
    component: ({ data }: PageProps<{ name: string }>) => <h1>{data.name}</h1>,
  });
  const response = await serve(app).fetch("/x");
  assert.equal(response.status, 201);
  assert.match(await response.text(), /<h1>Fresh<\/h1>/);
});

Deno.test("route() takes a lazy route, and its config as an argument", async () => {
  const app = new App()
    .appWrapper(({ Component }: PageProps) => (
      <main>
        <Component />
      </main>
    ))
    .route("/lazy", () => Promise.resolve({ component: () => <p>lazy</p> }), {
      skipAppWrapper: true,
    });
  const html = await serve(app).text("/lazy");
  assert.match(html, /<p>lazy<\/p>/);
  assert.doesNotMatch(html, /<main>/);
});

Deno.test("config.methods names the methods of a lazy route", async () => {
  const lazy = async () =>
    await Promise.resolve({
      handler: (ctx: Context<unknown>) => ctx.text(ctx.req.method),
    });
  const server = serve(
    new App()
      .route("/some", lazy, { methods: ["GET", "PUT"] })
      .route("/all", lazy, { methods: "ALL" })
      .route("/unsaid", lazy, { skipAppWrapper: true })
      .route("/known", { handler: (ctx) => ctx.text(ctx.req.method) }, {
        methods: ["GET"],
      }),
  );
  const ask = async (path: string, method: string) =>
    (await server.fetch(path, { method })).status;
  assert.equal(await server.text("/some", { method: "PUT" }), "PUT");
  assert.equal(await ask("/some", "HEAD"), 200);
  const refused = await server.fetch("/some", { method: "POST" });
  assert.equal(refused.status, 405);
  assert.equal(refused.headers.get("allow"), "GET, PUT, HEAD, OPTIONS");
  assert.equal(await ask("/some", "OPTIONS"), 204);
  for (const path of ["/all", "/unsaid", "/known"]) {
    assert.equal(await ask(path, "POST"), 200);
  }
});

Deno.test("layouts nest by path, inside the app wrapper", async () => {
  const box = (name: string) => ({ Component }: PageProps) => (
    <div class={name}>
      <Component />
    </div>
  );
  const app = new App().appWrapper(box("app")).layout("*", box("all"))
    .layout("/a", box("a"))
    .layout("/a/own", box("own"), { skipInheritedLayouts: true })
    .layout("/a/bare", box("bare"), { skipAppWrapper: true })
    .get("/", (ctx) => ctx.render(<p>x</p>))
    .get("/a", (ctx) => ctx.render(<p>x</p>))
    .get("/a/own", (ctx) => ctx.render(<p>x</p>))
    .get("/a/bare", (ctx) => ctx.render(<p>x</p>));
  const server = serve(app);
  const classes = async (path: string) =>
    [...(await server.text(path)).matchAll(/class="(\w+)"/g)].map((m) => m[1]);
  assert.deepEqual(await classes("/"), ["app", "all"]);
  assert.deepEqual(await classes("/a"), ["app", "all", "a"]);
  assert.deepEqual(await classes("/a/own"), ["app", "own"]);
  assert.deepEqual(await classes("/a/bare"), ["all", "a", "bare"]);
});

Deno.test("ctx.render() can leave out the layouts and the app wrapper", async () => {
  const app = new App()
    .appWrapper(({ Component }: PageProps) => (
      <main>
        <Component />
      </main>
    ))
    .layout("*", ({ Component }: PageProps) => (
      <section>
        <Component />
      </section>
    ))
    .get("/", (ctx) =>
      ctx.render(<p>x</p>, undefined, {
        skipAppWrapper: true,
        skipInheritedLayouts: true,
      }));
  assert.doesNotMatch(await serve(app).text("/"), /<main>|<section>/);
});

Deno.test("components may be asynchronous and may answer by themselves", async () => {
  const app = new App()
    .appWrapper(async ({ Component }: PageProps) => {
      await Promise.resolve();
      return (
        <html>
          <body class="app">
            <Component />
          </body>
        </html>
      );
    })
    .layout("*", async ({ Component }: PageProps) => {
      await Promise.resolve();
      return (
        <div class="layout">
          <Component />
        </div>
      );
    })
    .route("/page", { component: async () => <p>{await "async"}</p> })
    .route("/moved", {
      // deno-lint-ignore require-await -- the type of the component is what is tested
      component: async () =>
        new Response(null, { status: 302, headers: { location: "/page" } }),
    });
  const server = serve(app);
  assert.match(
    await server.text("/page"),
    /class="app"><div class="layout"><p>async<\/p>/,
  );
  assert.equal((await server.fetch("/moved")).status, 302);
});

Deno.test("a middleware sees what is thrown below it, and so does ctx.error", async () => {
  const seen: unknown[] = [];
  const app = new App()
    .use(async (ctx) => {
      try {
        return await ctx.next();
      } catch (error) {
        seen.push(error, ctx.error);
        throw error;
      }
    })
    .get("/", () => {
      throw "fail";
    });
  let status = 0;
  await collectErrors(async () => {
    status = (await serve(app).fetch("/")).status;
  });
  assert.equal(status, 500);
  assert.deepEqual(seen, ["fail", "fail"]);
});

Deno.test("a middleware can run what is below it twice", async () => {
  let runs = 0;
  const app = new App()
    .use(async (ctx) => {
      await ctx.next();
      return await ctx.next();
    })
    .use((ctx) => ctx.next())
    .get("/", () => new Response(String(++runs)));
  assert.equal(await serve(app).text("/"), "2");
});

Deno.test("an unexpected error is 500, logged once, and shown to nobody", async () => {
  const app = new App().use((ctx) => ctx.next()).get("/", () => {
    throw new Error("the secret");
  });
  let text = "";
  const logged = await collectErrors(async () => {
    const response = await serve(app).fetch("/");
    assert.equal(response.status, 500);
    text = await response.text();
  });
  assert.equal(logged.length, 1);
  assert.equal((logged[0] as Error).message, "the secret");
  assert.doesNotMatch(text, /secret/);
});

Deno.test("an unexpected error is logged also when an error page answers it", async () => {
  const app = new App().onError(
    "*",
    () => new Response("oops", { status: 500 }),
  )
    .get("/", () => {
      throw new Error("the secret");
    });
  const logged = await collectErrors(async () => {
    assert.equal(await serve(app).text("/"), "oops");
  });
  assert.equal(logged.length, 1);
});

Deno.test("HttpError answers with its status, and is not logged below 500", async () => {
  const app = new App().get("/", () => {
    throw new HttpError(403, "Not yours");
  });
  const logged = await collectErrors(async () => {
    const response = await serve(app).fetch("/");
    assert.equal(response.status, 403);
    assert.equal(await response.text(), "Not yours");
  });
  assert.deepEqual(logged, []);
});

Deno.test("HttpError has a message of its own, and keeps its cause", () => {
  const cause = new Error("cause");
  assert.equal(new HttpError(404).message, "Not Found");
  assert.equal(new HttpError(500, "text", { cause }).cause, cause);
});

Deno.test("the nearest onError() answers", async () => {
  const say = (name: string): Middleware<unknown> => () =>
    new Response(name, { status: 500 });
  const thrower = () => {
    throw new HttpError(400);
  };
  const app = new App().onError("*", say("outer"))
    .onError("/foo/bar", say("inner"))
    .get("/thrower", thrower).get("/foo/bar/thrower", thrower);
  const server = serve(app);
  assert.equal(await server.text("/thrower"), "outer");
  assert.equal(await server.text("/foo/bar/thrower"), "inner");
});

Deno.test("an error page comes after the middlewares of its level have run, and outside of them", async () => {
  const mark = (name: string): Middleware<State> => async (ctx) => {
    ctx.state.text = (ctx.state.text ?? "") + name;
    const response = await ctx.next();
    response.headers.append("x-after", name);
    return response;
  };
  const app = new App<State>().use(mark("O")).use("/in", mark("I"))
    .onError("/in", (ctx) => ctx.text(`error ${ctx.state.text}`))
    .notFound((ctx) => ctx.text(`none ${ctx.state.text}`))
    .get("/in/bad", () => {
      throw new HttpError(400);
    });
  const server = serve(app);
  const bad = await server.fetch("/in/bad");
  assert.equal(await bad.text(), "error OI");
  assert.equal(bad.headers.get("x-after"), "O");
  const missing = await server.fetch("/missing");
  assert.equal(await missing.text(), "none O");
  assert.equal(missing.headers.get("x-after"), null);
});

Deno.test("onError() without a path, and with a route", async () => {
  const app = new App()
    .onError({
      component: ({ error }: PageProps) => <p>{(error as Error).message}</p>,
    })
    .get("/", () => {
      throw new HttpError(418, "teapot");
    });
  const response = await serve(app).fetch("/");
  assert.equal(response.status, 418);
  assert.match(await response.text(), /<p>teapot<\/p>/);
});

Deno.test("an error in an error page is 500", async () => {
  const app = new App()
    .onError(() => {
      throw new Error("again");
    })
    .get("/", () => {
      throw new HttpError(400);
    });
  const logged = await collectErrors(async () => {
    assert.equal((await serve(app).fetch("/")).status, 500);
  });
  assert.equal(logged.length, 1);
});

Deno.test("a handler that returns no response is an error", async () => {
  const app = new App().get("/", (() => {}) as unknown as Middleware<unknown>);
  await collectErrors(async () => {
    const response = await serve(app).fetch("/");
    assert.equal(response.status, 500);
    assert.equal(await response.text(), "Internal server error");
  });
});

Deno.test("handler() can be called with a request alone", async () => {
  const handler = new App().get(
    "/",
    (ctx) => ctx.text((ctx.info.remoteAddr as Deno.NetAddr).hostname),
  ).handler();
  const response = await handler(new Request("http://localhost/"));
  assert.equal(await response.text(), "localhost");
});

Deno.test("listen() serves over a socket, and resolves as soon as it listens", async () => {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();
  await new App().get("/", (ctx) => ctx.text("over http")).listen({
    hostname: "127.0.0.1",
    port: 0,
    remoteAddress: "https://example.com",
    signal: controller.signal,
    onListen: ({ port }) => resolve(port),
  });
  const response = await fetch(`http://127.0.0.1:${await promise}/`);
  assert.equal(await response.text(), "over http");
  controller.abort();
});

Deno.test("listen() without a port takes the first free one from 8000 on", async () => {
  const taken: Deno.Listener[] = [];
  for (let port = 8000; taken.length === 0 && port < 8019; port++) {
    try {
      taken.push(Deno.listen({ hostname: "127.0.0.1", port }));
    } catch {
      // Somebody else has it.
    }
  }
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<number>();
  const listening = new App().listen({
    hostname: "127.0.0.1",
    signal: controller.signal,
    onListen: ({ port }) => resolve(port),
  });
  const own = (taken[0]!.addr as Deno.NetAddr).port;
  const found = await promise;
  assert.ok(found > own && found < 8020, `${found}`);
  controller.abort();
  await listening;
  await assert.rejects(
    new App().listen({ hostname: "127.0.0.1", port: own }),
    Deno.errors.AddrInUse,
  );
  taken[0]!.close();
});

Deno.test("an answer to HEAD never has a body, whatever gives it", async () => {
  const text = () => new Response("text", { headers: { "x-a": "b" } });
  const server = serve(
    new App().all("/all", text).head("/head", text)
      .route("/function", { handler: text })
      .route("/object", { handler: { HEAD: text } })
      .use((ctx) => ctx.url.pathname === "/middleware" ? text() : ctx.next()),
  );
  for (const path of ["/all", "/head", "/function", "/object", "/middleware"]) {
    const response = await server.fetch(path, { method: "HEAD" });
    assert.equal(response.headers.get("x-a"), "b", path);
    assert.equal(await response.text(), "", path);
  }
});

Deno.test("an answer to HEAD does not claim that there is nothing", async () => {
  const app = new App().get("/x", () => new Response("twelve bytes"));
  const http = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    app.handler(),
  );
  const response = await fetch(`http://127.0.0.1:${http.addr.port}/x`, {
    method: "HEAD",
  });
  assert.equal(await response.text(), "");
  assert.notEqual(response.headers.get("content-length"), "0");
  await http.shutdown();
});

Deno.test("an HttpError whose status is none of an error's answers 500", async () => {
  for (const status of [101, 204, 304, 1000]) {
    const app = new App().get("/", () => {
      throw new HttpError(status);
    });
    const response = await serve(app).fetch("/");
    assert.equal(response.status, 500, String(status));
    assert.equal(await response.text(), "Internal server error");
  }
});

Deno.test("a page that is no async function may answer with a response", async () => {
  const app = new App().route("/", {
    component: (() => Response.redirect("http://localhost/login")) as never,
  });
  const response = await serve(app).fetch("/");
  assert.equal(response.status, 302);
  assert.equal(response.headers.get("location"), "http://localhost/login");
});

Deno.test("a component may redirect", async () => {
  const app = new App<State>()
    .use((ctx) => {
      ctx.state.text = ctx.url.search;
      return ctx.next();
    })
    .layout(
      "*",
      ({ Component, state, redirect }) =>
        state.text === "?layout" ? redirect("/from-layout") : <Component />,
    )
    .route("/", {
      component: (ctx) =>
        ctx.state.text === "" ? ctx.redirect("//x", 303) : <p>here</p>,
    });
  const server = serve(app);
  const response = await server.fetch("/");
  assert.equal(response.status, 303);
  assert.equal(response.headers.get("location"), "/x");
  assert.match(await server.text("/?stay"), /<p>here<\/p>/);
  const moved = await server.fetch("/?layout");
  assert.equal(moved.headers.get("location"), "/from-layout");
});

Deno.test("components that are no async functions may give promises", async () => {
  let calls = 0;
  const later = <T,>(value: T) => Promise.resolve().then(() => value);
  const app = new App()
    .appWrapper(({ Component }) =>
      later(
        <html>
          <body>
            <Component />
          </body>
        </html>,
      )
    )
    .layout("*", ({ Component }) => later(<main>{<Component />}</main>))
    .route("/page", {
      component: ({ url }) => {
        calls++;
        return later(<p>{url.pathname}</p>);
      },
    })
    .route("/moved", {
      component: ({ redirect }) => later(redirect("/page")),
    })
    .route("/broken", {
      component: () => Promise.reject(new HttpError(409, "broken")),
    })
    .onError("*", (ctx) => ctx.text((ctx.error as Error).message));
  const server = serve(app);
  assert.equal(
    await server.text("/page"),
    "<!DOCTYPE html><html><body><main><p>/page</p></main></body></html>",
  );
  assert.equal(calls, 1);
  assert.equal((await server.fetch("/moved")).status, 302);
  assert.equal(await server.text("/broken"), "broken");
});

Deno.test("a page that waits for a lazy component may give a promise too", async () => {
  const Late = lazy(() => Promise.resolve({ default: () => <u>late</u> }));
  const app = new App()
    .appWrapper(({ Component }) => (
      <html>
        <body>
          <Suspense fallback={null}>
            <Late />
          </Suspense>
          <Component />
        </body>
      </html>
    ))
    .route("/", { component: () => Promise.resolve(<p>page</p>) });
  assert.match(await serve(app).text("/"), /<u>late<\/u>.*<p>page<\/p>/);
});

Deno.test("a handler may switch to a WebSocket, also below middlewares that add headers", async () => {
  const app = new App().use(csp(), cors()).get("/ws", (ctx) => {
    const { socket, response } = Deno.upgradeWebSocket(ctx.req);
    socket.onmessage = ({ data }) => socket.send(`echo ${data}`);
    return response;
  });
  const http = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    app.handler(),
  );
  const socket = new WebSocket(`ws://127.0.0.1:${http.addr.port}/ws`);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.onopen = () => socket.send("a");
  socket.onmessage = ({ data }) => resolve(data);
  socket.onerror = () => reject(new Error("The socket failed."));
  assert.equal(await promise, "echo a");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
  await http.shutdown();
});

Deno.test("what is added for one method and pattern runs from top to bottom", async () => {
  const server = serve(
    new App<State>()
      .all("/a", () => new Response("all")).get("/a", () => new Response("get"))
      .get("/b", append("1")).get("/b", append("2")).get("/b", answer)
      .get("/c", () => new Response("get")).all("/c", () => new Response("all"))
      .get("/d", (ctx) => ctx.next()),
  );
  assert.equal(await server.text("/a"), "all");
  assert.equal(await server.text("/b"), "12");
  assert.equal(await server.text("/c"), "get");
  assert.equal(await server.text("/c", { method: "PUT" }), "all");
  assert.equal((await server.fetch("/d")).status, 404);
  assert.equal((await server.fetch("/b", { method: "PUT" })).status, 405);
});

Deno.test("a route leaves the methods that it has no handler for to those after it", async () => {
  const lazy = (method: string) => () =>
    Promise.resolve({ handler: { [method]: () => new Response(method) } });
  const server = serve(
    new App().route("/a", lazy("POST")).route("/a", lazy("GET"))
      .put("/a", () => new Response("PUT")),
  );
  for (const method of ["POST", "GET", "PUT"]) {
    assert.equal(await server.text("/a", { method }), method);
  }
  const refused = await server.fetch("/a", { method: "DELETE" });
  assert.equal(refused.status, 405);
  assert.deepEqual(
    refused.headers.get("allow")!.split(", ").sort(),
    ["GET", "HEAD", "OPTIONS", "POST", "PUT"],
  );
});

const boxed = (name: string) => ({ Component }: PageProps) => (
  <div class={name}>
    <Component />
  </div>
);

Deno.test("middlewares further out see the answer to a thrown 404, and its page has the layouts down to there", async () => {
  const lost = () => {
    throw new HttpError(404);
  };
  const server = serve(
    new App<State>()
      .use(async (ctx) => {
        const response = await ctx.next();
        response.headers.set("x-root", String(response.status));
        return response;
      })
      .notFound({ component: () => <p>none</p> })
      .layout("/", boxed("root"))
      .layout("/a", boxed("a"))
      .use("/a", async (ctx) => {
        const response = await ctx.next();
        response.headers.set("x-a", "seen");
        return response;
      })
      .get("/a/b", lost)
      .get("/a", lost),
  );
  const inner = await server.fetch("/a/b");
  assert.equal(inner.headers.get("x-root"), "404");
  assert.equal(inner.headers.get("x-a"), "seen");
  assert.match(
    await inner.text(),
    /<div class="root"><div class="a"><p>none<\/p>/,
  );
  const own = await server.fetch("/a");
  assert.equal(own.headers.get("x-root"), "404");
  assert.equal(own.headers.get("x-a"), null);
  assert.match(await own.text(), /<div class="root"><div class="a"><p>none/);
  const unmatched = await server.fetch("/nowhere");
  assert.equal(unmatched.headers.get("x-root"), null);
  assert.match(await unmatched.text(), /<div class="root"><p>none/);
});

Deno.test("an error page that asks for what comes next gets a 404", async () => {
  const server = serve(
    new App().notFound((ctx) => ctx.next()).get("/a", () => {
      throw new HttpError(404);
    }),
  );
  for (const path of ["/a", "/nowhere"]) {
    assert.equal((await server.fetch(path)).status, 404);
  }
});

Deno.test("ctx.render() in a middleware has the layouts down to its own path", async () => {
  const server = serve(
    new App()
      .layout("/", boxed("root"))
      .layout("/a", boxed("a"))
      .layout("/a/b", boxed("b"))
      .use("/a", async (ctx) => {
        const response = await ctx.next();
        if (response.status === 204) return await ctx.render(<p>after</p>);
        await response.body?.cancel();
        return ctx.url.search === "" ? response : ctx.render(<p>instead</p>);
      })
      .get("/a/b/none", () => new Response(null, { status: 204 }))
      .get("/a/b/page", (ctx) => ctx.render(<p>page</p>)),
  );
  const inA = (text: string) =>
    new RegExp(`<body><div class="root"><div class="a"><p>${text}</p></div>`);
  assert.match(await server.text("/a/b/none"), inA("after"));
  assert.match(await server.text("/a/b/page?x"), inA("instead"));
});

Deno.test("a component whose route has no handler gets empty data, as do error pages", async () => {
  const Shown = ({ data }: PageProps<{ message?: string }>) => (
    <p>{data.message ?? "nothing said"}</p>
  );
  const server = serve(
    new App()
      .notFound({ component: Shown })
      .onError("*", { component: Shown })
      .route("/form", {
        component: Shown,
        handler: { POST: () => page({ message: "sent" }) },
      })
      .route("/broken", {
        handler: () => page({ message: "of the page" }),
        component: () => {
          throw new HttpError(400);
        },
      }),
  );
  assert.match(await server.text("/form"), /nothing said/);
  assert.match(await server.text("/form", { method: "POST" }), /sent/);
  assert.match(await server.text("/broken"), /nothing said/);
  assert.match(await server.text("/nowhere"), /nothing said/);
});

Deno.test("layouts and the app wrapper do not get the data of the page", async () => {
  const Frame = ({ data, Component }: PageProps) => (
    <div>
      {JSON.stringify(data)}
      <Component />
    </div>
  );
  const server = serve(
    new App().appWrapper(Frame).layout("/", Frame).route("/", {
      handler: () => page("own"),
      component: ({ data }: PageProps<string>) => <p>{data}</p>,
    }),
  );
  assert.match(
    await server.text("/"),
    /<div>null<div>null<p>own<\/p><\/div><\/div>/,
  );
});

Deno.test("the page is rendered before the app wrapper, which shows what it has set", async () => {
  const Theme = createContext("none");
  const server = serve(
    new App<{ title: string }>()
      .appWrapper(({ Component, state }) => (
        <html>
          <head>
            <title>{state.title}</title>
          </head>
          <body>
            <Theme.Provider value="of the wrapper">
              <Component />
            </Theme.Provider>
          </body>
        </html>
      ))
      .get("/", (ctx) => {
        const Page = () => {
          ctx.state.title = "Set by the page";
          return <p>{useContext(Theme)} &amp; more</p>;
        };
        return ctx.render(<Page />);
      }),
  );
  const html = await server.text("/");
  assert.match(html, /<title>Set by the page<\/title>/);
  assert.match(html, /<body><p>none &amp; more<\/p><\/body>/);
});

Deno.test("an HttpError with an empty message says what its status means", async () => {
  const server = serve(
    new App().get("/", () => {
      throw new HttpError(404, "");
    }),
  );
  assert.equal(await server.text("/"), "Not Found");
});
