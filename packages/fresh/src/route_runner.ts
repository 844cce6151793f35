import { type Context, scopeOf } from "./context.ts";
import type { RouteConfig } from "./components.ts";
import type { HandlerFn, MaybeLazy, PageResponse, Route } from "./handlers.ts";
import { renderRouteResponse } from "./render/response.ts";
import type { PageFrame } from "./request_scope.ts";
import type { Method } from "./router.ts";

// deno-lint-ignore no-explicit-any -- routes of apps of any state are run here
type AnyState = any;
type AnyContext = Context<AnyState>;
type AnyRoute = Route<AnyState, AnyState>;

/** Answers a request, from the first middleware to the handler. */
export type Chain = (ctx: AnyContext) => Response | Promise<Response>;

/** Answers what no step of a chain has answered. */
export type End = (ctx: AnyContext) => Response;

/** Sends the head of a response only. */
export function withoutBody(response: Response): Response {
  if (response.body === null) return response;
  void response.body.cancel();
  // A stream has no length: none at all is said, where that of nothing would be another one than GET's (RFC 9110, 8.6).
  return new Response(ReadableStream.from<Uint8Array>([]), {
    status: response.status,
    statusText: response.statusText,
    headers: response.headers,
  });
}

/** The answer to `OPTIONS` where the app has none of its own. */
export function optionsResponse(allow: string): Response {
  return new Response(null, { status: 204, headers: { allow } });
}

/** The value of an `Allow` header for the methods that have a handler. */
export function allowHeader(methods: Iterable<string>): string {
  const all = new Set(methods);
  if (all.has("GET")) all.add("HEAD");
  all.add("OPTIONS");
  return [...all].join(", ");
}

/** Loads a value once, when it is first wanted. */
export function loadOnce<T extends object>(
  lazy: MaybeLazy<T>,
): () => T | Promise<T> {
  if (typeof lazy !== "function") return () => lazy;
  let loaded: T | null = null;
  let loading: Promise<T> | null = null;
  return () => {
    if (loaded !== null) return loaded;
    loading ??= (lazy as () => Promise<T>)().then((value) => {
      loaded = value;
      return value;
    }).finally(() => {
      loading = null;
    });
    return loading;
  };
}

/** The methods that a route has something for; `ALL` where that decides itself. */
export function methodsOf(route: AnyRoute): (Method | "ALL")[] {
  const handler = route.handler ?? route.handlers;
  if (typeof handler === "function") return ["ALL"];
  const methods = Object.entries(handler ?? {})
    .filter(([name, own]) => own !== undefined && /^[A-Z]+$/.test(name))
    .map(([name]) => name as Method);
  if (route.component !== undefined && !methods.includes("GET")) {
    methods.unshift("GET");
  }
  return methods;
}

function handlerFor(
  route: AnyRoute,
  method: string,
): HandlerFn<AnyState, AnyState> | null | "render" {
  const handler = route.handler ?? route.handlers;
  if (typeof handler === "function") return handler;
  const name = method as "GET";
  if (
    handler !== undefined && Object.hasOwn(handler, method) &&
    handler[name] !== undefined
  ) {
    return handler[name];
  }
  return method === "GET" && route.component !== undefined ? "render" : null;
}

/** Turns what a handler gave back into a response. */
function settle(
  ctx: AnyContext,
  route: AnyRoute,
  result: unknown,
  status: number | undefined,
): Response | Promise<Response> {
  if (result instanceof Response) return result;
  if (typeof result !== "object" || result === null) {
    throw new TypeError(
      "A handler must return a Response or the result of page().",
    );
  }
  const { data, headers, status: own } = result as PageResponse<unknown>;
  const init: ResponseInit = {};
  if (headers !== undefined) init.headers = headers;
  const code = own ?? status;
  if (code !== undefined) init.status = code;
  return renderComponent(ctx, route, data, init);
}

function renderComponent(
  ctx: AnyContext,
  route: AnyRoute,
  data: unknown,
  init: ResponseInit | undefined,
): Response | Promise<Response> {
  if (route.component === undefined) {
    throw new Error(
      `The route "${ctx.route}" has no component for its handler's data.`,
    );
  }
  return renderRouteResponse(
    { ctx, scope: scopeOf(ctx) },
    route.component,
    data,
    init,
    route.css,
  );
}

function answer(
  ctx: AnyContext,
  route: AnyRoute,
  handler: HandlerFn<AnyState, AnyState> | "render",
  status: number | undefined,
): Response | Promise<Response> {
  if (handler === "render") {
    return renderComponent(
      ctx,
      route,
      {},
      status === undefined ? status : { status },
    );
  }
  const result = handler(ctx);
  return result instanceof Promise
    ? result.then((settled) => settle(ctx, route, settled, status))
    : settle(ctx, route, result, status);
}

/** Runs the handler of a route, or renders its component; `null` if it has neither for the method. */
function runRoute(
  ctx: AnyContext,
  route: AnyRoute,
): Promise<Response> | Response | null {
  const scope = scopeOf(ctx);
  if (route.config !== undefined) {
    scope.frame = frameOfRoute(scope.frame, route.config);
  }
  const { method } = ctx.req;
  const handler = handlerFor(route, method) ??
    (method === "HEAD" ? handlerFor(route, "GET") : null);
  if (handler !== null) return answer(ctx, route, handler, undefined);
  const methods = methodsOf(route);
  if (methods.length > 0) scope.allow = [...scope.allow ?? [], ...methods];
  return null;
}

/** Runs a route as the page of an error. */
export async function runErrorRoute(
  ctx: AnyContext,
  route: AnyRoute,
  frame: PageFrame,
  status: number,
): Promise<Response> {
  scopeOf(ctx).frame = frameOfRoute(frame, route.config ?? {});
  const handler = handlerFor(route, ctx.req.method) ??
    handlerFor(route, "GET") ?? "render";
  return await answer(ctx, route, handler, status);
}

function frameOfRoute(frame: PageFrame, config: RouteConfig): PageFrame {
  if (!config.skipAppWrapper && !config.skipInheritedLayouts) return frame;
  return {
    app: config.skipAppWrapper ? null : frame.app,
    layouts: config.skipInheritedLayouts ? [] : frame.layouts,
  };
}

/** A route that may have to be loaded first, and what takes its place where it has no handler. */
export function routeStep<Otherwise>(
  lazy: MaybeLazy<AnyRoute>,
  otherwise: (ctx: AnyContext) => Otherwise,
): (ctx: AnyContext) => Response | Otherwise | Promise<Response | Otherwise> {
  const load = loadOnce(lazy);
  return (ctx) => {
    const route = load();
    return route instanceof Promise
      ? route.then<Response | Otherwise>((loaded) =>
        runRoute(ctx, loaded) ?? otherwise(ctx)
      )
      : runRoute(ctx, route) ?? otherwise(ctx);
  };
}
