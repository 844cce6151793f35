import type { ComponentChildren, FunctionComponent, VNode } from "preact";
import { jsx } from "preact/jsx-runtime";
import type { LayoutConfig, PageProps, RouteComponent } from "../components.ts";
import { type Outlet, type PageWrapper, renderDocument } from "./document.ts";
import type { FrameComponent, RequestScope } from "../request_scope.ts";
import { withoutSlash } from "./active_links.ts";
import { PageState } from "./page_state.ts";
import { isSuspension, loadLazyComponents } from "./suspension.ts";

// deno-lint-ignore no-explicit-any -- components of apps of any state are rendered
type AnyState = any;
type AnyProps = PageProps<AnyState, AnyState>;
type AnyComponent = RouteComponent<AnyState, AnyState>;

const AsyncFunction = (async () => {}).constructor;

type Wrapped = ComponentChildren | Response;

/** What a context hands to the components that are rendered for it. */
export type PageContext = Omit<AnyProps, "data" | "Component" | "children">;

/** A request whose page is rendered, with what the package knows of it. */
export interface PageRequest {
  readonly ctx: PageContext;
  readonly scope: RequestScope;
}

function propsOf(
  { ctx }: PageRequest,
  Component: FunctionComponent,
  data: unknown,
): AnyProps {
  return {
    config: ctx.config,
    req: ctx.req,
    url: ctx.url,
    params: ctx.params,
    info: ctx.info,
    state: ctx.state,
    isPartial: ctx.isPartial,
    route: ctx.route,
    data,
    error: ctx.error,
    Component,
    redirect: (pathOrUrl, status) => ctx.redirect(pathOrUrl, status),
  };
}

function Nothing(): null {
  return null;
}

/** Thrown out of a page that answers with something else than markup. */
class Answered extends Error {
  constructor(readonly response: Response) {
    super("A component answered");
  }
}

/** Thrown out of a page until what a component has promised is there. */
class Promised extends Error {
  constructor(readonly settled: Promise<void>) {
    super("A component gave a promise");
  }
}

/** A component with its props and, once a promise of it is settled, the result. */
interface Call {
  readonly component: FunctionComponent;
  readonly props: object;
  result?: unknown;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value &&
    typeof value.then === "function";
}

/**
 * Renders a component, unless it gives a response: then there is no page. One
 * that gives a promise without being declared as asynchronous is waited for
 * outside: the page is rendered again with what the promise came to.
 */
function Answering({ call }: { call: Call }): ComponentChildren {
  const given = "result" in call ? call.result : call.component(call.props);
  if (given instanceof Response) throw new Answered(given);
  if (isPromise(given)) {
    throw new Promised(
      Promise.resolve(given).then((result) => {
        call.result = result;
      }),
    );
  }
  return given as ComponentChildren;
}

/** Whether a component can be called as it is, and nothing looks for it by what it is. */
function isPlainFunction(component: AnyComponent, scope: RequestScope) {
  return !component.prototype?.render &&
    !scope.assets.islands.has(component as FunctionComponent);
}

/**
 * Makes a component ready to be rendered. An asynchronous one is called and
 * awaited; any other becomes a vnode, so that hooks work in it.
 */
function place(
  page: PageRequest,
  component: AnyComponent,
  Component: FunctionComponent,
  data: unknown,
): Wrapped | Promise<Wrapped> {
  const props = propsOf(page, Component, data);
  if (component.constructor === AsyncFunction) {
    return (component as (props: unknown) => Promise<Wrapped>)(props);
  }
  return isPlainFunction(component, page.scope)
    ? jsx(Answering as never, { call: { component, props } } as never)
    : jsx(component as FunctionComponent, props as never);
}

/** Puts the first layouts of a list around a page, the last of them innermost. */
function layOut(
  page: PageRequest,
  layouts: readonly FrameComponent[],
  count: number,
  content: ComponentChildren,
): Wrapped | Promise<Wrapped> {
  let inner = content;
  for (let i = count - 1; i >= 0; i--) {
    const child = inner;
    const placed = place(
      page,
      layouts[i]!.component,
      () => child as VNode,
      null,
    );
    if (placed instanceof Promise) {
      return placed.then((settled) =>
        settled instanceof Response
          ? settled
          : layOut(page, layouts, i, settled)
      );
    }
    if (placed instanceof Response) return placed;
    inner = placed;
  }
  return inner;
}

