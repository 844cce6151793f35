import type { ComponentChildren, FunctionComponent, VNode } from "preact";
import { jsx } from "preact/jsx-runtime";
import { type Context, scopeOf } from "../context.ts";
import type {
  LayoutConfig,
  PageProps,
  Route,
  RouteComponent,
} from "../handlers.ts";
import { renderDocument } from "./document.ts";
import { PageState } from "./page_state.ts";

// deno-lint-ignore no-explicit-any -- components of apps of any state are rendered
type AnyState = any;
type AnyContext = Context<AnyState>;
type AnyComponent = RouteComponent<AnyState, AnyState>;

const AsyncFunction = (async () => {}).constructor;

function propsOf(
  ctx: AnyContext,
  Component: FunctionComponent,
): PageProps<AnyState, AnyState> {
  return {
    config: ctx.config,
    req: ctx.req,
    get url() {
      return ctx.url;
    },
    params: ctx.params,
    info: ctx.info,
    state: ctx.state,
    get isPartial() {
      return ctx.isPartial;
    },
    route: ctx.route,
    data: scopeOf(ctx).data,
    error: ctx.error,
    Component,
  };
}

function Nothing(): null {
  return null;
}

/** Renders a component around what stands inside it. */
function wrap(
  ctx: AnyContext,
  component: AnyComponent,
  inner: ComponentChildren,
): ComponentChildren | Response | Promise<ComponentChildren | Response> {
  const Component = inner === null ? Nothing : () => inner as VNode;
  const props = propsOf(ctx, Component);
  return component.constructor === AsyncFunction
    ? (component as (props: unknown) => Promise<ComponentChildren | Response>)(
      props,
    )
    : jsx(component as FunctionComponent, props as never);
}

/** Generates an unguessable value for one response. */
function makeNonce(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

function htmlResponse(html: string, init: ResponseInit): Response {
  if (init.headers === undefined) {
    return new Response(html, {
      ...init,
      headers: { "content-type": "text/html; charset=utf-8" },
    });
  }
  const headers = new Headers(init.headers);
  if (!headers.has("content-type")) {
    headers.set("content-type", "text/html; charset=utf-8");
  }
  return new Response(html, { ...init, headers });
}

/** Renders JSX inside the layouts and the app wrapper of its route. */
export async function renderResponse(
  ctx: AnyContext,
  content: ComponentChildren,
  init: ResponseInit = {},
  config: LayoutConfig = {},
  styles: readonly string[] = [],
): Promise<Response> {
  const scope = scopeOf(ctx);
  const layouts = config.skipInheritedLayouts ? [] : scope.frame.layouts;
  let inner = content;
  for (let i = layouts.length - 1; i >= 0; i--) {
    const wrapped = await wrap(ctx, layouts[i]!.component, inner);
    if (wrapped instanceof Response) return wrapped;
    inner = wrapped;
  }
  if (!config.skipAppWrapper && scope.frame.app !== null) {
    const wrapped = await wrap(ctx, scope.frame.app, inner);
    if (wrapped instanceof Response) return wrapped;
    inner = wrapped;
  }
  if (scope.wantsNonce) scope.nonce ??= makeNonce();
  const state = new PageState(scope.assets, scope.nonce);
  return htmlResponse(renderDocument(state, inner, styles), init);
}

/** Renders the component of a route. */
export async function renderRouteResponse(
  ctx: AnyContext,
  route: Route<AnyState, AnyState>,
  init: ResponseInit,
): Promise<Response> {
  const content = await wrap(ctx, route.component!, null);
  if (content instanceof Response) return content;
  return await renderResponse(ctx, content, init, {}, route.css);
}
