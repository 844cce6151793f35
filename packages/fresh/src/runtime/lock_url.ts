/** The query parameter that locks a URL to a build. */
export const LOCK_PARAMETER = "__frsh_c";

/** A URL with the build that it is locked to. */
export function lockUrl(url: string, buildId: string): string {
  const hash = url.indexOf("#");
  const end = hash === -1 ? url.length : hash;
  const start = url.slice(0, end);
  return `${start}${
    start.includes("?") ? "&" : "?"
  }${LOCK_PARAMETER}=${buildId}${url.slice(end)}`;
}
