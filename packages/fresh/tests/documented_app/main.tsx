import {
  App,
  cors,
  type CORSOptions,
  csp,
  type CSPOptions,
  csrf,
  type CsrfOptions,
  type FreshConfig,
  HttpError,
  type ListenOptions,
  type Middleware,
  page,
  staticFiles,
  trailingSlashes,
} from "fresh";
import { define, type State } from "./utils.ts";

const config: FreshConfig = { trustProxy: true, mode: "production" };
const corsOptions: CORSOptions = {
  origin: "http://example.com",
  allowHeaders: ["X-Custom-Header", "Upgrade-Insecure-Requests"],
  allowMethods: ["POST", "GET", "OPTIONS"],
  exposeHeaders: ["Content-Length"],
  maxAge: 600,
  credentials: true,
};
const cspOptions: CSPOptions = {
  reportOnly: true,
  reportTo: "/api/csp-reports",
  csp: ["script-src 'self'"],
  useNonce: true,
};
const csrfOptions: CsrfOptions = {
  origin: (origin) => origin.endsWith(".example.com"),
};

const timing: Middleware<State> = async (ctx) => {
  const response = await ctx.next();
  response.headers.set("Server-Timing", "total;dur=1");
  return response;
};

/** An app of its own, which knows nothing of the state of the one around it. */
const files = new App<{ count: number }>({ basePath: "/files" })
  .use((ctx) => {
    ctx.state.count = 1;
    return ctx.next();
  })
  .get("/robots.txt", (ctx) => ctx.text(`count ${ctx.state.count.toFixed()}`));

export const app = new App<State>(config)
  .use(staticFiles(), trailingSlashes("never"))
  .use(csp(cspOptions), cors(corsOptions), csrf(csrfOptions), timing)
  .use("/lazy", async () => {
    const mod = await import("./lazy.ts");
    return mod.default;
  })
  .use(define.middleware((ctx) => {
    ctx.state.title = "Welcome";
    return ctx.next();
  }))
  .onError("*", (ctx) => {
    const status = ctx.error instanceof HttpError ? ctx.error.status : 500;
    return ctx.render(<h1>Oops {status}</h1>, { status });
  })
  .notFound((ctx) => ctx.render(<h1>Page not found</h1>, { status: 404 }))
  .get("/books/:id", (ctx) => new Response(`Book: ${ctx.params.id}`))
  .get("/lazy", () => new Response("never"))
  .get("/inline-lazy", async () => (await import("./lazy.ts")).default)
  .post("/submit", timing, async (ctx) => {
    const form = await ctx.req.formData();
    return ctx.json({ name: String(form.get("name")) }, { status: 201 });
  })
  .put("/item", () => new Response(null, { status: 204 }))
  .patch("/item", () => new Response(null, { status: 204 }))
  .delete("/item", () => new Response(null, { status: 204 }))
  .head("/item", () => new Response(null))
  .all("/health", (ctx) => ctx.html(`<p>${ctx.req.method}</p>`))
  .get("/old-url", (ctx) => ctx.redirect("/new-url", 307))
  .get("/thrower", () => {
    throw new HttpError(403, "No", { cause: "a test" });
  })
  .layout("/inline", ({ Component }) => (
    <section>
      <Component />
    </section>
  ), { skipInheritedLayouts: true })
  .route("/inline", {
    component: (ctx) => <h1>About {ctx.data.name}</h1>,
    handlers: {
      GET(ctx) {
        return page({ name: ctx.url.pathname });
      },
    },
  })
  .mountApp("/mounted", files)
  .fsRoutes();

const options: ListenOptions = { port: 4000 };
if (import.meta.main) await app.listen(options);
