import type { LayoutConfig, RouteConfig } from "./components.ts";

/** What a module of the routes folder may export. */
export interface RouteModule {
  default?: unknown;
  handler?: unknown;
  handlers?: unknown;
  config?: RouteConfig & LayoutConfig;
  css?: string[];
}

/** A module of the routes folder. */
export interface LazyRouteModule {
  /** The file's path below the routes folder, without its extension. */
  readonly id: string;
  /** The module, where it is needed before the first request. */
  readonly module?: RouteModule;
  /** Loads the module when the route is first asked for. */
  readonly load?: () => Promise<RouteModule>;
}
