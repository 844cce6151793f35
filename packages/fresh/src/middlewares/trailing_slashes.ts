import { scopeOf } from "../context.ts";
import type { Middleware } from "../handlers.ts";

/**
 * Redirects to the one form of a path: `always` with a slash at its end, or
 * `never`. Paths that name a file (`/robots.txt`) get no slash.
 */
export function trailingSlashes(mode: "always" | "never"): Middleware<unknown> {
  return (ctx) => {
    const { pathname } = scopeOf(ctx);
    const has = pathname.endsWith("/");
    if (pathname !== "/") {
      if (mode === "never" && has) {
        return move(ctx.url, pathname.replace(/\/+$/, ""));
      }
      const isFile = pathname.slice(pathname.lastIndexOf("/")).includes(".");
      if (mode === "always" && !has && !isFile) {
        return move(ctx.url, `${pathname}/`);
      }
    }
    return ctx.next();
  };
}

function move(url: URL, pathname: string): Response {
  const location = pathname + url.search;
  return new Response(null, { status: 307, headers: { location } });
}
