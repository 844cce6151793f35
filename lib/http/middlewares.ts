import { HttpError } from "fresh";
import { readSession } from "../access/sessions.ts";
import { makeId } from "../model/ids.ts";
import { dashboardPath } from "../model/spaces.ts";
import { finish } from "./finish.ts";
import { problemResponse } from "./problem_response.ts";
import { ROUTE_POLICY } from "./route_policy.ts";
import { clearSessionCookie, sessionSecret } from "./session_cookie.ts";
import { define, type Deps, type Middleware } from "./state.ts";

const isApi = (path: string) => path.startsWith("/api/");

/** Outermost: gives the request its id, and its answer what every answer has. */
export function observe(deps: Deps): Middleware {
  return define.middleware(async (ctx) => {
    ctx.state.deps = deps;
    ctx.state.session = null;
    ctx.state.startedAt = performance.now();
    ctx.state.requestId = makeId(
      "op",
      deps.now(),
      crypto.getRandomValues(new Uint8Array(10)),
    )
      .slice(3);
    return finish(ctx, await ctx.next());
  });
}

/** Refuses state-changing requests that another site made a browser send (Fetch Metadata, else Origin). */
export const sameOrigin: Middleware = define.middleware((ctx) => {
  const { method, headers } = ctx.req;
  if (method === "GET" || method === "HEAD" || method === "OPTIONS") {
    return ctx.next();
  }
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  // Behind a proxy the host that people see may be another one than the request's.
  const { publicUrl } = ctx.state.deps;
  const hosts = [headers.get("host"), publicUrl && new URL(publicUrl).host];
  const good = site !== null
    ? site === "same-origin" || site === "none"
    : origin === null ||
      (URL.canParse(origin) && hosts.includes(new URL(origin).host));
  return good ? ctx.next() : problemResponse(ctx, "wrong-origin");
});

/** Reads the session and decides by the route's class: deny unless allowed, pages and APIs alike. */
export const guard: Middleware = define.middleware(async (ctx) => {
  const { deps } = ctx.state;
  const path = ctx.url.pathname;
  const routeClass =
    ctx.route !== null && Object.hasOwn(ROUTE_POLICY, ctx.route)
      ? ROUTE_POLICY[ctx.route]
      : undefined;
  // Nothing is there, or nobody has said who may reach it.
  if (routeClass === undefined) throw new HttpError(404);
  const secret = sessionSecret(ctx.req);
  if (
    secret !== null && routeClass !== "public" || path === "/" ||
    path === "/login"
  ) {
    ctx.state.session = secret === null
      ? null
      : await readSession(deps.store, secret, deps.now());
  }
  if (routeClass === "public") return await ctx.next();
  const { session } = ctx.state;
  if (session === null) {
    if (isApi(path)) return problemResponse(ctx, "unauthenticated");
    const next = ctx.req.method === "GET"
      ? `?next=${encodeURIComponent(path)}`
      : "";
    const answer = ctx.redirect(`/login${next}`, 303);
    if (secret !== null) clearSessionCookie(answer.headers);
    return answer;
  }
  if (routeClass !== "session" && session.me.space !== routeClass) {
    return isApi(path)
      ? problemResponse(ctx, "wrong-space")
      : ctx.redirect(dashboardPath(session.me), 303);
  }
  const answer = await ctx.next();
  if (!answer.headers.has("cache-control")) {
    answer.headers.set("cache-control", "no-store");
  }
  return answer;
});
