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
    return steps[at - 1]?.startsWith("[[") ? 6 : 0;
  }
  if (step.startsWith("[...")) return 5;
  if (step.startsWith("[[")) return 4;
  if (step.startsWith("[")) return 3;
  return step.includes("[") ? 2 : 1;
}

function withoutGroups(id: string): string[] {
  return id.split("/").filter((step) => !isGroup(step));
}

/** The part of a step that a path has to have as it is. */
function literalOf(step: string): string {
  return step.replace(/\[[^\]]*\]+/g, "[]");
}

/** Orders files so that the more specific pattern is tried first. */
export function compareRouteFiles(a: string, b: string): number {
  const left = withoutGroups(a);
  const right = withoutGroups(b);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const kind = rank(left, i);
    const difference = kind - rank(right, i);
    if (difference !== 0) return difference;
    // What a param is called makes no difference to what it takes.
    const x = literalOf(left[i] ?? "");
    const y = literalOf(right[i] ?? "");
    if (kind > 1 && x.length !== y.length) return y.length - x.length;
    if (x !== y) return x < y ? -1 : 1;
  }
  if (a.includes("(") !== b.includes("(")) return a.includes("(") ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function middlewaresOf(
  { id }: LazyRouteModule,
  module: RouteModule,
): MaybeLazyMiddleware<AnyState>[] {
  const exported = handlerOf(module) ?? module.default ?? [];
  if (typeof exported === "object" && !Array.isArray(exported)) {
    // deno-lint-ignore no-console -- the developer is told, and the app runs
    console.warn(
      `"${id}" exports handlers by method, which a middleware can not have.`,
    );
    return [];
  }
  const list = Array.isArray(exported) ? exported : [exported];
  for (const entry of list) {
    if (typeof entry !== "function") {
      throw new TypeError(
        `"${id}" exports something else than a function or an array of them.`,
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

function handlerOf(module: RouteModule): unknown {
  return module.handlers ?? module.handler;
}

const isFunction = (value: unknown) => typeof value === "function";
const isObject = (value: unknown) =>
  typeof value === "object" && value !== null;

/** The same module, unless it has nothing that its place in the folder is for. */
function checked(id: string, module: RouteModule): RouteModule {
  const { default: component, config } = module;
  const handler = handlerOf(module);
  if (
    isFunction(component) || Array.isArray(component) || isObject(config) ||
    isFunction(handler) || isObject(handler)
  ) {
    return module;
  }
  throw new TypeError(
    `The route file "${id}" exports neither a component nor handlers.`,
  );
}

/** Reads a route from what its module exports. */
function routeOfModule(module: RouteModule): Route<AnyState, AnyState> {
  return {
    component: module.default as RouteComponent<AnyState, AnyState> | undefined,
    handler: handlerOf(module) as RouteHandler<AnyState, AnyState> | undefined,
    config: module.config,
    css: module.css,
  };
}

function required(file: LazyRouteModule): RouteModule {
  if (file.module === undefined) {
    throw new Error(`The route file "${file.id}" was not loaded.`);
  }
  return checked(file.id, file.module);
}

function addSpecial(file: LazyRouteModule, target: FileRouteTarget): void {
  const folder = segmentPathOf(folderOf(file.id).slice(1));
  const module = required(file);
  switch (baseName(file.id)) {
    case "_app":
      if (module.default === undefined) return;
      return target.appWrapper(folder, frameComponentOf(module));
    case "_middleware":
      return target.middlewares(folder, middlewaresOf(file, module));
    case "_layout":
      if (module.default === undefined) return;
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
    const { id, module, load } = file;
    if (module !== undefined) {
      target.route(path, pattern, routeOfModule(checked(id, module)));
    } else if (load !== undefined) {
      target.route(
        path,
        pattern,
        async () => routeOfModule(checked(id, await load())),
      );
    }
  }
}
