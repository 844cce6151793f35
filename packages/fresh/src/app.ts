import type { BuildSnapshot } from "./build_snapshot.ts";
import { ChainBuilder, logUnexpected, PASSED, statusOf } from "./chain.ts";
import { type FreshConfig, resolveConfig } from "./config.ts";
import type { ResolvedFreshConfig } from "./config.ts";
import { Context, scopeOf } from "./context.ts";
import { addFileRoutes, type FileRouteTarget } from "./file_routes.ts";
import type {
  LayoutConfig,
  RouteComponent,
  RouteConfig,
} from "./components.ts";
import type { MaybeLazy, MaybeLazyMiddleware, Route } from "./handlers.ts";
import type { Method } from "./router.ts";
import { HttpError } from "./http_error.ts";
import { listen, type ListenOptions } from "./listen.ts";
import { joinPaths } from "./path_pattern.ts";
import { type RenderAssets, renderAssetsOf } from "./render/assets.ts";
import { requestPath } from "./request_path.ts";
import {
  type FrameComponent,
  NOTHING_LOGGED,
  type PageFrame,
  RequestScope,
} from "./request_scope.ts";
import { withHeaders } from "./response_headers.ts";
import {
  allowHeader,
  type Chain,
  type End,
  methodsOf,
  optionsResponse,
  routeStep,
  withoutBody,
} from "./route_runner.ts";
import { type RouteEntry, Router } from "./router.ts";
import {
  depthOf,
  type ErrorAnswer,
  frameOf,
  type Level,
  levelsOf,
  Segment,
  segmentAt,
} from "./segment.ts";

// deno-lint-ignore no-explicit-any -- apps of different states can be mounted
type AnyState = any;

type Command =
  | {
    kind: "use";
    path: string;
    middlewares: MaybeLazyMiddleware<AnyState>[];
  }
  | { kind: "app"; path: string; wrapper: FrameComponent }
  | {
    kind: "layout";
    path: string;
    layout: FrameComponent;
    config: LayoutConfig;
  }
  | { kind: "error"; path: string; answer: ErrorAnswer }
  | { kind: "notFound"; path: string; answer: ErrorAnswer }
  | {
    kind: "handler";
    method: Method | "ALL";
    path: string;
    middlewares: MaybeLazyMiddleware<AnyState>[];
  }
  | {
    kind: "route";
    path: string;
    pattern: string;
    route: MaybeLazy<Route<AnyState, AnyState>>;
    methods: Methods;
  }
  | { kind: "files"; path: string };

type Methods = readonly (Method | "ALL")[];

/** The methods of a route: those it has, or, before it is loaded, those it is said to have. */
function routeMethods(
  route: MaybeLazy<Route<AnyState, AnyState>>,
  config: RouteConfig | undefined,
): Methods {
  if (typeof route !== "function") {
    const methods = methodsOf(route);
    return methods.length === 0 ? ["ALL"] : methods;
  }
  const methods = config?.methods ?? "ALL";
  return methods === "ALL" ? ["ALL"] : methods;
}

/** Gives a snapshot to an app; what the builder and `_fresh/server.js` use. */
export let applySnapshot: <State>(
  app: App<State>,
  snapshot: BuildSnapshot,
) => void;

/** The patterns of an app's routes, file routes included. */
export let patternsOf: <State>(app: App<State>) => string[];

const NO_INFO: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 1234 },
  completed: Promise.resolve(),
};

/** Collects middlewares, routes and components, and answers requests. */
export class App<State = unknown> {
  /** The resolved configuration; the build completes it. */
  config: ResolvedFreshConfig;
  readonly #commands: Command[] = [];
  #snapshot: BuildSnapshot | null = null;

  static {
    applySnapshot = (app, snapshot) => {
      app.#snapshot = snapshot;
      app.config.root = snapshot.root;
      app.config.mode = snapshot.mode;
    };
    patternsOf = (app) => app.#compile().router.patterns();
  }

  constructor(config: FreshConfig = {}) {
    this.config = resolveConfig(config);
  }

  /** Adds middlewares, for everything or for what is below a path. */
  use(...middlewares: MaybeLazyMiddleware<State>[]): this;
  use(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this;
  use(
    first: string | MaybeLazyMiddleware<State>,
    ...rest: MaybeLazyMiddleware<State>[]
  ): this {
    this.#commands.push(
      typeof first === "string"
        ? { kind: "use", path: first, middlewares: rest }
        : { kind: "use", path: "/", middlewares: [first, ...rest] },
    );
    return this;
  }

