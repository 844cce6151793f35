/**
 * The content security policy of an answer (CSP level 3).
 *
 * @param styles what may stand in the document itself, as `hash-source` (section 2.3.1)
 */
export function securityPolicy(styles: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    ["style-src 'self'", ...styles].join(" "),
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // The one policy: it lets nothing but /sw.js be registered as a service worker.
    "trusted-types streamflow",
  ].join("; ");
}

/** Security headers of every answer; see `FirstStyles` for the policy where pages carry styles. */
export const SECURITY_HEADERS:
  readonly (readonly [name: string, value: string])[] = [
    ["content-security-policy", securityPolicy()],
    ["x-content-type-options", "nosniff"],
    ["referrer-policy", "same-origin"],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
    [
      "permissions-policy",
      "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
    ],
    ["strict-transport-security", "max-age=31536000"],
  ];
