import { shared } from "./shared_state.ts";

/** The query parameter that locks a URL to a build. */
export const LOCK_PARAMETER = "__frsh_c";

/**
 * Locks the URL of a static file to the current build, so that it can be
 * cached for a year. URLs of other sites are left as they are.
 */
export function asset(path: string): string {
  if (
    !path.startsWith("/") || path.startsWith("//") ||
    path.includes(`${LOCK_PARAMETER}=`) || shared.buildId === ""
  ) {
    return path;
  }
  const hash = path.indexOf("#");
  const url = hash === -1 ? path : path.slice(0, hash);
  return `${url}${
    url.includes("?") ? "&" : "?"
  }${LOCK_PARAMETER}=${shared.buildId}${hash === -1 ? "" : path.slice(hash)}`;
}

/** Applies {@linkcode asset} to every URL of a `srcset`. */
export function assetSrcSet(srcset: string): string {
  if (srcset.includes("(")) return srcset;
  return srcset.split(",").map((candidate) => candidate.replace(/\S+/, asset))
    .join(",");
}
