import { type Problem, problem, type ProblemCode } from "../model/problem.ts";
import type { RequestContext } from "./state.ts";

/** Answers with a problem details object (RFC 9457, section 3). */
export function problemResponse(
  ctx: Pick<RequestContext, "state">,
  refusal: Problem | ProblemCode,
): Response {
  const body = typeof refusal === "string" ? problem(refusal) : refusal;
  ctx.state.code = body.code;
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(body.retryAfter !== undefined &&
        { "retry-after": String(body.retryAfter) }),
    },
  });
}