  /** Answers errors with status 404, and paths that no route matches. */
  notFound(
    answer: Route<AnyState, State> | MaybeLazyMiddleware<State>,
  ): this {
    this.#commands.push({
      kind: "notFound",
      path: "/",
      answer: errorAnswerOf(answer),
    });
    return this;
  }

  /** Answers what is thrown below a path. */
  onError(
    path: string,
    answer: Route<AnyState, State> | MaybeLazyMiddleware<State>,
  ): this;
  onError(answer: Route<AnyState, State> | MaybeLazyMiddleware<State>): this;
  onError(
    first: string | Route<AnyState, State> | MaybeLazyMiddleware<State>,
    second?: Route<AnyState, State> | MaybeLazyMiddleware<State>,
  ): this {
    const path = typeof first === "string" ? first : "*";
    const answer = typeof first === "string" ? second : first;
    if (answer === undefined) throw new TypeError("onError() needs a handler.");
    this.#commands.push({ kind: "error", path, answer: errorAnswerOf(answer) });
    return this;
  }

  /** Sets the component of the outer HTML. */
  appWrapper(component: RouteComponent<AnyState, State>): this {
    this.#commands.push({ kind: "app", path: "/", wrapper: { component } });
    return this;
  }

  /** Sets the layout of the routes below a path. */
  layout(
    path: string,
    component: RouteComponent<AnyState, State>,
    config: LayoutConfig = {},
  ): this {
    const layout = { component };
    this.#commands.push({ kind: "layout", path, layout, config });
    return this;
  }

  /**
   * Adds a route with a component, handlers, or both. One that is loaded when
   * it is first asked for answers the methods that its `config` names.
   */
  route(
    path: string,
    route: MaybeLazy<Route<AnyState, State>>,
    config?: RouteConfig,
  ): this {
    const configured = config === undefined
      ? route
      : typeof route === "function"
      ? async () => ({ config, ...await route() })
      : { config, ...route };
    this.#commands.push({
      kind: "route",
      path,
      pattern: path,
      route: configured,
      methods: routeMethods(route, config),
    });
    return this;
  }

  /** Answers `GET` requests, and `HEAD` requests that nothing else answers. */
  get(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("GET", path, middlewares);
  }

  /** Answers `POST` requests. */
  post(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("POST", path, middlewares);
  }

  /** Answers `PUT` requests. */
  put(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("PUT", path, middlewares);
  }

  /** Answers `PATCH` requests. */
  patch(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("PATCH", path, middlewares);
  }

  /** Answers `DELETE` requests. */
  delete(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("DELETE", path, middlewares);
  }

  /** Answers `HEAD` requests. */
  head(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("HEAD", path, middlewares);
  }

  /** Answers `OPTIONS` requests. */
  options(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("OPTIONS", path, middlewares);
  }

  /** Answers requests of every method. */
  all(path: string, ...middlewares: MaybeLazyMiddleware<State>[]): this {
    return this.#handle("ALL", path, middlewares);
  }

  #handle(
    method: Method | "ALL",
    path: string,
    middlewares: MaybeLazyMiddleware<State>[],
  ): this {
    this.#commands.push({ kind: "handler", method, path, middlewares });
    return this;
  }

  /** Inserts the routes of the routes folder at this point. */
  fsRoutes(path = "*"): this {
    this.#commands.push({ kind: "files", path });
    return this;
  }

  /**
   * Adds everything of another app below a path, which its own base path
   * follows. An app has one wrapper and one answer to paths it does not know:
   * those of the other app become this one's.
   */
  mountApp<Inner>(path: string, app: App<Inner>): this {
    const below = joinPaths(path, app.config.basePath);
    for (const command of [...app.#commands]) {
      if (command.kind === "app" || command.kind === "notFound") {
        this.#commands.push(command);
        continue;
      }
      const mounted = { ...command, path: joinPaths(below, command.path) };
      if (mounted.kind === "route") {
        mounted.pattern = joinPaths(below, mounted.pattern);
      }
      this.#commands.push(mounted);
    }
    return this;
  }

  #compile(): CompiledApp {
    return new CompiledApp(this.#commands, this.config, this.#snapshot);
  }

  /** Gives the function that answers requests. */
  handler(): (
    request: Request,
    info?: Deno.ServeHandlerInfo,
  ) => Promise<Response> {
    const compiled = this.#compile();
    return (request, info = NO_INFO) => compiled.answer(request, info);
  }

  /**
   * Serves on the given port, or else on the first free one from 8000 on.
   * Resolves as soon as it does.
   */
  // deno-lint-ignore require-await -- a port that is taken is a rejection
  async listen(options: ListenOptions = {}): Promise<void> {
    listen(this.handler(), options, "Fresh ready", this.config.basePath);
  }
}

