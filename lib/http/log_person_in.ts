import { dashboardPath } from "../model/spaces.ts";
import type { MembershipRow } from "../store/identities.ts";
import { TTL } from "../store/limits.ts";
import { setSessionCookie } from "./session_cookie.ts";
import type { RequestContext } from "./state.ts";

/** Where one may go on after a login: a page of one's own space, never another site. */
export function nextPath(next: string | null): string | null {
  return next !== null &&
      /^\/(client|provider|dev|accounting)\/[\w/.-]*$/.test(next)
    ? next
    : null;
}

/** Gives the browser its session and sends it to the dashboard, or to where it wanted to go. */
export function logPersonIn(
  ctx: RequestContext,
  session: { secret: string; membership: MembershipRow },
  next: string | null = null,
): Response {
  const answer = ctx.redirect(
    nextPath(next) ?? dashboardPath(session.membership),
    303,
  );
  setSessionCookie(answer.headers, session.secret, TTL.session);
  return answer;
}

/** The address that a request came from. */
export function addressOf(ctx: RequestContext): string {
  const { remoteAddr } = ctx.info;
  return "hostname" in remoteAddr ? remoteAddr.hostname : "local";
}
