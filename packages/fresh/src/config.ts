/** What an app can be constructed with. */
export interface FreshConfig {
  /** The path below which the whole app is served, such as `/admin`. */
  basePath?: string;
  /** Believe `X-Forwarded-Proto` and `X-Forwarded-Host` of a reverse proxy. */
  trustProxy?: boolean;
  /** Whether the app runs for its developers or for its users. */
  mode?: "development" | "production";
}

/** The configuration that `ctx.config` shows. */
export interface ResolvedFreshConfig {
  /** The folder of the project. */
  root: string;
  /** The base path, without a slash at its end; empty for the root. */
  basePath: string;
  /** Whether the app runs for its developers or for its users. */
  mode: "development" | "production";
  /** Whether a reverse proxy's forwarding headers are believed. */
  trustProxy: boolean;
}

/** Fills in what was not configured. */
export function resolveConfig(config: FreshConfig): ResolvedFreshConfig {
  const basePath = (config.basePath ?? "").replace(/\/+$/, "");
  return {
    root: ".",
    basePath: basePath === "" || basePath.startsWith("/")
      ? basePath
      : `/${basePath}`,
    mode: config.mode ?? "production",
    trustProxy: config.trustProxy ?? false,
  };
}
