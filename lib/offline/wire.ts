import type { Problem } from "../model/problem.ts";
import type { Device } from "./device.ts";

/** What came back from the server, or that nothing did. */
export type Answer<T> =
  | { kind: "ok"; body: T }
  /** The server answered, with a problem of its own. */
  | { kind: "problem"; problem: Problem; retryAfterMs: number }
  /** No answer, half an answer, or an answer that is not the server's. */
  | { kind: "unreachable" };

/** How long a request may take, milliseconds: a full batch on a slow 2G link. */
export const REQUEST_TIMEOUT_MS = 60_000;

/** How long the probe may take, milliseconds. */
const PROBE_TIMEOUT_MS = 8_000;

/** Reads `Retry-After` (RFC 9110, section 10.2.3): seconds or a date. Milliseconds. */
function retryAfterMs(
  response: Response,
  problem: Problem,
  now: number,
): number {
  const header = response.headers.get("retry-after");
  const seconds = problem.retryAfter ??
    (header === null
      ? 0
      : /^\d+$/.test(header)
      ? Number(header)
      : (Date.parse(header) - now) / 1000);
  // A date is read by a clock that may be wrong, so no answer can silence the device for longer than an hour.
  return Math.min(Math.max(seconds || 0, 0), 3600) * 1000;
}

/**
 * Sends one request and tells the server's answers from everything else on the way (captive portals, proxies,
 * cut bodies).
 *
 * @param isBody whether a body of a 200 is the one that was asked for
 * @param timeoutMs when to give up, milliseconds
 */
export async function call<T>(
  device: Device,
  path: string,
  init: RequestInit,
  isBody: (body: Partial<T>) => boolean,
  timeoutMs: number = REQUEST_TIMEOUT_MS,
): Promise<Answer<T>> {
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
    const body = await response.json();
    if (response.ok && isBody(body)) return { kind: "ok", body };
    if (!response.ok && typeof body?.code === "string") {
      return {
        kind: "problem",
        problem: body,
        retryAfterMs: retryAfterMs(response, body, device.now()),
      };
    }
  } catch {
    // Told by the answer: nothing usable came.
  } finally {
    callOff();
  }
  return { kind: "unreachable" };
}

/** Whether the server itself answers: a captive portal's 200 does not pass for it. */
export async function probe(device: Device): Promise<boolean> {
  const answer = await call<{ status: string; service: string }>(
    device,
    "/healthz",
    {},
    (body) => body.status === "ok" && body.service === "streamflow",
    PROBE_TIMEOUT_MS,
  );
  return answer.kind === "ok";
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
  const [a, b] = device.random(2) as unknown as [number, number];
  return (a * 256 + b) / 65536 * Math.min(60_000, 1000 * 2 ** failures);
}
