import { LOCK_PARAMETER, lockUrl } from "../runtime/lock_url.ts";

/** Comments, what loads a file, and strings that do not. */
const TOKEN =
  /\/\*[\s\S]*?\*\/|(@import\s+|url\(\s*)("[^"\\\n]*"|'[^'\\\n]*')|(url\(\s*)([^\s"'()\\]+)|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[\s\S]|[^'\\])*'/gi;

const ORIGIN = "http://static.invalid";

/** Whether a URL in a file is that of another static file. */
function isStatic(
  url: string,
  from: string,
  isFile: (path: string) => boolean,
): boolean {
  if (url.startsWith("#") || url.includes(`${LOCK_PARAMETER}=`)) return false;
  try {
    const { origin, pathname } = new URL(url, ORIGIN + encodeURI(from));
    return origin === ORIGIN && isFile(decodeURIComponent(pathname));
  } catch {
    return false;
  }
}

/**
 * Locks the URLs of static files in a stylesheet to the build, as `asset()`
 * does, so that images and fonts are cached for as long as the build lives.
 */
export function lockCssUrls(
  css: string,
  from: string,
  buildId: string,
  isFile: (path: string) => boolean,
): string {
  const lock = (url: string) =>
    isStatic(url, from, isFile) ? lockUrl(url, buildId) : url;
  return css.replace(
    TOKEN,
    (token, before?: string, quoted?: string, open?: string, bare?: string) => {
      if (open !== undefined) return open + lock(bare!);
      if (before === undefined) return token;
      const quote = quoted![0]!;
      return before + quote + lock(quoted!.slice(1, -1)) + quote;
    },
  );
}
