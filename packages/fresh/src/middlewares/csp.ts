import { scopeOf } from "../context.ts";
import type { Middleware } from "../handlers.ts";
import { withHeaders } from "../response_headers.ts";

/** Options of {@linkcode csp}. */
export interface CSPOptions {
  /** Only report what would have been refused. */
  reportOnly?: boolean;
  /** Where the browser reports to. */
  reportTo?: string;
  /** Directives to add, or to put in the place of the default ones. */
  csp?: string[];
  /** Allow inline scripts and styles by a nonce of each response. */
  useNonce?: boolean;
}

const DEFAULTS = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "media-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "upgrade-insecure-requests",
];

const WITH_NONCE = new Set([
  "default-src",
  "script-src",
  "script-src-elem",
  "style-src",
  "style-src-elem",
  "style-src-attr",
]);

function nameOf(directive: string): string {
  return directive.trim().split(/\s+/, 1)[0]!.toLowerCase();
}

function mergeDirectives(own: readonly string[]): string[] {
  const merged = new Map<string, string>();
  for (const directive of [...DEFAULTS, ...own]) {
    merged.set(nameOf(directive), directive.trim());
  }
  return [...merged.values()];
}

/** Sets the header `Content-Security-Policy`. */
export function csp<State = unknown>(
  options: CSPOptions = {},
): Middleware<State> {
  const { reportOnly = false, reportTo, useNonce = false } = options;
  const directives = mergeDirectives(options.csp ?? []);
  if (reportTo !== undefined) {
    directives.push("report-to csp-endpoint", `report-uri ${reportTo}`);
  }
  const name = reportOnly
    ? "content-security-policy-report-only"
    : "content-security-policy";
  const plain = directives.join("; ");
  const withNonce = (nonce: string) =>
    directives.map((directive) =>
      WITH_NONCE.has(nameOf(directive))
        ? directive.replaceAll("'unsafe-inline'", `'nonce-${nonce}'`)
        : directive
    ).join("; ");
  return async (ctx) => {
    const scope = scopeOf(ctx);
    if (useNonce) scope.wantsNonce = true;
    const add = (headers: Headers) => {
      headers.set(name, scope.nonce === null ? plain : withNonce(scope.nonce));
      if (reportTo !== undefined) {
        headers.set("reporting-endpoints", `csp-endpoint="${reportTo}"`);
      }
    };
    try {
      return withHeaders(await ctx.next(), add);
    } catch (error) {
      scope.addToErrorPage(add);
      throw error;
    }
  };
}
