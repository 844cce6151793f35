/** Name of the session cookie; the prefix binds it to this host, this path and TLS (RFC 6265bis, section 4.1.3.2). */
export const SESSION_COOKIE = "__Host-streamflow";

const ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax";

/** The session's secret in a request, or null. */
export function sessionSecret(req: Request): string | null {
  const cookies = req.headers.get("cookie");
  if (cookies === null) return null;
  for (const pair of cookies.split(";")) {
    const at = pair.indexOf("=");
    if (pair.slice(0, at).trim() === SESSION_COOKIE) {
      return pair.slice(at + 1).trim();
    }
  }
  return null;
}

/** Sets the cookie of a new session. @param maxAgeMs how long the session lives at most */
export function setSessionCookie(
  headers: Headers,
  secret: string,
  maxAgeMs: number,
): void {
  headers.append(
    "set-cookie",
    `${SESSION_COOKIE}=${secret}; ${ATTRIBUTES}; Max-Age=${
      Math.floor(maxAgeMs / 1000)
    }`,
  );
}

/** Removes the cookie. */
export function clearSessionCookie(headers: Headers): void {
  headers.append("set-cookie", `${SESSION_COOKIE}=; ${ATTRIBUTES}; Max-Age=0`);
}
