import type { PageState } from "./page_state.ts";

/** The attributes that tell what a link has to do with the page it is on. */
export type LinkMark = Readonly<Record<string, string>>;

const CURRENT: LinkMark = { "aria-current": "page", "data-current": "true" };
const ANCESTOR: LinkMark = { "aria-current": "true", "data-ancestor": "true" };

const SLASH = 47;
const BACKSLASH = 92;

/** Whatever is more than the most usual letters of a path. */
const UNUSUAL = /[^\w\-~/]/;

/** What a URL parser would write in another way. */
const ODD = /\/\.|%2e|\\|[^!-~]/i;

const AFTER_PATH = /[?#]/;

/** A path without the slash at its end, which makes no difference to a link. */
export function withoutSlash(path: string): string {
  return path.length > 1 && path.charCodeAt(path.length - 1) === SLASH
    ? path.slice(0, -1)
    : path;
}

/**
 * How a link is marked: as one to the current page, as one to a page above it,
 * or not at all. Only what is a path from the root counts as a link of the
 * app. One with another query leads to the same place in another state, so
 * that it is above the page, not the page.
 */
export function markOfLink(state: PageState, href: unknown): LinkMark | null {
  if (typeof href !== "string" || href.charCodeAt(0) !== SLASH) return null;
  const second = href.charCodeAt(1);
  // Two slashes of either kind stand before a host.
  if (second === SLASH || second === BACKSLASH) return null;
  if (!UNUSUAL.test(href)) return markOf(state, withoutSlash(href), "");
  const end = href.search(AFTER_PATH);
  const path = withoutSlash(end === -1 ? href : href.slice(0, end));
  // Parsing is dear, and a list may have many links with a query.
  if (path !== state.path && !ODD.test(path)) return markOf(state, path, "");
  const url = URL.parse(href, "http://localhost");
  return url === null
    ? null
    : markOf(state, withoutSlash(url.pathname), url.search);
}

function markOf(
  { path: current, request }: PageState,
  path: string,
  query: string,
): LinkMark | null {
  if (path === current) {
    return query === "" || query === request.url.search ? CURRENT : ANCESTOR;
  }
  return path === "/" ||
      (current.startsWith(path) && current.charCodeAt(path.length) === SLASH)
    ? ANCESTOR
    : null;
}
