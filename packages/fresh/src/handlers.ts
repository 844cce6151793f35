import type { RouteComponent, RouteConfig } from "./components.ts";
import type { Context } from "./context.ts";
import type { MaybePromise } from "./maybe_promise.ts";
import type { Method } from "./router.ts";

/** A value, or a function that loads it when it is first needed. */
export type MaybeLazy<T> = T | (() => Promise<T>);

/** Sees a request on its way to the handler, and the response on its way back. */
export type Middleware<State = unknown> = (
  ctx: Context<State>,
) => MaybePromise<Response>;

/** The same as {@linkcode Middleware}. */
export type MiddlewareFn<State = unknown> = Middleware<State>;

/** A middleware, or a function that resolves to one. */
export type MaybeLazyMiddleware<State = unknown> = (
  ctx: Context<State>,
) => MaybePromise<Response | Middleware<State>>;

/** What a handler returns to have its route's component rendered. */
export interface PageResponse<Data> {
  data: Data;
  headers?: HeadersInit | undefined;
  status?: number | undefined;
}

/** Options of {@linkcode page}. */
export interface PageInit {
  headers?: HeadersInit;
  status?: number;
}

/** Renders the route's component with the given data. */
export function page(): PageResponse<undefined>;
export function page<Data>(data: Data, init?: PageInit): PageResponse<Data>;
export function page<Data>(
  data?: Data,
  init?: PageInit,
): PageResponse<Data | undefined> {
  return { data, headers: init?.headers, status: init?.status };
}

/** Answers the requests of one method. */
export type HandlerFn<Data = unknown, State = unknown> = (
  ctx: Context<State>,
) => MaybePromise<Response | PageResponse<Data>>;

/** Answers requests by their method. */
export type HandlerByMethod<Data = unknown, State = unknown> = {
  [M in Method]?: HandlerFn<Data, State>;
};

/** What a route module may export as `handler` or `handlers`. */
export type RouteHandler<Data = unknown, State = unknown> =
  | HandlerFn<Data, State>
  | HandlerByMethod<Data, State>;

/** A route: its component, its handlers, or both. */
export interface Route<Data = unknown, State = unknown> {
  component?: RouteComponent<Data, State> | undefined;
  handler?: RouteHandler<Data, State> | undefined;
  handlers?: RouteHandler<Data, State> | undefined;
  config?: RouteConfig | undefined;
  css?: string[] | undefined;
}
