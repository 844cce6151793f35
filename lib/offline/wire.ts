import type { Problem } from "../model/problem.ts";
import type { Device } from "./device.ts";
import type { Field } from "./field.ts";

/** Why a sync cannot go on now. Nothing is lost by it: everything stays queued. */
export class Halt extends Error {
  /** Log in first; else: try again later. */
  readonly login: boolean;
  /** Not before so many milliseconds. */
  readonly waitMs: number;

  /** See the members. */
  constructor(login: boolean, waitMs: number) {
    super("Halted");
    this.login = login;
    this.waitMs = waitMs;
  }
}

/** How long a request may take, milliseconds: a full batch on a slow 2G link. */
export const REQUEST_TIMEOUT_MS = 60_000;

/** How long the probe may take, milliseconds. */
const PROBE_TIMEOUT_MS = 8_000;

/** Problems to which there is an answer of the engine's own; with all others it waits. */
const ANSWERABLE = [409, 410, 413];

/** Milliseconds for which a problem asks; no answer can silence the device for longer than an hour. */
export function waitOf(problem: Problem): number {
  return Math.min(problem.retryAfter ?? 0, 3600) * 1000;
}

/** Whether a problem refuses whoever asks, not what is asked. */
export function isRefused(problem: Problem): boolean {
  return problem.status === 401 || problem.status === 403;
}

async function request(
  device: Device,
  path: string,
  init: RequestInit,
  timeoutMs: number,
): Promise<{ ok: boolean; body: Record<string, unknown> }> {
  const abort = new AbortController();
  const callOff = device.after(timeoutMs, () => abort.abort());
  try {
    const response = await device.fetch(path, {
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: abort.signal,
      ...init,
    });
    return { ok: response.ok, body: await response.json() };
  } finally {
    callOff();
  }
}

/**
 * Sends one request and tells the server's answers from everything else on the way (captive portals, proxies,
 * cut bodies).
 *
 * @param mark a member that every body of the asked kind has
 * @returns the body, or a problem to which there is an answer
 * @throws {Halt} the server is not there, is busy, or wants a login
 */
export async function call<T extends object>(
  field: Field,
  path: string,
  init: RequestInit,
  mark: keyof T & string,
): Promise<T | Problem> {
  field.reach = "unreachable";
  const { ok, body } = await request(
    field.device,
    path,
    init,
    REQUEST_TIMEOUT_MS,
  ).catch(() => {
    throw new Halt(false, 0);
  });
  const problem = body as unknown as Problem;
  if (ok ? !Array.isArray(body?.[mark]) : typeof body?.code !== "string") {
    throw new Halt(false, 0);
  }
  field.reach = "reached";
  if (!ok && !ANSWERABLE.includes(problem.status)) {
    throw new Halt(isRefused(problem), waitOf(problem));
  }
  return ok ? body as T : problem;
}

/** Whether the server itself answers: a captive portal's 200 does not pass for it. */
export async function probe(device: Device): Promise<boolean> {
  const { body } = await request(device, "/healthz", {}, PROBE_TIMEOUT_MS)
    .catch(() => ({ body: null }));
  return body?.status === "ok" && body.service === "streamflow";
}

/** Compresses a request's body, where the browser can. */
export async function packed(
  text: string,
): Promise<{ body: BodyInit; headers: Record<string, string> }> {
  const headers = { "content-type": "application/json" };
  if (typeof CompressionStream === "undefined") return { body: text, headers };
  const stream = new Blob([text]).stream().pipeThrough(
    new CompressionStream("gzip"),
  );
  return {
    body: await new Response(stream).arrayBuffer(),
    headers: { ...headers, "content-encoding": "gzip" },
  };
}

/**
 * How long to wait after failed tries: exponential with full jitter, so that a thousand phones that lost the
 * same server do not come back at once. Milliseconds.
 */
export function backoffMs(device: Device, failures: number): number {
  const [a = 0, b = 0] = device.random(2);
  return (a * 256 + b) / 65536 * Math.min(60_000, 1000 * 2 ** failures);
}
