import type {
  AnyComponent,
  ComponentChildren,
  ComponentClass,
  FunctionComponent,
} from "preact";
import type { ResolvedFreshConfig } from "./config.ts";
import type { MaybePromise } from "./maybe_promise.ts";
import type { Method } from "./router.ts";

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
  /** The same as `ctx.redirect()`: a component may return what it gives. */
  redirect(pathOrUrl: string, status?: number): Response;
}

/** A component that may be asynchronous and may answer by itself. */
export type AsyncAnyComponent<Props> = (
  props: Props,
) => MaybePromise<ComponentChildren | Response>;

/** The component of a route, a layout or the app wrapper. */
export type RouteComponent<Data = unknown, State = unknown> =
  | ComponentClass<PageProps<Data, State>>
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
  /**
   * The methods of a route that is loaded when it is first asked for: what it
   * has handlers for is not known before. All of them unless it says otherwise.
   */
  methods?: "ALL" | Method[];
}

/** Anything that a project exports as an interactive component. */
// deno-lint-ignore no-explicit-any -- an island takes whatever props it wants
export type Island = AnyComponent<any>;
