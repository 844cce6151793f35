const UNUSUAL = /\/\/|\/\.|%2e|[\\#]|[^!-~]/i;

/**
 * The path of a request as it is routed: dot segments resolved and repeated
 * slashes collapsed. `null` when the URL makes no sense.
 */
export function requestPath(url: string): string | null {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  if (start !== -1) {
    const query = url.indexOf("?", start);
    const path = query === -1 ? url.slice(start) : url.slice(start, query);
    if (!UNUSUAL.test(path)) return path;
  }
  try {
    return new URL(url).pathname.replace(/\/{2,}/g, "/");
  } catch {
    return null;
  }
}
