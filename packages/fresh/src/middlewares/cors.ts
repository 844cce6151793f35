import { type Context, scopeOf } from "../context.ts";
import type { Middleware } from "../handlers.ts";
import { withHeaders } from "../response_headers.ts";

/** Options of {@linkcode cors}. */
export interface CORSOptions<State = unknown> {
  /** Who may read the answers. Default: everybody. */
  origin?:
    | "*"
    | (string & Record<never, never>)
    | string[]
    | ((
      requestOrigin: string,
      ctx: Context<State>,
    ) => string | undefined | null);
  /** The methods that a preflight allows. */
  allowMethods?: string[];
  /** The request headers that a preflight allows; those asked for if empty. */
  allowHeaders?: string[];
  /** For how many seconds a preflight's answer holds. */
  maxAge?: number | null;
  /** Whether cookies may be sent along. */
  credentials?: boolean;
  /** The response headers that scripts may read. */
  exposeHeaders?: string[];
}

const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"];

/** Lets pages of other origins use what it is put before. */
export function cors<State = unknown>(
  options: CORSOptions<State> = {},
): Middleware<State> {
  const origin = options.origin ?? "*";
  const methods = options.allowMethods ?? METHODS;
  const allowedFor = (asked: string, ctx: Context<State>) => {
    if (typeof origin === "function") return origin(asked, ctx) ?? null;
    if (Array.isArray(origin)) return origin.includes(asked) ? asked : null;
    return origin === "*" || origin === asked ? origin : null;
  };
  return async (ctx) => {
    const allowed = allowedFor(ctx.req.headers.get("origin") ?? "", ctx);
    const add = (headers: Headers) => {
      if (allowed) headers.set("access-control-allow-origin", allowed);
      if (origin !== "*") headers.append("vary", "Origin");
      if (options.credentials) {
        headers.set("access-control-allow-credentials", "true");
      }
      if (options.exposeHeaders?.length) {
        headers.set(
          "access-control-expose-headers",
          options.exposeHeaders.join(","),
        );
      }
    };
    if (ctx.req.method === "OPTIONS") {
      const headers = new Headers();
      add(headers);
      if (options.maxAge !== undefined && options.maxAge !== null) {
        headers.set("access-control-max-age", String(options.maxAge));
      }
      if (methods.length > 0) {
        headers.set("access-control-allow-methods", methods.join(","));
      }
      const asked = options.allowHeaders?.length
        ? options.allowHeaders.join(",")
        : ctx.req.headers.get("access-control-request-headers");
      if (asked) {
        headers.set("access-control-allow-headers", asked);
        headers.append("vary", "Access-Control-Request-Headers");
      }
      return new Response(null, { status: 204, headers });
    }
    try {
      return withHeaders(await ctx.next(), add);
    } catch (error) {
      scopeOf(ctx).addToErrorPage(add);
      throw error;
    }
  };
}
