/**
 * Apps, routes and middlewares: what server code imports.
 *
 * @module
 */
export { App } from "./src/app.ts";
export type { ListenOptions } from "./src/listen.ts";
export type { FreshConfig, ResolvedFreshConfig } from "./src/config.ts";
export { Context, type FreshContext } from "./src/context.ts";
export { createDefine, type Define, type HandlerData } from "./src/define.ts";
export type {
  Island,
  LayoutConfig,
  PageProps,
  RouteComponent,
  RouteConfig,
} from "./src/components.ts";
export {
  type HandlerByMethod,
  type HandlerFn,
  type MaybeLazy,
  type MaybeLazyMiddleware,
  type Middleware,
  type MiddlewareFn,
  page,
  type PageResponse,
  type Route,
  type RouteHandler,
} from "./src/handlers.ts";
export type { Method } from "./src/router.ts";
export { HttpError } from "./src/http_error.ts";
export { cors, type CORSOptions } from "./src/middlewares/cors.ts";
export { csp, type CSPOptions } from "./src/middlewares/csp.ts";
export { csrf, type CsrfOptions } from "./src/middlewares/csrf.ts";
export { staticFiles } from "./src/middlewares/static_files.ts";
export { trailingSlashes } from "./src/middlewares/trailing_slashes.ts";
