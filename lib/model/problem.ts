/**
 * Every way in which a request can fail, with its HTTP status and its title for people.
 * A code is a contract: it is never renamed, and its `type` URI is made from it.
 */
export const PROBLEMS = {
  "invalid-input": [400, "Some of what was sent is not valid"],
  "malformed-body": [400, "The body could not be read"],
  "idempotency-key-required": [400, "An Idempotency-Key header is required"],
  "unauthenticated": [401, "Log in to go on"],
  "wrong-space": [403, "This belongs to another space"],
  "forbidden": [403, "Your role may not do this"],
  "wrong-origin": [403, "The request came from another site"],
  "scope-mismatch": [403, "This work was queued by another person or company"],
  "not-found": [404, "There is nothing here"],
  "method-not-allowed": [405, "This method is not allowed here"],
  "stale-entity": [409, "Somebody else changed this meanwhile"],
  "id-taken": [409, "This id is already in use"],
  "device-forked": [409, "This device's queue was copied or restored"],
  "sequence-gap": [409, "Changes before this one have not arrived"],
  "conflict": [409, "Too many changes at once, try again"],
  "cursor-expired": [410, "This position in the change feed is gone"],
  "idempotency-key-expired": [
    412,
    "This request is too old to be repeated safely",
  ],
  "body-too-large": [413, "The body is too large"],
  "unsupported-media-type": [415, "This content type is not accepted"],
  "transition-refused": [
    422,
    "The work order cannot do this in its present state",
  ],
  "unknown-operation": [422, "This kind of change is not known"],
  "idempotency-payload-mismatch": [
    422,
    "The Idempotency-Key was used for something else",
  ],
  "dependency-rejected": [
    424,
    "A change that this one builds on was not accepted",
  ],
  "rate-limited": [429, "Too many tries, wait a little"],
  "internal": [500, "Something broke on our side"],
  "busy": [503, "The office is busy, try again"],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** Stable name of a way to fail. */
export type ProblemCode = keyof typeof PROBLEMS;

/** One field that was not accepted: its name as sent, and how to mend it, for people. */
export interface FieldError {
  field: string;
  message: string;
}

/** A problem details object (RFC 9457, section 3.1) with this product's extension members. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: ProblemCode;
  detail?: string;
  errors?: FieldError[];
  /** `stale-entity`: the record as the server has it. */
  current?: unknown;
  /** `sequence-gap`, `device-forked`: the last seq that has a result. */
  lastSeq?: number;
  /** `rate-limited`, `busy`: seconds to wait. */
  retryAfter?: number;
}

/** The `type` URI of a problem code. */
export function problemType(code: ProblemCode): string {
  return `urn:streamflow:problem:${code}`;
}

/**
 * Builds a problem details object (RFC 9457) from its code.
 *
 * @param code which problem
 * @param more extension members and `detail`
 */
export function problem(
  code: ProblemCode,
  more: Partial<Omit<Problem, "type" | "title" | "status" | "code">> = {},
): Problem {
  const [status, title] = PROBLEMS[code];
  return { type: problemType(code), title, status, code, ...more };
}

/** Either a value or the problem that stood in its way: expected failures are data, not exceptions. */
export type Result<T> = { ok: true; value: T } | {
  ok: false;
  problem: Problem;
};

/** Wraps a value as a success. */
export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

/** Wraps a problem as a failure. */
export function fail(
  code: ProblemCode,
  more: Parameters<typeof problem>[1] = {},
): { ok: false; problem: Problem } {
  return { ok: false, problem: problem(code, more) };
}
