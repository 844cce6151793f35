/**
 * Every way in which a request can fail, with its HTTP status. A code is a contract: it is never renamed, and the
 * `type` URI and the title are made from it. Phones carry this table, so it holds no sentences.
 */
export const PROBLEMS = {
  "invalid-input": 400,
  "malformed-body": 400,
  "idempotency-key-required": 400,
  "unauthenticated": 401,
  "wrong-space": 403,
  "forbidden": 403,
  "wrong-origin": 403,
  "scope-mismatch": 403,
  "not-found": 404,
  "method-not-allowed": 405,
  "stale-entity": 409,
  "id-taken": 409,
  "device-forked": 409,
  "sequence-gap": 409,
  "conflict": 409,
  "cursor-expired": 410,
  "idempotency-key-expired": 412,
  "body-too-large": 413,
  "unsupported-media-type": 415,
  "transition-refused": 422,
  "unknown-operation": 422,
  "idempotency-payload-mismatch": 422,
  "dependency-rejected": 424,
  "rate-limited": 429,
  "internal": 500,
  "busy": 503,
} as const satisfies Record<string, number>;

/** Stable name of a way to fail. */
export type ProblemCode = keyof typeof PROBLEMS;

/** One field that was not accepted: its name as sent, and how to mend it, for people. */
export interface FieldError {
  /** Name as it was sent; a path with dots, or `body`, where there is no form field. */
  field: string;
  /** A whole sentence that says how to mend it. */
  message: string;
}

/** A problem details object (RFC 9457, section 3.1) with this product's extension members. */
export interface Problem {
  /** URI made from the code: see `problemType`. */
  type: string;
  /** The code in words; the same for every occurrence. */
  title: string;
  /** HTTP status, from `PROBLEMS`. */
  status: number;
  /** What programs decide by. */
  code: ProblemCode;
  /** What happened this time, for people. */
  detail?: string;
  /** The fields that were not accepted. */
  errors?: FieldError[];
  /** `stale-entity`: the record as the server has it. */
  current?: unknown;
  /** Instead of `current`, in a result that is told again: the record is out of the caller's reach by now. */
  withheld?: true;
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
  const words = code.replaceAll("-", " ");
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return {
    type: problemType(code),
    title,
    status: PROBLEMS[code],
    code,
    ...more,
  };
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
