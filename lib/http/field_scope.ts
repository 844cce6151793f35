import { isShutOut } from "../access/shut_out.ts";
import type { Me } from "../model/spaces.ts";
import { clearSessionCookie, sessionSecret } from "./session_cookie.ts";
import type { RequestContext } from "./state.ts";

/**
 * Header of a page: whose field work its device may show. The service worker compares, and takes leave of everybody else;
 * where it is missing, nothing is said.
 */
const SCOPE_HEADER = "streamflow-scope";

/** Says whose page this is; null: of somebody who acts nowhere any more, so that the device shows nobody's work. */
export function tellScope(headers: Headers, me: Me | null): void {
  headers.set(
    SCOPE_HEADER,
    me?.space === "CLIENT" ? `${me.orgId}:${me.id}` : "none",
  );
}

/**
 * The headers of a login that nobody's session opens: they take a cookie that is good for nothing. To the device of somebody
 * who was shut out they say so, and leave the cookie: the worker's own look follows a redirect to here, and only the
 * browser's second request brings it an answer that it reads. A session that has only expired says nothing: its person goes
 * on without a network.
 */
export async function loginHeaders(ctx: RequestContext): Promise<Headers> {
  const headers = new Headers();
  const secret = sessionSecret(ctx.req);
  if (secret === null) return headers;
  const { store, now } = ctx.state.deps;
  if (await isShutOut(store, secret, now())) tellScope(headers, null);
  else clearSessionCookie(headers);
  return headers;
}
