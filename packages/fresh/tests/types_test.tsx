/**
 * An app as the documentation writes one. That this file passes the type check
 * is the test; every expected error is one that must be reported.
 */
import assert from "node:assert/strict";
import {
  App,
  type Context,
  createDefine,
  type FreshContext,
  type HandlerByMethod,
  HttpError,
  type LayoutConfig,
  type Middleware,
  page,
  type PageProps,
  type RouteConfig,
  type RouteHandler,
  staticFiles,
} from "fresh";
import { serve } from "./fake_build.ts";

interface State {
  user?: { name: string };
}

const define = createDefine<State>();

export const config: RouteConfig = { routeOverride: "/x/:y" };
export const layoutConfig: LayoutConfig = { skipAppWrapper: true };

const middleware = define.middleware((ctx) => {
  ctx.state.user = { name: "Ann" };
  return ctx.next();
});
const middlewares = define.middleware([middleware, async (ctx) => {
  const response = await ctx.next();
  response.headers.set("x-seen", ctx.state.user?.name ?? "");
  return response;
}]);

const handler = define.handlers({
  GET(ctx) {
    if (ctx.params.id === "0") throw new HttpError(404);
    return page({ id: ctx.params.id, name: ctx.state.user?.name });
  },
  async POST(ctx) {
    await ctx.req.body?.cancel();
    return ctx.redirect("/");
  },
});

const Page = define.page<typeof handler>(({ data, state, url }) => {
  const name: string | undefined = data.name;
  // @ts-expect-error -- the handler gives no such data
  data.missing;
  return <p title={url.href}>{name} {data.id} {state.user?.name}</p>;
});

const AsyncPage = define.page(async (ctx) => {
  await Promise.resolve();
  return ctx.url.search === "?moved"
    ? new Response(null, { status: 302 })
    : <p>{ctx.state.user?.name}</p>;
});

const Guarded = define.page((ctx) => {
  if (ctx.url.search !== "?in") return ctx.redirect("/login");
  return <h1>Welcome, {ctx.state.user?.name}</h1>;
});

const Document = define.page(({ Component }) => (
  <html>
    <body>
      <Component />
    </body>
  </html>
));

const Layout = define.layout(({ Component, state }) => (
  <section class={state.user?.name}>
    <Component />
  </section>
));

const single = define.handlers((ctx) => page({ method: ctx.req.method }));
const Single = define.page<typeof single>((props) => <p>{props.data.method}
</p>);

const byMethod: HandlerByMethod<{ n: number }, State> = {
  GET: () => ({ data: { n: 1 } }),
  // @ts-expect-error -- the data is a number
  PUT: () => page({ n: "1" }),
};
const anyHandler: RouteHandler<unknown, State> = (ctx) =>
  ctx.json(ctx.state.user);
function Typed(props: PageProps<{ n: number }, State>) {
  return <p>{props.data.n.toFixed()}</p>;
}
const typed: Middleware<State> = async (ctx: Context<State>) =>
  await ctx.next();
const asFresh = (ctx: FreshContext<State>) => ctx.text(ctx.state.user!.name);

// @ts-expect-error -- the state has no such part
define.middleware((ctx) => ctx.state.nothing);
// @ts-expect-error -- a middleware gives a response
define.middleware(() => 5);

const app = new App<State>()
  .use(staticFiles())
  .use(middleware, ...middlewares, typed)
  .use(async () => (await Promise.resolve({ default: typed })).default)
  .appWrapper(Document)
  .layout("/items", Layout, { skipInheritedLayouts: true })
  .route("/items/:id", { component: Page, handler })
  .route("/async", { component: AsyncPage })
  .route("/guarded", { component: Guarded })
  .route("/single", { component: Single, handlers: single })
  .route("/typed", { component: Typed, handler: byMethod })
  .route("/any", { handler: anyHandler })
  .route("/lazy", async () => await Promise.resolve({ component: AsyncPage }))
  .get("/fresh", asFresh)
  .onError("*", (ctx) =>
    new Response(String(ctx.error), {
      status: ctx.error instanceof HttpError ? ctx.error.status : 500,
    }))
  .notFound(() => new Response("none", { status: 404 }));

Deno.test("an app written as the documentation does type-checks and runs", async () => {
  const server = serve(app, {});
  const response = await server.fetch("/items/7");
  assert.equal(response.headers.get("x-seen"), "Ann");
  assert.match(
    await response.text(),
    /<section class="Ann"><p title="http:\/\/localhost\/items\/7">Ann 7 Ann<\/p>/,
  );
  assert.equal(await server.text("/items/0"), "none");
  assert.match(await server.text("/async"), /<p>Ann<\/p>/);
  assert.equal((await server.fetch("/async?moved")).status, 302);
  assert.match(await server.text("/guarded?in"), /<h1>Welcome, Ann<\/h1>/);
  const redirected = await server.fetch("/guarded");
  assert.equal(redirected.headers.get("location"), "/login");
  assert.match(await server.text("/single"), /<p>GET<\/p>/);
  assert.match(await server.text("/typed"), /<p>1<\/p>/);
  assert.equal(await server.text("/any"), '{"name":"Ann"}');
  assert.match(await server.text("/lazy"), /<p>Ann<\/p>/);
  assert.equal(await server.text("/fresh"), "Ann");
});
