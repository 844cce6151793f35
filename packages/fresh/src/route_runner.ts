import { type Context, scopeOf } from "./context.ts";
import type { HandlerFn, MaybeLazy, Route } from "./handlers.ts";
import { HttpError } from "./http_error.ts";
import { renderRouteResponse } from "./render/response.ts";
import type { PageFrame } from "./request_scope.ts";

// deno-lint-ignore no-explicit-any -- routes of apps of any state are run here
type AnyState = any;

/** Ends a chain: gives the answer itself. */
export type Terminal = (
  ctx: Context<AnyState>,
) => Response | Promise<Response>;

/** Sends the head of a response only. */
export function withoutBody(response: Response): Response {
  if (response.body === null) return response;
  void response.body.cancel();
  return new Response(null, {
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

function methodsOf(route: Route<AnyState, AnyState>): string[] {
  const handler = route.handler ?? route.handlers;
  const methods = typeof handler === "object"
    ? Object.keys(handler).filter((name) => /^[A-Z]+$/.test(name))
    : [];
  if (route.component !== undefined && !methods.includes("GET")) {
    methods.unshift("GET");
  }
  return methods;
}

function handlerFor(
  route: Route<AnyState, AnyState>,
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

async function answer(
  ctx: Context<AnyState>,
  route: Route<AnyState, AnyState>,
  handler: HandlerFn<AnyState, AnyState> | "render",
  status: number | undefined,
): Promise<Response> {
  const scope = scopeOf(ctx);
  let init: ResponseInit = status === undefined ? {} : { status };
  if (handler !== "render") {
    const result = await handler(ctx);
    if (result instanceof Response) return result;
    if (typeof result !== "object" || result === null) {
      throw new TypeError(
        "A handler must return a Response or the result of page().",
      );
    }
    scope.data = result.data;
    init = { ...init };
    if (result.headers !== undefined) init.headers = result.headers;
    if (result.status !== undefined) init.status = result.status;
  }
  if (route.component === undefined) {
    throw new Error(
      `The route "${ctx.route}" has no component for its handler's data.`,
    );
  }
  return await renderRouteResponse(ctx, route, init);
}

/** Runs the handler of a route, or renders its component. */
export function runRoute(
  ctx: Context<AnyState>,
  route: Route<AnyState, AnyState>,
  frame: PageFrame,
): Promise<Response> | Response {
  const scope = scopeOf(ctx);
  scope.frame = frameOfRoute(frame, route);
  const method = ctx.req.method;
  const handler = handlerFor(route, method);
  if (handler !== null) return answer(ctx, route, handler, undefined);
  if (method === "HEAD") {
    const fallback = handlerFor(route, "GET");
    if (fallback !== null) {
      return answer(ctx, route, fallback, undefined).then(withoutBody);
    }
  }
  const allow = allowHeader(methodsOf(route));
  if (method === "OPTIONS") return optionsResponse(allow);
  scope.allow = allow;
  throw new HttpError(405);
}

/** Runs a route as the page of an error. */
export async function runErrorRoute(
  ctx: Context<AnyState>,
  route: Route<AnyState, AnyState>,
  frame: PageFrame,
  status: number,
): Promise<Response> {
  scopeOf(ctx).frame = frameOfRoute(frame, route);
  const handler = handlerFor(route, ctx.req.method) ??
    handlerFor(route, "GET") ?? "render";
  return await answer(ctx, route, handler, status);
}

function frameOfRoute(
  frame: PageFrame,
  route: Route<AnyState, AnyState>,
): PageFrame {
  const config = route.config;
  if (!config?.skipAppWrapper && !config?.skipInheritedLayouts) return frame;
  return {
    app: config.skipAppWrapper ? null : frame.app,
    layouts: config.skipInheritedLayouts ? [] : frame.layouts,
  };
}

/** Ends a chain with a route that may have to be loaded first. */
export function routeTerminal(
  lazy: MaybeLazy<Route<AnyState, AnyState>>,
  frame: PageFrame,
): Terminal {
  const load = loadOnce(lazy);
  return (ctx) => {
    const route = load();
    return route instanceof Promise
      ? route.then((loaded) => runRoute(ctx, loaded, frame))
      : runRoute(ctx, route, frame);
  };
}
