import { LOCK_PARAMETER, lockUrl } from "./lock_url.ts";
import { shared } from "./shared_state.ts";

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
  return lockUrl(path, shared.buildId);
}

/** Applies {@linkcode asset} to every URL of a `srcset`. */
export function assetSrcSet(srcset: string): string {
  if (srcset.includes("(")) return srcset;
  return srcset.split(",").map((candidate) => candidate.replace(/\S+/, asset))
    .join(",");
}
