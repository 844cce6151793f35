import { INLINE_STYLE_SOURCES } from "./first_styles.ts";

const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  ["style-src 'self'", ...INLINE_STYLE_SOURCES].join(" "),
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

/** Security headers of every answer. */
export const SECURITY_HEADERS:
  readonly (readonly [name: string, value: string])[] = [
    ["content-security-policy", CSP],
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
