import { HttpError } from "fresh";
import type { FieldError, Problem } from "../model/problem.ts";

/** Turns a problem into the error page of its status. @throws {HttpError} always */
export function throwProblem(refusal: Problem): never {
  throw new HttpError(refusal.status, refusal.title, { cause: refusal });
}

/** Message by field name, for forms. */
export function messagesOf(
  errors: readonly FieldError[] | undefined,
): Record<string, string> {
  return Object.fromEntries(
    (errors ?? []).map(({ field, message }) => [field, message]),
  );
}
