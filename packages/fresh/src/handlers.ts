import type {
  AnyComponent,
  ComponentChildren,
  FunctionComponent,
} from "preact";
import type { Context } from "./context.ts";
import type { ResolvedFreshConfig } from "./config.ts";
import type { Method } from "./router.ts";

export type { Method };

/** A value, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

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

/** What the components of routes, layouts and the app wrapper receive. */
export interface PageProps<Data = unknown, State = unknown> {
  readonly config: ResolvedFreshConfig;
  readonly req: Request;
  readonly url: URL;
  readonly params: Record<string, string>;
  readonly info: Deno.ServeHandlerInfo;
  readonly state: State;
  readonly isPartial: boolean;
  readonly route: string | null;
  readonly data: Data;
  readonly error: unknown;
  /** What this component is wrapped around; nothing for a page. */
  readonly Component: FunctionComponent;
  children?: ComponentChildren;
}

/** A component that may be asynchronous and may answer by itself. */
export type AsyncAnyComponent<Props> = (
  props: Props,
) => MaybePromise<ComponentChildren | Response>;

/** The component of a route, a layout or the app wrapper. */
export type RouteComponent<Data = unknown, State = unknown> =
  | AnyComponent<PageProps<Data, State>>
  | AsyncAnyComponent<PageProps<Data, State>>;

/** How a layout inherits from what stands above it. */
export interface LayoutConfig {
  /** Leave out the app wrapper. */
  skipAppWrapper?: boolean;
  /** Leave out the layouts of the folders above. */
  skipInheritedLayouts?: boolean;
}

/** How a route is matched and wrapped. */
export interface RouteConfig extends LayoutConfig {
  /** A pattern that takes the place of the one from the file's path. */
  routeOverride?: string;
  /** Restricts a route to some methods, or to all of them. */
  methods?: "ALL" | Method[];
}

/** A route: its component, its handlers, or both. */
export interface Route<Data = unknown, State = unknown> {
  component?: RouteComponent<Data, State> | undefined;
  handler?: RouteHandler<Data, State> | undefined;
  handlers?: RouteHandler<Data, State> | undefined;
  config?: RouteConfig | undefined;
  css?: string[] | undefined;
}

/** Anything that a project exports as an interactive component. */
// deno-lint-ignore no-explicit-any -- an island takes whatever props it wants
export type Island = AnyComponent<any>;
