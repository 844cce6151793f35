import { scopeOf } from "../context.ts";
import type { Middleware } from "../handlers.ts";

/**
 * Redirects to the one form of a path: `always` with a slash at its end, or
 * `never`. Put it behind `staticFiles()`, since it knows no files.
 */
export function trailingSlashes(mode: "always" | "never"): Middleware<unknown> {
  return (ctx) => {
    const { pathname } = scopeOf(ctx);
    if (pathname === "/" || pathname.endsWith("/") === (mode === "always")) {
      return ctx.next();
    }
    const path = mode === "always"
      ? `${pathname}/`
      : pathname.replace(/\/+$/, "");
    return ctx.redirect(path + ctx.url.search);
  };
}
