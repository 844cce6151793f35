import { z } from "zod";

const mail = z.string().refine(
  (value) =>
    value === "log:" ||
    /^smtps?:\/\//.test(value) && (URL.parse(value)?.hostname ?? "") !== "",
  "Write smtp://user:password@host:port, or log:",
);

const sender = z.string().regex(
  /^(?:[^<>@\r\n]{0,100}<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/,
  "Write noreply@example.com, or StreamFlow <noreply@example.com>",
);

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65535).default(8000),
  HOST: z.string().min(1).default("127.0.0.1"),
  STREAMFLOW_KV: z.string().min(1).default("./data/streamflow.sqlite3"),
  STREAMFLOW_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  STREAMFLOW_SECRET: z.string().min(32, "Use 32 characters or more").optional(),
  STREAMFLOW_REGISTER_KEYS: z.string().default("").transform((value) =>
    value.split(",").map((key) => key.trim()).filter((key) => key !== "")
  ).refine(
    (keys) => keys.every((key) => key.length >= 16),
    "Use keys of 16 characters or more",
  ),
  STREAMFLOW_PROXIES: z.string().regex(
    /^(?:\d|10)$/,
    "Write how many proxies stand in front: 0 to 10",
  ).transform(Number).default(0),
  STREAMFLOW_MAIL: mail.default("log:"),
  STREAMFLOW_MAIL_FROM: sender.optional(),
  STREAMFLOW_FEDERATION: z.enum(["off", "required"]).default("off"),
  OTEL_DENO: z.string().optional(),
  DENO_DEPLOYMENT_ID: z.string().optional(),
}).refine(
  (env) =>
    env.STREAMFLOW_PUBLIC_URL === undefined ||
    env.STREAMFLOW_SECRET !== undefined,
  {
    path: ["STREAMFLOW_SECRET"],
    message: "A public URL needs a secret of 32 characters or more",
  },
);

/** How the product runs: validated, typed, frozen. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** A file path, `:memory:`, or the http(s) URL of a KV Connect server. */
  readonly kv: string;
  /** Where people reach this instance; null: only on this machine. */
  readonly publicUrl: string | null;
  readonly secret: string | null;
  /** Keys of the sites that may register tenants. */
  readonly registerKeys: readonly string[];
  /** How many trusted proxies stand in front: whose words about where a request came from are believed. */
  readonly proxies: number;
  /** `smtp://…`, or `log:` to write mails into the log. */
  readonly mail: string;
  /** Who sends mails: an address, or a name with an address in angle brackets. */
  readonly mailFrom: string;
  /** Right part of the `Message-ID` of mails: the public host. */
  readonly mailHost: string;
  readonly federation: "off" | "required";
  /** Whether the runtime exports OpenTelemetry: `OTEL_DENO=true`. */
  readonly telemetry: boolean;
  /** Runs on Deno Deploy, where timers sleep between requests. */
  readonly onDeploy: boolean;
}

/** The environment cannot be run with; the message names every problem. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * Turns environment variables into the configuration. Empty variables count as absent.
 *
 * @throws {ConfigError} naming every problem at once
 */
export function readConfig(
  variables: Record<string, string | undefined>,
): Config {
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) =>
      value !== undefined && value !== ""
    ),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map((issue) =>
        `${issue.path.join(".")}: ${issue.message}`
      ).join("\n"),
    );
  }
  const env = parsed.data;
  const mailHost = env.STREAMFLOW_PUBLIC_URL === undefined
    ? "localhost"
    : new URL(env.STREAMFLOW_PUBLIC_URL).hostname;
  return Object.freeze({
    port: env.PORT,
    host: env.HOST,
    kv: env.STREAMFLOW_KV,
    publicUrl: env.STREAMFLOW_PUBLIC_URL ?? null,
    secret: env.STREAMFLOW_SECRET ?? null,
    registerKeys: Object.freeze(env.STREAMFLOW_REGISTER_KEYS),
    proxies: env.STREAMFLOW_PROXIES,
    mail: env.STREAMFLOW_MAIL,
    mailFrom: env.STREAMFLOW_MAIL_FROM ?? `StreamFlow <noreply@${mailHost}>`,
    mailHost,
    federation: env.STREAMFLOW_FEDERATION,
    telemetry: env.OTEL_DENO === "true" || env.OTEL_DENO === "1",
    onDeploy: env.DENO_DEPLOYMENT_ID !== undefined,
  });
}

/** The variables that are read, and no others: what `--allow-env` has to name. */
export const VARIABLES = [
  "PORT",
  "HOST",
  "STREAMFLOW_KV",
  "STREAMFLOW_PUBLIC_URL",
  "STREAMFLOW_SECRET",
  "STREAMFLOW_REGISTER_KEYS",
  "STREAMFLOW_PROXIES",
  "STREAMFLOW_MAIL",
  "STREAMFLOW_MAIL_FROM",
  "STREAMFLOW_FEDERATION",
  "OTEL_DENO",
  "DENO_DEPLOYMENT_ID",
] as const;

/** Reads the process's environment: the only place that does. @throws {ConfigError} */
export function configFromEnvironment(): Config {
  return readConfig(
    Object.fromEntries(VARIABLES.map((name) => [name, Deno.env.get(name)])),
  );
}