function errorAnswerOf(
  answer: Route<AnyState, AnyState> | MaybeLazyMiddleware<AnyState>,
): ErrorAnswer {
  return typeof answer === "function"
    ? { middleware: answer }
    : { route: answer };
}

/** What answers the requests of one method on one pattern. */
interface Answer {
  readonly chain: Chain;
  /** What pages are put into where the chain does not say it. */
  readonly frame: PageFrame;
}

/** Something that was added for a pattern. */
interface Registration {
  readonly methods: Methods;
  /** The levels that the pattern is below. */
  readonly levels: readonly Level[];
  readonly depth: number;
  /** Adds it to a chain, to whose end goes what it leaves unanswered. */
  add(chain: ChainBuilder, frame: PageFrame, end: End | null): void;
}

/** Answers what has been left unanswered on a pattern with these methods. */
function endOf(methods: readonly string[]): End {
  return (ctx) => {
    const scope = scopeOf(ctx);
    if (scope.allow === null) throw new HttpError(404);
    scope.allow = [...methods, ...scope.allow];
    if (ctx.req.method !== "OPTIONS") throw new HttpError(405);
    return optionsResponse(allowHeader(scope.allow));
  };
}

const NO_ROUTE = endOf([]);
const pass = () => PASSED;

/** Puts everything that answers a method one behind the other. */
function answerOf(list: readonly Registration[], end: End): Answer {
  const chain = new ChainBuilder();
  for (const [index, registration] of list.entries()) {
    const { levels, depth } = registration;
    const isLast = index === list.length - 1;
    chain.enter(levels, depth);
    registration.add(chain, frameOf(levels), isLast ? end : null);
  }
  return { frame: frameOf(list[0]!.levels), chain: chain.build(end) };
}

/** The routes of an app, ready to answer requests. */
class CompiledApp {
  readonly router = new Router<Answer>();
  readonly #root = new Segment();
  readonly #config: ResolvedFreshConfig;
  readonly #snapshot: BuildSnapshot | null;
  readonly #assets: RenderAssets;
  readonly #registrations = new Map<string, Registration[]>();
  readonly #refusals = new Map<string, Answer>();
  readonly #unmatched: Answer;

  constructor(
    commands: readonly Command[],
    config: ResolvedFreshConfig,
    snapshot: BuildSnapshot | null,
  ) {
    this.#config = config;
    this.#snapshot = snapshot;
    this.#assets = renderAssetsOf(snapshot, config.basePath);
    for (const command of commands) this.#apply(command);
    // Only now all is known: an error page may be added after a route.
    for (const [pattern, list] of this.#registrations) {
      this.#route(pattern, list);
    }
    const levels = levelsOf(this.#root, "/");
    this.#unmatched = {
      frame: frameOf(levels),
      chain: new ChainBuilder().enter(levels, 0).build(NO_ROUTE),
    };
  }

