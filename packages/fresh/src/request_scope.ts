import type { ResolvedFreshConfig } from "./config.ts";
import type { RouteComponent } from "./components.ts";
import { HttpError } from "./http_error.ts";
import type { RenderAssets } from "./render/assets.ts";

/** A component that stands around pages. */
export interface FrameComponent {
  // deno-lint-ignore no-explicit-any -- each app has its own state
  readonly component: RouteComponent<any, any>;
  /** The stylesheets that its pages get. */
  readonly css?: readonly string[] | undefined;
}

/** A layout as it stands in the chain of a route. */
export interface LayoutLink extends FrameComponent {
  readonly skipAppWrapper: boolean;
  readonly skipInheritedLayouts: boolean;
}

/** The components that a rendered page is put into. */
export interface PageFrame {
  readonly app: FrameComponent | null;
  /** From the outermost to the innermost. */
  readonly layouts: readonly FrameComponent[];
}

/** Stands for no error at all, which nothing that is thrown equals. */
export const NOTHING_LOGGED = Symbol("nothing was logged");

/** What the package keeps about a request beside the public context. */
export class RequestScope {
  readonly assets: RenderAssets;
  readonly pathname: string;
  frame: PageFrame;
  /** The methods that the matched route answers, where it does not answer this one. */
  allow: readonly string[] | null = null;
  /** The error that was logged last, so that none is logged twice. */
  logged: unknown = NOTHING_LOGGED;
  /** Headers that an error page gets too, though it skips the middlewares. */
  onErrorPage: ((headers: Headers) => void)[] | null = null;
  /** Wanted by `csp({ useNonce: true })`. */
  wantsNonce = false;
  /** The nonce of the rendered page, once there is one. */
  nonce: string | null = null;

  constructor(assets: RenderAssets, pathname: string, frame: PageFrame) {
    this.assets = assets;
    this.pathname = pathname;
    this.frame = frame;
  }

  /** Has headers set on the answer of an error that went past a middleware. */
  addToErrorPage(add: (headers: Headers) => void): void {
    (this.onErrorPage ??= []).push(add);
  }

  /** Parses the request's URL, with the path that was routed by. */
  parseUrl(req: Request, config: ResolvedFreshConfig): URL {
    const url = URL.parse(req.url);
    if (url === null) throw new HttpError(400);
    if (url.pathname !== this.pathname) url.pathname = this.pathname;
    if (config.trustProxy) {
      const proto = req.headers.get("x-forwarded-proto")?.split(",")[0]?.trim();
      const host = req.headers.get("x-forwarded-host")?.split(",")[0]?.trim();
      if (proto === "http" || proto === "https") url.protocol = `${proto}:`;
      if (host) url.host = host;
    }
    return url;
  }
}
