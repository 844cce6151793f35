import type { ComponentChildren, FunctionComponent, VNode } from "preact";
import { jsx } from "preact/jsx-runtime";
import type { LayoutConfig, PageProps, RouteComponent } from "../components.ts";
import { renderDocument } from "./document.ts";
import type { PageFrame, RequestScope } from "../request_scope.ts";
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

/** Renders a component, unless it gives a response: then there is no page. */
function Answering(
  { component, props }: { component: FunctionComponent; props: object },
): ComponentChildren {
  const given: unknown = component(props);
  if (given instanceof Response) throw new Answered(given);
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
    ? jsx(Answering as never, { component, props } as never)
    : jsx(component as FunctionComponent, props as never);
}

/** Puts the layouts and the app wrapper around a page. */
function frame(
  page: PageRequest,
  components: readonly AnyComponent[],
  content: ComponentChildren,
): Wrapped | Promise<Wrapped> {
  let inner = content;
  for (const [index, component] of components.entries()) {
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
  { scope }: PageRequest,
  content: ComponentChildren,
  init: ResponseInit,
  styles: readonly string[],
): Response {
  const state = new PageState(scope.assets, scope.nonce);
  return htmlResponse(renderDocument(state, content, styles), init);
}

function finish(
  page: PageRequest,
  content: Wrapped,
  init: ResponseInit,
  styles: readonly string[],
): Response | Promise<Response> {
  if (content instanceof Response) return content;
  const { scope } = page;
  if (scope.wantsNonce) scope.nonce ??= makeNonce();
  try {
    return renderPage(page, content, init, styles);
  } catch (error) {
    if (error instanceof Answered) return error.response;
    if (!isSuspension(error)) throw error;
    return loadLazyComponents(content).then(() =>
      renderPage(page, content, init, styles)
    );
  }
}

/** The components around a page, from the innermost to the outermost. */
function componentsAround(
  { app, layouts }: PageFrame,
  config: LayoutConfig,
): AnyComponent[] {
  const components: AnyComponent[] = [];
  if (!config.skipInheritedLayouts) {
    for (let i = layouts.length - 1; i >= 0; i--) {
      components.push(layouts[i]!.component);
    }
  }
  if (app !== null && !config.skipAppWrapper) components.push(app);
  return components;
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
  return framed instanceof Promise
    ? framed.then((settled) => finish(page, settled, init, styles))
    : finish(page, framed, init, styles);
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
