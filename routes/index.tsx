import { define } from "../lib/http/state.ts";
import { dashboardPath } from "../lib/model/spaces.ts";

/** One's own dashboard, or the login. */
export const handler = define.handlers({
  GET(ctx) {
    const { session } = ctx.state;
    return ctx.redirect(session ? dashboardPath(session.me) : "/login", 303);
  },
});
