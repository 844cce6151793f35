import { HttpError } from "fresh";
import { readSession, type Session } from "../access/sessions.ts";
import { makeId } from "../model/ids.ts";
import { dashboardPath } from "../model/spaces.ts";
import { may } from "../model/policy.ts";
import { auditDenial, auditRefusal } from "./denial.ts";
import { noteFault } from "./faults.ts";
import { tellScope } from "./field_scope.ts";
import { finish } from "./finish.ts";
import { problemResponse } from "./problem_response.ts";
import { entryOf, type Method, type RouteEntry } from "./route_policy.ts";
import { sessionSecret } from "./session_cookie.ts";
import {
  define,
  type Deps,
  type Middleware,
  type RequestContext,
} from "./state.ts";

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
    try {
      return finish(ctx, await ctx.next());
    } catch (error) {
      noteFault(error, ctx.state.requestId);
      throw error;
    }
  });
}

/**
 * Refuses state-changing requests that another site made a browser send (Fetch Metadata, else Origin). What needs a key
 * instead of a cookie is not concerned: no browser has it.
 */
export const sameOrigin: Middleware = define.middleware(async (ctx) => {
  const { method, headers } = ctx.req;
  if (
    method === "GET" || method === "HEAD" || method === "OPTIONS" ||
    entryOf(ctx.route)?.bearer
  ) return ctx.next();
  const site = headers.get("sec-fetch-site");
  const origin = headers.get("origin");
  // Behind a proxy the host that people see may be another one than the request's.
  const { publicUrl } = ctx.state.deps;
  const hosts = [headers.get("host"), publicUrl && new URL(publicUrl).host];
  const good = site !== null
    ? site === "same-origin" || site === "none"
    : origin === null ||
      (URL.canParse(origin) && hosts.includes(new URL(origin).host));
  if (good) return ctx.next();
  const answer = problemResponse(ctx, "wrong-origin");
  const session = await sessionOf(ctx);
  if (session) await auditDenial(ctx, session.me, "wrong-origin", 403);
  return answer;
});

/** The session that a request's cookie names, read from the store. */
async function sessionOf(ctx: RequestContext): Promise<Session | null> {
  const { store, now } = ctx.state.deps;
  const secret = sessionSecret(ctx.req);
  return secret === null ? null : await readSession(store, secret, now());
}

/**
 * Reads the session and decides by the route's entry in the manifest: deny unless allowed, pages and APIs alike. What
 * it refuses to somebody it knows, and what the routes behind it refuse, is audited.
 */
export const guard: Middleware = define.middleware(async (ctx) => {
  const path = ctx.url.pathname;
  const entry = entryOf(ctx.route);
  // Nothing is there, or nobody has said who may reach it.
  if (entry === null) throw new HttpError(404);
  const secret = sessionSecret(ctx.req);
  if (
    secret !== null && entry.class !== "public" || path === "/" ||
    path === "/login"
  ) {
    ctx.state.session = await sessionOf(ctx);
  }
  const { session } = ctx.state;
  if (entry.class === "public") {
    return listsMethod(ctx, entry) ? await ctx.next() : refuseMethod(ctx);
  }
  if (session === null) {
    if (isApi(path)) return problemResponse(ctx, "unauthenticated");
    const next = ctx.req.method === "GET"
      ? `?next=${encodeURIComponent(path)}`
      : "";
    return ctx.redirect(`/login${next}`, 303);
  }
  const { me } = session;
  if (entry.class !== "session" && me.space !== entry.class) {
    const answer = isApi(path)
      ? problemResponse(ctx, "wrong-space")
      : ctx.redirect(dashboardPath(me), 303);
    await auditDenial(ctx, me, "wrong-space", answer.status);
    return answer;
  }
  // The one path with a tenant in it: another one's dashboard is not there.
  if ((ctx.params.tenantId ?? me.tenantId) !== me.tenantId) {
    throw new HttpError(404);
  }
  if (!listsMethod(ctx, entry)) return refuseMethod(ctx);
  const answer = await auditRefusal(ctx, me, () => {
    const who = entry.methods[methodOf(ctx.req)];
    if (who !== "anyone" && (who === undefined || !may(me, who))) {
      if (!isApi(path)) throw new HttpError(403);
      return Promise.resolve(problemResponse(ctx, "forbidden"));
    }
    return Promise.resolve(ctx.next());
  });
  if (!answer.headers.has("cache-control")) {
    answer.headers.set("cache-control", "no-store");
  }
  if (!isApi(path)) tellScope(answer.headers, me);
  return answer;
});

const methodOf = ({ method }: Request) =>
  (method === "HEAD" ? "GET" : method) as Method;

function listsMethod(ctx: RequestContext, entry: RouteEntry): boolean {
  ctx.state.allow = Object.keys(entry.methods).join(", ");
  return Object.hasOwn(entry.methods, methodOf(ctx.req));
}

function refuseMethod(ctx: RequestContext): Response {
  if (!isApi(ctx.url.pathname)) throw new HttpError(405);
  return problemResponse(ctx, "method-not-allowed");
}