  #route(pattern: string, list: readonly Registration[]): void {
    const methods = new Set(list.flatMap(({ methods }) => methods));
    const named = [...methods].filter((method) => method !== "ALL");
    const end = endOf(named);
    for (const method of methods) {
      const own = list.filter(({ methods }) =>
        methods.includes("ALL") || methods.includes(method)
      );
      this.router.add(method, pattern, answerOf(own, end));
    }
  }

  #apply(command: Command): void {
    switch (command.kind) {
      case "use":
        segmentAt(this.#root, command.path).middlewares.push(
          ...command.middlewares,
        );
        break;
      case "app":
        segmentAt(this.#root, command.path).app = command.wrapper;
        break;
      case "layout":
        segmentAt(this.#root, command.path).layout = {
          ...command.layout,
          skipAppWrapper: command.config.skipAppWrapper ?? false,
          skipInheritedLayouts: command.config.skipInheritedLayouts ?? false,
        };
        break;
      case "error":
        segmentAt(this.#root, command.path).onError = command.answer;
        break;
      case "notFound":
        segmentAt(this.#root, command.path).notFound = command.answer;
        break;
      case "handler":
        if (command.middlewares.length === 0) {
          throw new TypeError(`No handler was given for "${command.path}".`);
        }
        this.#register(command.path, {
          methods: [command.method],
          levels: levelsOf(this.#root, command.path),
          depth: depthOf(command.path),
          add: (chain, frame) => chain.handlers(command.middlewares, frame),
        });
        break;
      case "route":
        this.#addRoute(command, depthOf(command.path));
        break;
      case "files":
        addFileRoutes(
          this.#snapshot?.routes ?? [],
          this.#fileTarget(command.path),
        );
        break;
    }
  }

  #fileTarget(base: string): FileRouteTarget {
    const prefix = base.replace(/\/?\*$/, "");
    const at = (path: string) => joinPaths(prefix, path);
    return {
      appWrapper: (path, wrapper) =>
        this.#apply({ kind: "app", path: at(path), wrapper }),
      middlewares: (path, middlewares) =>
        this.#apply({ kind: "use", path: at(path), middlewares }),
      layout: (path, layout, config) =>
        this.#apply({ kind: "layout", path: at(path), layout, config }),
      errorPage: (path, route) =>
        this.#apply({ kind: "error", path: at(path), answer: { route } }),
      notFoundPage: (path, route) =>
        this.#apply({ kind: "notFound", path: at(path), answer: { route } }),
      route: (path, pattern, route) =>
        this.#addRoute(
          {
            path: at(path),
            pattern: at(pattern),
            route,
            methods: routeMethods(route, undefined),
          },
          // A file is no step of its own: its folder is the innermost one.
          depthOf(at(path)) - 1,
        ),
    };
  }

  #addRoute(
    { path, pattern, route, methods }: Omit<
      Extract<Command, { kind: "route" }>,
      "kind"
    >,
    depth: number,
  ): void {
    this.#register(pattern, {
      methods,
      levels: levelsOf(this.#root, path),
      depth,
      add: (chain, frame, end) =>
        end === null
          ? chain.route(routeStep(route, pass), frame)
          : chain.lastRoute(routeStep(route, end), frame),
    });
  }

  #register(pattern: string, registration: Registration): void {
    const full = joinPaths(this.#config.basePath, pattern);
    const list = this.#registrations.get(full);
    if (list === undefined) this.#registrations.set(full, [registration]);
    else list.push(registration);
  }

  /** Answers one request; never throws. */
  async answer(req: Request, info: Deno.ServeHandlerInfo): Promise<Response> {
    const pathname = requestPath(req.url);
    if (pathname === null) return new Response("Bad Request", { status: 400 });
    const match = this.router.match(pathname);
    let found: Answer | null = this.#unmatched;
    let allow: string[] | null = null;
    if (match !== null) {
      const { method } = req;
      const { entry } = match;
      found = entry.byMethod.get(method) ?? entry.any;
      if (found === null && method === "HEAD") {
        found = entry.byMethod.get("GET") ?? null;
      }
      if (found === null) {
        allow = [...entry.byMethod.keys()];
        found = this.#refusal(entry);
      }
    }
    const scope = new RequestScope(this.#assets, pathname, found.frame);
    scope.allow = allow;
    const ctx = new Context<AnyState>(
      req,
      info,
      this.#config,
      match === null ? {} : match.params,
      match === null ? null : match.entry.pattern,
      scope,
    );
    let response: Response | Promise<Response>;
    try {
      response = found.chain(ctx);
      if (response instanceof Promise) response = await response;
    } catch (error) {
      logUnexpected(error, ctx);
      response = defaultErrorResponse(error);
    }
    const describe = this.#snapshot?.errorPage;
    if (
      describe !== undefined && scope.logged !== NOTHING_LOGGED &&
      req.headers.get("accept")?.includes("text/html")
    ) {
      response = new Response(await describe(scope.logged), {
        status: response.status,
        headers: { "content-type": "text/html; charset=utf-8" },
      });
    }
    const later = scope.onErrorPage;
    if (later !== null) {
      response = withHeaders(response, (headers) => {
        for (const add of later) add(headers);
      });
    }
    if (scope.allow !== null && response.status === 405) {
      response = withAllow(response, allowHeader(scope.allow));
    }
    return req.method === "HEAD" ? withoutBody(response) : response;
  }

  /** Answers the methods that a route has no handler for. */
  #refusal({ pattern }: RouteEntry<Answer>): Answer {
    let refusal = this.#refusals.get(pattern);
    if (refusal === undefined) {
      const { levels, depth } = this.#registrations.get(pattern)![0]!;
      const chain = new ChainBuilder().enter(levels, depth).build(NO_ROUTE);
      refusal = { frame: frameOf(levels), chain };
      this.#refusals.set(pattern, refusal);
    }
    return refusal;
  }
}

function withAllow(response: Response, allow: string): Response {
  return response.headers.has("allow")
    ? response
    : withHeaders(response, (headers) => headers.set("allow", allow));
}

/** Answers an error that no error page answered. */
function defaultErrorResponse(error: unknown): Response {
  const status = statusOf(error);
  // What was thrown is an error, whatever status it was given.
  const isError = status >= 400 && status <= 599;
  const text = error instanceof HttpError && isError
    ? error.message
    : "Internal server error";
  return new Response(text, { status: isError ? status : 500 });
}
