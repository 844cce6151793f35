import {
  compilePattern,
  isStaticPattern,
  type Params,
  type PathMatcher,
  pathOfPattern,
} from "./path_pattern.ts";

/** The HTTP methods that a route can be registered for. */
export type Method =
  | "GET"
  | "HEAD"
  | "POST"
  | "PUT"
  | "PATCH"
  | "DELETE"
  | "OPTIONS";

/** What one pattern answers: by method, or whatever the method is. */
export interface RouteEntry<T> {
  readonly pattern: string;
  readonly byMethod: Map<string, T>;
  /** Answers every method that has no entry of its own. */
  any: T | null;
}

interface DynamicRoute<T> {
  readonly match: PathMatcher;
  readonly entry: RouteEntry<T>;
}

/** A found route and the captured parts of the path. */
export interface RouteMatch<T> {
  readonly entry: RouteEntry<T>;
  readonly params: Params;
}

/** The first segment of a pattern when it is literal, otherwise `null`. */
function literalHead(pattern: string): string | null {
  const end = pattern.indexOf("/", 1);
  const head = end === -1 ? pattern.slice(1) : pattern.slice(1, end);
  return pattern.startsWith("/") && isStaticPattern(head)
    ? pathOfPattern(`/${head}`).slice(1)
    : null;
}

function headOf(pathname: string): string {
  const end = pathname.indexOf("/", 1);
  return end === -1 ? pathname.slice(1) : pathname.slice(1, end);
}

/**
 * Finds the route of a path: exact paths first, then patterns in the order in
 * which they were added. Patterns with a literal first segment are only tried
 * for paths that begin with it.
 */
export class Router<T> {
  readonly #static = new Map<string, RouteEntry<T>>();
  readonly #byPattern = new Map<string, RouteEntry<T>>();
  readonly #dynamic: DynamicRoute<T>[] = [];
  readonly #byHead = new Map<string, DynamicRoute<T>[]>();
  #open: DynamicRoute<T>[] = [];

  /** Adds what answers a method (or `ALL` methods) on a pattern. */
  add(method: Method | "ALL", pattern: string, item: T): void {
    let entry = this.#byPattern.get(pattern);
    if (entry === undefined) {
      entry = { pattern, byMethod: new Map(), any: null };
      this.#byPattern.set(pattern, entry);
      if (isStaticPattern(pattern)) {
        const path = pathOfPattern(pattern);
        if (!this.#static.has(path)) this.#static.set(path, entry);
      } else this.#addDynamic(pattern, entry);
    }
    if (method === "ALL") entry.any ??= item;
    else if (!entry.byMethod.has(method)) entry.byMethod.set(method, item);
  }

  #addDynamic(pattern: string, entry: RouteEntry<T>): void {
    const route = {
      match: compilePattern(pattern),
      entry,
    };
    this.#dynamic.push(route);
    const head = literalHead(pattern);
    if (head === null) {
      this.#open.push(route);
      for (const bucket of this.#byHead.values()) bucket.push(route);
    } else {
      let bucket = this.#byHead.get(head);
      if (bucket === undefined) {
        bucket = [...this.#open];
        this.#byHead.set(head, bucket);
      }
      bucket.push(route);
    }
  }

  /** All registered patterns, in the order of their registration. */
  patterns(): string[] {
    return [...this.#byPattern.keys()];
  }

  /** Finds the route of a path, or `null`. */
  match(pathname: string): RouteMatch<T> | null {
    const entry = this.#static.get(pathname) ?? this.#sibling(pathname);
    if (entry !== undefined) return { entry, params: {} };
    const found = this.#pattern(pathname);
    if (found !== null || pathname.length < 2 || !pathname.endsWith("/")) {
      return found;
    }
    return this.#pattern(pathname.slice(0, -1));
  }

  /** The exact path with a slash more or less at its end. */
  #sibling(pathname: string): RouteEntry<T> | undefined {
    if (this.#static.size === 0 || pathname === "/") return undefined;
    return this.#static.get(
      pathname.endsWith("/") ? pathname.slice(0, -1) : `${pathname}/`,
    );
  }

  #pattern(pathname: string): RouteMatch<T> | null {
    if (this.#dynamic.length === 0) return null;
    const candidates = this.#byHead.get(headOf(pathname)) ?? this.#open;
    for (let i = 0; i < candidates.length; i++) {
      const route = candidates[i]!;
      const params = route.match(pathname);
      if (params !== null) return { entry: route.entry, params };
    }
    return null;
  }
}