/** Generates an unguessable value for one response. */
function makeNonce(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

const HTML = { headers: { "content-type": "text/html; charset=utf-8" } };

/** The same for a response of HTML, whatever type it says. */
export function htmlInit(init: ResponseInit = NO_INIT): ResponseInit {
  if (init === NO_INIT) return HTML;
  if (init.headers === undefined) return { ...init, ...HTML };
  const headers = new Headers(init.headers);
  headers.set("content-type", HTML.headers["content-type"]);
  return { ...init, headers };
}

/** What a page is put together of. */
interface Parts {
  readonly content: ComponentChildren;
  /** What the app wrapper came to, and the place of the page in it. */
  readonly wrapper: PageWrapper | null;
  readonly init: ResponseInit;
  readonly styles: readonly string[];
}

/** Renders a page whose components are all there. */
function renderPage(
  { ctx, scope }: PageRequest,
  { content, wrapper, init, styles }: Parts,
): Response {
  const path = withoutSlash(scope.pathname);
  const state = new PageState(scope.assets, scope.nonce, path, ctx);
  const html = renderDocument(state, content, wrapper, styles);
  return new Response(html, htmlInit(init));
}

function finish(
  page: PageRequest,
  parts: Parts,
  isLoaded = false,
): Response | Promise<Response> {
  const { scope } = page;
  if (scope.wantsNonce) scope.nonce ??= makeNonce();
  try {
    return renderPage(page, parts);
  } catch (error) {
    return recover(
      error,
      parts,
      isLoaded,
      (isLoaded) => finish(page, parts, isLoaded),
    );
  }
}

/**
 * What comes of a page that rendering has stopped at: an answer that was found
 * instead, or the page again, once that is there which it had to wait for.
 */
function recover(
  error: unknown,
  parts: Parts,
  isLoaded: boolean,
  again: (isLoaded: boolean) => Response | Promise<Response>,
): Response | Promise<Response> {
  if (error instanceof Answered) return error.response;
  if (error instanceof Promised) {
    return error.settled.then(() => again(isLoaded));
  }
  if (isLoaded || !isSuspension(error)) throw error;
  return loadLazyComponents(parts.content, parts.wrapper?.content).then(
    () => again(true),
    (error) => recover(error, parts, false, again),
  );
}

/** The stylesheets of a page: its own, and those of what is around it. */
function stylesOf(
  own: readonly string[],
  layouts: readonly FrameComponent[],
  app: FrameComponent | null,
): readonly string[] {
  let styles = own;
  for (let i = layouts.length - 1; i >= 0; i--) {
    const { css } = layouts[i]!;
    if (css !== undefined) styles = [...styles, ...css];
  }
  return app?.css === undefined ? styles : [...styles, ...app.css];
}

const NO_CONFIG: LayoutConfig = {};
const NO_INIT: ResponseInit = {};
const NO_LAYOUTS: readonly FrameComponent[] = [];
const NO_STYLES: readonly string[] = [];

/** Puts a page into the app wrapper and renders it. */
function wrap(
  page: PageRequest,
  app: FrameComponent | null,
  content: ComponentChildren,
  init: ResponseInit,
  styles: readonly string[],
): Response | Promise<Response> {
  if (app === null) {
    return finish(page, { content, wrapper: null, init, styles });
  }
  const outlet: Outlet = { content: null };
  const Component = () => outlet.content;
  const end = (wrapped: Wrapped) =>
    wrapped instanceof Response ? wrapped : finish(page, {
      content,
      wrapper: { content: wrapped, outlet },
      init,
      styles,
    });
  const placed = place(page, app.component, Component, null);
  return placed instanceof Promise ? placed.then(end) : end(placed);
}

/** Renders JSX inside the layouts and the app wrapper of its route. */
export function renderResponse(
  page: PageRequest,
  content: ComponentChildren,
  init: ResponseInit = NO_INIT,
  config: LayoutConfig = NO_CONFIG,
  own: readonly string[] = NO_STYLES,
): Response | Promise<Response> {
  const { frame } = page.scope;
  const app = config.skipAppWrapper ? null : frame.app;
  const layouts = config.skipInheritedLayouts ? NO_LAYOUTS : frame.layouts;
  const styles = stylesOf(own, layouts, app);
  const placed = layOut(page, layouts, layouts.length, content);
  const end = (laid: Wrapped) =>
    laid instanceof Response ? laid : wrap(page, app, laid, init, styles);
  return placed instanceof Promise ? placed.then(end) : end(placed);
}

/** Renders the component of a route. */
export function renderRouteResponse(
  page: PageRequest,
  component: AnyComponent,
  data: unknown,
  init: ResponseInit | undefined,
  styles: readonly string[] | undefined,
): Response | Promise<Response> {
  const render = (content: Wrapped) =>
    content instanceof Response
      ? content
      : renderResponse(page, content, init, NO_CONFIG, styles);
  const content = place(page, component, Nothing, data);
  return content instanceof Promise ? content.then(render) : render(content);
}
