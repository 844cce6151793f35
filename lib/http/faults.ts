import { HttpError } from "fresh";
import { PasswordsBusy } from "../access/passwords.ts";

/** Which request an unexpected error belongs to: the framework prints the error alone. */
const requests = new WeakMap<object, string>();

const isExpected = (error: unknown) =>
  error instanceof PasswordsBusy ||
  error instanceof HttpError && error.status < 500;

/** Remembers the request that an error came out of, for the error's line in the log. */
export function noteFault(error: unknown, requestId: string): void {
  if (typeof error === "object" && error !== null) {
    requests.set(error, requestId);
  }
}

/** What the log says of an error: never shown to a client. */
function faultOf(error: Error): Record<string, unknown> {
  const { name, message, stack } = error;
  return { requestId: requests.get(error), name, message, stack };
}

/**
 * Makes one JSON line of each thing that is printed as an error or a warning: the framework prints unexpected errors as
 * plain text, and so may a library. What nobody catches still ends the process, after its line. For a server that is
 * up; what is said at its start is for people.
 *
 * @param log takes one line of the log
 * @param now server time, milliseconds since the epoch
 */
export function logFaults(
  log: (line: Record<string, unknown>) => void,
  now: () => number,
): void {
  const print = (level: "error" | "warn") => (...values: unknown[]) => {
    if (values.some(isExpected)) return;
    const error = values.find((value) => value instanceof Error);
    const text = values.filter((value) => value !== error).map(String);
    log({
      time: new Date(now()).toISOString(),
      level,
      ...(error === undefined ? {} : faultOf(error)),
      ...(text.length > 0 && { text: text.join(" ") }),
    });
  };
  console.error = print("error");
  console.warn = print("warn");
  const end = (event: Event, error: unknown) => {
    event.preventDefault();
    console.error(error);
    Deno.exit(1);
  };
  globalThis.addEventListener("error", (event) => end(event, event.error));
  globalThis.addEventListener(
    "unhandledrejection",
    (event) => end(event, event.reason),
  );
}
