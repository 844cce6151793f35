import type { PageProps } from "./components.ts";
import type { Middleware, PageResponse, RouteHandler } from "./handlers.ts";
import type { MaybePromise } from "./maybe_promise.ts";
import type { ComponentChildren } from "preact";

type DataOfResult<Result> = Result extends PageResponse<infer Data> ? Data
  : never;

type DataOfFunction<Fn> = Fn extends (...args: never[]) => infer Result
  ? DataOfResult<Awaited<Result>>
  : never;

/** The data that a route's handlers hand to its component. */
export type HandlerData<Handler> = [Handler] extends [never] ? unknown
  : Handler extends (...args: never[]) => unknown ? DataOfFunction<Handler>
  : { [M in keyof Handler]-?: DataOfFunction<Handler[M]> }[keyof Handler];

/** What a page component may give back. */
type Rendered = MaybePromise<ComponentChildren | Response>;

/** Identity functions that give handlers, pages and middlewares their types. */
export interface Define<State> {
  /** Types the handlers of a route. */
  handlers<Handlers extends RouteHandler<unknown, State>>(
    handlers: Handlers,
  ): Handlers;
  /** Types the component of a route or the app wrapper. */
  page<
    // deno-lint-ignore no-explicit-any -- the handlers' data is inferred from what they return
    Handler extends RouteHandler<any, State> = never,
    Component extends (
      props: PageProps<HandlerData<Handler>, State>,
    ) => Rendered = (
      props: PageProps<HandlerData<Handler>, State>,
    ) => Rendered,
  >(component: Component): Component;
  /** Types a layout. */
  layout<Component extends (props: PageProps<unknown, State>) => Rendered>(
    component: Component,
  ): Component;
  /** Types one middleware or several. */
  middleware<M extends Middleware<State> | Middleware<State>[]>(
    middleware: M,
  ): M;
}

/** Makes the `define` helpers of an app whose state is of the given type. */
export function createDefine<State>(): Define<State> {
  return {
    handlers: (handlers) => handlers,
    page: (component) => component,
    layout: (component) => component,
    middleware: (middleware) => middleware,
  };
}
