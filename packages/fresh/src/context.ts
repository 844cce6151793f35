import { type FunctionComponent, isValidElement, type VNode } from "preact";
import type { ResolvedFreshConfig } from "./config.ts";
import type { LayoutConfig } from "./components.ts";
import { HttpError } from "./http_error.ts";
import type { Params } from "./path_pattern.ts";
import type { RequestScope } from "./request_scope.ts";
import { htmlInit, renderResponse } from "./render/response.ts";

/** Reads what the package keeps about a request; not part of the public API. */
export let scopeOf: <State>(ctx: Context<State>) => RequestScope;

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;

/** What every middleware and handler of one request shares. */
export class Context<State = unknown> {
  /** The app's configuration. */
  readonly config: ResolvedFreshConfig;
  /** The request to answer. */
  readonly req: Request;
  /** Where the request came from. */
  readonly info: Deno.ServeHandlerInfo;
  /** The captured parts of the path, decoded. */
  readonly params: Record<string, string>;
  /** The matched route pattern, or `null` when none matched. */
  readonly route: string | null;
  /** What middlewares hand on to each other; each request has its own. */
  state: State = {} as State;
  /** What was thrown, for an error page. */
  error: unknown = null;
  /** In a layout or the app wrapper: what it is wrapped around. */
  Component: FunctionComponent = Nothing;
  /** Runs the next middleware or the handler. */
  next: () => Promise<Response> = nothingNext;

  readonly #scope: RequestScope;
  #url: URL | null = null;

  static {
    scopeOf = (ctx) => ctx.#scope;
  }

  constructor(
    req: Request,
    info: Deno.ServeHandlerInfo,
    config: ResolvedFreshConfig,
    params: Params,
    route: string | null,
    scope: RequestScope,
  ) {
    this.req = req;
    this.info = info;
    this.config = config;
    this.params = params;
    this.route = route;
    this.#scope = scope;
  }

  /** The requested URL, with repeated slashes of its path collapsed. */
  get url(): URL {
    return this.#url ??= this.#scope.parseUrl(this.req, this.config);
  }

  /** Whether only the named partials of the page are asked for. */
  get isPartial(): boolean {
    return this.req.url.includes("fresh-partial") &&
      this.url.searchParams.has("fresh-partial");
  }

  /**
   * Redirects to a path or URL. A target of the form `//host` would leave the
   * site while looking like a path, so its slashes are collapsed.
   */
  redirect(pathOrUrl: string, status = 302): Response {
    let location = pathOrUrl;
    if (!ABSOLUTE.test(location)) {
      const end = location.search(/[?#]/);
      const path = end === -1 ? location : location.slice(0, end);
      location = path.replace(/^[\\/\s]*[\\/]+/, "/").replace(
        /[\\/]{2,}/g,
        "/",
      ) + (end === -1 ? "" : location.slice(end));
    }
    return new Response(null, { status, headers: { location } });
  }

  /** Renders JSX inside the layouts and the app wrapper. */
  render(
    // deno-lint-ignore no-explicit-any -- any vnode can be rendered
    vnode: VNode<any> | null,
    init?: ResponseInit,
    config?: LayoutConfig,
  ): Promise<Response> {
    if (vnode !== null && !isValidElement(vnode)) {
      return Promise.reject(new TypeError("ctx.render() takes JSX, or null."));
    }
    try {
      return Promise.resolve(
        renderResponse({ ctx: this, scope: this.#scope }, vnode, init, config),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Answers with plain text. */
  text(content: string, init?: ResponseInit): Response {
    return new Response(content, init ?? {});
  }

  /** Answers with HTML that is sent as it is. */
  html(content: string, init?: ResponseInit): Response {
    return new Response(content, htmlInit(init));
  }

  /** Answers with JSON. */
  // deno-lint-ignore no-explicit-any -- whatever JSON.stringify accepts
  json(content: any, init?: ResponseInit): Response {
    return Response.json(content, init);
  }

  /** Answers piece by piece, as the pieces become ready. */
  stream<Chunk extends string | Uint8Array>(
    source:
      | AsyncIterable<Chunk>
      | Iterable<Chunk>
      | ReadableStream<Chunk>
      | (() => AsyncIterable<Chunk> | Iterable<Chunk>),
    init?: ResponseInit,
  ): Response {
    const chunks = typeof source === "function" ? source() : source;
    return new Response(encodeChunks(chunks), init ?? {});
  }
}

/** The same as {@linkcode Context}. */
export type FreshContext<State = unknown> = Context<State>;

function Nothing(): null {
  return null;
}

/** What `ctx.next()` does where nothing comes next. */
export function nothingNext(): Promise<Response> {
  return Promise.reject(new HttpError(404));
}

function encodeChunks(
  source: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return ReadableStream.from(source).pipeThrough(
    new TransformStream<string | Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        controller.enqueue(
          chunk instanceof Uint8Array ? chunk : encoder.encode(String(chunk)),
        );
      },
    }),
  );
}
