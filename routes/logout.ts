import { closeSession } from "../lib/access/sessions.ts";
import { auditOf } from "../lib/http/call.ts";
import { clearSessionCookie } from "../lib/http/session_cookie.ts";
import { define } from "../lib/http/state.ts";

/** Ends the session. A GET never does: a link or a prefetch must not log anybody out. */
export const handler = define.handlers({
  async POST(ctx) {
    const { session, deps } = ctx.state;
    if (session) {
      await closeSession(deps.store, session, auditOf(ctx, session.me));
    }
    const answer = ctx.redirect("/login", 303);
    clearSessionCookie(answer.headers);
    return answer;
  },
});
