import type { FreshContext, HandlerByMethod, RouteHandler } from "fresh";
import type { State } from "../../utils.ts";

const byMethod: HandlerByMethod<unknown, State> = {
  GET: (ctx: FreshContext<State>) => ctx.redirect(`/${ctx.params.path}`),
};

export const handler: RouteHandler<unknown, State> = byMethod;
