import type { ComponentChildren, FunctionComponent, VNode } from "preact";
import { jsx } from "preact/jsx-runtime";
import type { LayoutConfig, PageProps, RouteComponent } from "../components.ts";
import { renderDocument } from "./document.ts";
import type {
  FrameComponent,
  PageFrame,
  RequestScope,
} from "../request_scope.ts";
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
  { ctx, scope }: PageRequest,
  Component: FunctionComponent,
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
    data: scope.data,
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
 * Puts a component around what stands inside it. An asynchronous component is
 * called and awaited; any other becomes a vnode, so that hooks work in it.
 */
function wrap(
  page: PageRequest,
  component: AnyComponent,
  inner: ComponentChildren,
): Wrapped | Promise<Wrapped> {
  const Component = inner === null ? Nothing : () => inner as VNode;
  const props = propsOf(page, Component);
  if (component.constructor === AsyncFunction) {
    return (component as (props: unknown) => Promise<Wrapped>)(props);
  }
  return isPlainFunction(component, page.scope)
    ? jsx(Answering as never, { call: { component, props } } as never)
    : jsx(component as FunctionComponent, props as never);
}

/** Puts the layouts and the app wrapper around a page. */
function frame(
  page: PageRequest,
  components: readonly FrameComponent[],
  content: ComponentChildren,
): Wrapped | Promise<Wrapped> {
  let inner = content;
  for (const [index, { component }] of components.entries()) {
    const wrapped = wrap(page, component, inner);
    if (wrapped instanceof Promise) {
      return wrapped.then((settled) =>
        settled instanceof Response
          ? settled
          : frame(page, components.slice(index + 1), settled)
      );
    }
    if (wrapped instanceof Response) return wrapped;
    inner = wrapped;
  }
  return inner;
}

/** Generates an unguessable value for one response. */
function makeNonce(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

const HTML = { headers: { "content-type": "text/html; charset=utf-8" } };

function htmlResponse(html: string, init: ResponseInit): Response {
  if (init === NO_INIT) return new Response(html, HTML);
  if (init.headers === undefined) {
    return new Response(html, { ...init, ...HTML });
  }
  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) {
    headers.set("content-type", HTML.headers["content-type"]);
  }
  return new Response(html, { ...init, headers });
}

/** Renders a page whose components are all there. */
function renderPage(
  { ctx, scope }: PageRequest,
  content: ComponentChildren,
  init: ResponseInit,
  styles: readonly string[],
): Response {
  const path = withoutSlash(scope.pathname);
  const state = new PageState(scope.assets, scope.nonce, path, ctx);
  return htmlResponse(renderDocument(state, content, styles), init);
}

function finish(
  page: PageRequest,
  content: Wrapped,
  init: ResponseInit,
  styles: readonly string[],
  isLoaded = false,
): Response | Promise<Response> {
  if (content instanceof Response) return content;
  const { scope } = page;
  if (scope.wantsNonce) scope.nonce ??= makeNonce();
  try {
    return renderPage(page, content, init, styles);
  } catch (error) {
    return recover(
      error,
      content,
      isLoaded,
      (isLoaded) => finish(page, content, init, styles, isLoaded),
    );
  }
}

/**
 * What comes of a page that rendering has stopped at: an answer that was found
 * instead, or the page again, once that is there which it had to wait for.
 */
function recover(
  error: unknown,
  content: ComponentChildren,
  isLoaded: boolean,
  again: (isLoaded: boolean) => Response | Promise<Response>,
): Response | Promise<Response> {
  if (error instanceof Answered) return error.response;
  if (error instanceof Promised) {
    return error.settled.then(() => again(isLoaded));
  }
  if (isLoaded || !isSuspension(error)) throw error;
  return loadLazyComponents(content).then(
    () => again(true),
    (error) => recover(error, content, false, again),
  );
}

/** The components around a page, from the innermost to the outermost. */
function componentsAround(
  { app, layouts }: PageFrame,
  config: LayoutConfig,
): FrameComponent[] {
  const components: FrameComponent[] = [];
  if (!config.skipInheritedLayouts) {
    for (let i = layouts.length - 1; i >= 0; i--) components.push(layouts[i]!);
  }
  if (app !== null && !config.skipAppWrapper) components.push(app);
  return components;
}

/** The stylesheets of a page: its own, and those of what is around it. */
function stylesOf(
  own: readonly string[],
  components: readonly FrameComponent[],
): readonly string[] {
  let styles = own;
  for (const { css } of components) {
    if (css !== undefined) styles = [...styles, ...css];
  }
  return styles;
}

const NO_CONFIG: LayoutConfig = {};
const NO_INIT: ResponseInit = {};
const NO_STYLES: readonly string[] = [];

/** Renders JSX inside the layouts and the app wrapper of its route. */
export function renderResponse(
  page: PageRequest,
  content: ComponentChildren,
  init: ResponseInit = NO_INIT,
  config: LayoutConfig = NO_CONFIG,
  styles: readonly string[] = NO_STYLES,
): Response | Promise<Response> {
  const components = componentsAround(page.scope.frame, config);
  const framed = frame(page, components, content);
  const all = stylesOf(styles, components);
  return framed instanceof Promise
    ? framed.then((settled) => finish(page, settled, init, all))
    : finish(page, framed, init, all);
}

/** Renders the component of a route. */
export function renderRouteResponse(
  page: PageRequest,
  component: AnyComponent,
  init: ResponseInit | undefined,
  styles: readonly string[] | undefined,
): Response | Promise<Response> {
  const render = (content: Wrapped) =>
    content instanceof Response
      ? content
      : renderResponse(page, content, init, NO_CONFIG, styles);
  const content = wrap(page, component, null);
  return content instanceof Promise ? content.then(render) : render(content);
}
