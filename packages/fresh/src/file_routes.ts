import type { LayoutConfig, RouteComponent } from "./components.ts";
import type {
  MaybeLazy,
  MaybeLazyMiddleware,
  Route,
  RouteHandler,
} from "./handlers.ts";
import type { FrameComponent } from "./request_scope.ts";
import type { LazyRouteModule, RouteModule } from "./route_modules.ts";

// deno-lint-ignore no-explicit-any -- file routes belong to apps of any state
type AnyState = any;

/** Where file routes are registered; an app, as far as they see it. */
export interface FileRouteTarget {
  appWrapper(path: string, wrapper: FrameComponent): void;
  middlewares(path: string, list: MaybeLazyMiddleware<AnyState>[]): void;
  layout(path: string, layout: FrameComponent, config: LayoutConfig): void;
  errorPage(path: string, route: Route<AnyState, AnyState>): void;
  notFoundPage(path: string, route: Route<AnyState, AnyState>): void;
  route(
    path: string,
    pattern: string,
    route: MaybeLazy<Route<AnyState, AnyState>>,
  ): void;
}

const SPECIAL = new Set([
  "_app",
  "_middleware",
  "_layout",
  "_error",
  "_500",
  "_404",
]);

/** Whether a file of the routes folder must be loaded to set up the app. */
export function isSpecialRouteFile(id: string): boolean {
  return SPECIAL.has(baseName(id));
}

function baseName(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

function folderOf(id: string): string {
  const slash = id.lastIndexOf("/");
  return slash === -1 ? "/" : `/${id.slice(0, slash)}`;
}

const isGroup = (step: string) => step.startsWith("(") && step.endsWith(")");

function stepToPattern(step: string): string {
  let pattern = "";
  for (const part of step.split(/(\[{1,2}[^\]]+\]{1,2})/)) {
    const rest = /^\[\.\.\.(.+)\]$/.exec(part);
    const name = /^\[([^\]]+)\]$/.exec(part);
    if (rest !== null) pattern += `:${rest[1]}*`;
    else if (name !== null) pattern += `:${name[1]}`;
    else pattern += part.replace(/[:*{}()+?\\]/g, "\\$&");
  }
  return pattern;
}

/** The URL pattern of a file below the routes folder, without its extension. */
export function patternOfFile(id: string): string {
  const steps = id.split("/");
  if (steps.at(-1) === "index") steps.pop();
  let pattern = "";
  for (const step of steps) {
    if (isGroup(step)) continue;
    const optional = /^\[\[([^\]]+)\]\]$/.exec(step);
    pattern += optional !== null
      ? `{/:${optional[1]}}?`
      : `/${stepToPattern(step)}`;
  }
  // The index of optional parts alone: the first slash is there without them too.
  return /^(?:\{[^}]*\}\?)*$/.test(pattern)
    ? `/${pattern.replace("{/", "{")}`
    : pattern;
}

/** The path by which middlewares and layouts are looked up for a file. */
function segmentPathOf(id: string): string {
  return "/" +
    id.split("/").map((step) => isGroup(step) ? step : stepToPattern(step))
      .join("/");
}

function rank(steps: readonly string[], at: number): number {
  const step = steps[at];
  if (step === undefined || step === "index") {
    // What an optional part ends with takes any name: first come those that take one.
    return steps[at - 1]?.startsWith("[[") ? 5 : 0;
  }
  if (step.startsWith("[...")) return 4;
  if (step.startsWith("[[")) return 3;
  return step.includes("[") ? 2 : 1;
}

/** Orders files so that the more specific pattern is tried first. */
export function compareRouteFiles(a: string, b: string): number {
  const left = a.split("/").filter((step) => !isGroup(step));
  const right = b.split("/").filter((step) => !isGroup(step));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = rank(left, i) - rank(right, i);
    if (difference !== 0) return difference;
    const x = left[i] ?? "";
    const y = right[i] ?? "";
    if (x !== y) return x < y ? -1 : 1;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function middlewaresOf(module: RouteModule): MaybeLazyMiddleware<AnyState>[] {
  const exported = module.default ?? module.handler ?? module.handlers ?? [];
  const list = Array.isArray(exported) ? exported : [exported];
  for (const entry of list) {
    if (typeof entry !== "function") {
      throw new TypeError(
        "A _middleware file exports a function or an array of functions.",
      );
    }
  }
  return list;
}

function frameComponentOf(module: RouteModule): FrameComponent {
  return {
    component: module.default as RouteComponent<AnyState, AnyState>,
    css: module.css,
  };
}

/** Reads a route from what its module exports. */
export function routeOfModule(module: RouteModule): Route<AnyState, AnyState> {
  return {
    component: module.default as RouteComponent<AnyState, AnyState> | undefined,
    handler: (module.handler ?? module.handlers) as
      | RouteHandler<AnyState, AnyState>
      | undefined,
    config: module.config,
    css: module.css,
  };
}

function required(file: LazyRouteModule): RouteModule {
  if (file.module === undefined) {
    throw new Error(`The route file "${file.id}" was not loaded.`);
  }
  return file.module;
}

function addSpecial(file: LazyRouteModule, target: FileRouteTarget): void {
  const folder = segmentPathOf(folderOf(file.id).slice(1));
  const module = required(file);
  switch (baseName(file.id)) {
    case "_app":
      return target.appWrapper(folder, frameComponentOf(module));
    case "_middleware":
      return target.middlewares(folder, middlewaresOf(module));
    case "_layout":
      return target.layout(
        folder,
        frameComponentOf(module),
        module.config ?? {},
      );
    case "_404":
      return target.notFoundPage(folder, routeOfModule(module));
    default:
      return target.errorPage(folder, routeOfModule(module));
  }
}

/** Registers the files of a routes folder. */
export function addFileRoutes(
  files: readonly LazyRouteModule[],
  target: FileRouteTarget,
): void {
  for (const file of files) {
    if (isSpecialRouteFile(file.id)) addSpecial(file, target);
  }
  const routes = files.filter((file) => !isSpecialRouteFile(file.id))
    .toSorted((a, b) => compareRouteFiles(a.id, b.id));
  for (const file of routes) {
    const path = segmentPathOf(file.id);
    const pattern = file.module?.config?.routeOverride ??
      patternOfFile(file.id);
    const { module, load } = file;
    if (module !== undefined) {
      target.route(path, pattern, routeOfModule(module));
    } else if (load !== undefined) {
      target.route(path, pattern, async () => routeOfModule(await load()));
    }
  }
}
