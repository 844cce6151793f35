/** The captured parts of a path, by name. */
export type Params = Record<string, string>;

/** Tries a path against one pattern; `null` when it does not match. */
export type PathMatcher = (pathname: string) => Params | null;

const SYNTAX = /[:*{}()+?\\]/;
const SIMPLE_PART = /^(?:[\w.~!$&',;=@%-]*|:[A-Za-z_$][\w$]*)$/;
const SIMPLE_REST = /^(?:\*|:([A-Za-z_$][\w$]*)\*)$/;

/** Whether a pattern has no dynamic part, so that it names exactly one path. */
export function isStaticPattern(pattern: string): boolean {
  return !SYNTAX.test(pattern);
}

/** The path that a static pattern names, as it stands in a URL. */
export function pathOfPattern(pattern: string): string {
  try {
    return new URL(pattern, "http://localhost").pathname;
  } catch {
    return pattern;
  }
}

/** Joins two patterns with exactly one slash between them. */
export function joinPaths(base: string, path: string): string {
  const left = base.replace(/\/+$/, "");
  if (path === "" || path === "/") return left === "" ? "/" : left;
  return path.startsWith("/") || path.startsWith("{")
    ? left + path
    : `${left}/${path}`;
}

/**
 * Decodes one captured part. Encoded slashes and other delimiters stay encoded,
 * and what is not valid stays as it was sent.
 */
export function decodePart(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURI(part);
  } catch {
    return part;
  }
}

/** What `/*` and `/:name*` match at the end of a pattern. */
const ANY_END = "\\/(.*)";
const NAMED_END = "(?:\\/([^/]+(?:\\/[^/]+)*))?";

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/**
 * Turns the patterns that nearly every route has (`/a/:b/c`, `/a/:rest*`,
 * `/a/*`) into one regular expression. `null` for everything else.
 */
function compileSimple(pattern: string): PathMatcher | null {
  const parts = pattern.split("/").slice(1);
  const names: string[] = [];
  let source = "^";
  for (const [index, part] of parts.entries()) {
    const rest = SIMPLE_REST.exec(part);
    if (rest !== null) {
      if (index !== parts.length - 1) return null;
      names.push(rest[1] ?? "0");
      source += rest[1] === undefined ? ANY_END : NAMED_END;
    } else if (!SIMPLE_PART.test(part)) {
      return null;
    } else if (part.startsWith(":")) {
      names.push(part.slice(1));
      source += "\\/([^/]+)";
    } else {
      source += `\\/${escapeRegExp(part)}`;
    }
  }
  const expression = new RegExp(`${source}$`);
  return (pathname) => {
    const found = expression.exec(pathname);
    if (found === null) return null;
    const params: Params = {};
    for (let i = 0; i < names.length; i++) {
      params[names[i]!] = decodePart(found[i + 1] ?? "");
    }
    return params;
  };
}

/** Compiles a pattern in `URLPattern` pathname syntax. */
export function compilePattern(pattern: string): PathMatcher {
  if (pattern.startsWith("/")) {
    const simple = compileSimple(pattern);
    if (simple !== null) return simple;
  }
  const full = new URLPattern({ pathname: pattern });
  return (pathname) => {
    const groups = full.exec({ pathname })?.pathname.groups;
    if (groups === undefined) return null;
    const params: Params = {};
    for (const name in groups) {
      params[name] = decodePart(groups[name] ?? "");
    }
    return params;
  };
}
