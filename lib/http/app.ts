import { App, staticFiles } from "fresh";
import { guard, observe, sameOrigin } from "./middlewares.ts";
import type { Deps, State, StreamFlow } from "./state.ts";

/**
 * Builds the app: outermost what every answer needs, then static files, then the guard, then the routes.
 *
 * @param deps what requests are answered with
 */
export function createApp(deps: Deps): StreamFlow {
  return new App<State>()
    .use(observe(deps), staticFiles(), sameOrigin, guard)
    .fsRoutes();
}
