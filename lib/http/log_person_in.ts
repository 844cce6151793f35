import { deviceWords } from "../access/device_words.ts";
import type { LoggedIn } from "../access/log_in.ts";
import { dashboardPath, type Space, SPACE_SEGMENTS } from "../model/spaces.ts";
import { TTL } from "../store/limits.ts";
import { setSessionCookie } from "./session_cookie.ts";
import type { RequestContext } from "./state.ts";

/**
 * Where one may go on after a login: the account, or a page of a space, never another site.
 *
 * @param space the one that acts, where that is known; a page of another one would only be refused
 */
export function nextPath(
  next: string | null,
  space?: Space,
): string | null {
  const found = /^\/(?:account|(client|provider|dev|accounting)\/[\w/.-]*)$/
    .exec(
      next ?? "",
    );
  if (found === null) return null;
  const [path, segment] = found;
  const isOwn = segment === undefined || space === undefined ||
    segment === SPACE_SEGMENTS[space];
  return isOwn ? path : null;
}

/** Gives the browser its session, and sends it to the dashboard, to where it wanted to go, or to choose first. */
export function logPersonIn(
  ctx: RequestContext,
  session: LoggedIn,
  next: string | null = null,
): Response {
  const { membership, choose } = session;
  const answer = ctx.redirect(
    choose
      ? "/switch"
      : nextPath(next, membership.space) ?? dashboardPath(membership),
    303,
  );
  setSessionCookie(answer.headers, session.secret, TTL.session);
  return answer;
}

/** The device that a request came from, in words that its owner knows it by. */
export function deviceOf(ctx: RequestContext): string {
  return deviceWords(ctx.req.headers.get("user-agent"));
}
