import type { Context } from "../context.ts";
import type { Middleware } from "../handlers.ts";
import { HttpError } from "../http_error.ts";

/** Options of {@linkcode csrf}. */
export interface CsrfOptions<State = unknown> {
  /** The origins to accept besides the app's own, or a function that decides. */
  origin?:
    | string
    | string[]
    | ((origin: string, ctx: Context<State>) => boolean);
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * Refuses requests that another site makes a browser send: those that change
 * something need `Sec-Fetch-Site: same-origin`, or an `Origin` that is allowed.
 */
export function csrf<State = unknown>(
  options: CsrfOptions<State> = {},
): Middleware<State> {
  const { origin: allowed } = options;
  const isAllowed = (origin: string, ctx: Context<State>): boolean => {
    if (typeof allowed === "function") return allowed(origin, ctx);
    if (typeof allowed === "string") return origin === allowed;
    if (Array.isArray(allowed)) return allowed.includes(origin);
    return origin === ctx.url.origin;
  };
  return async (ctx) => {
    if (SAFE_METHODS.has(ctx.req.method)) return await ctx.next();
    const site = ctx.req.headers.get("sec-fetch-site");
    if (site === "same-origin" || site === "none") return await ctx.next();
    const origin = ctx.req.headers.get("origin");
    if (site === null && origin === null) return await ctx.next();
    if (origin !== null && isAllowed(origin, ctx)) return await ctx.next();
    throw new HttpError(403);
  };
}
