import { SECURITY_HEADERS } from "./security_headers.ts";
import type { RequestContext } from "./state.ts";

/** Gives an answer what every answer has: security headers, the request's id, and one line in the log. */
export function finish(ctx: RequestContext, answer: Response): Response {
  const { deps, requestId, startedAt, session, code, allow } = ctx.state;
  // Answers of redirect() and of the static files can have headers that cannot be changed.
  const response = new Response(answer.body, answer);
  for (const [name, value] of SECURITY_HEADERS) {
    response.headers.set(name, value);
  }
  const { firstStyles } = deps;
  if (firstStyles) {
    response.headers.set("content-security-policy", firstStyles.policy);
  }
  response.headers.set("x-request-id", requestId);
  if (response.status === 405 && allow) response.headers.set("allow", allow);
  deps.count(`requests.${Math.floor(response.status / 100)}xx`);
  if (code !== undefined) deps.count(`problems.${code}`);
  const { method } = ctx.req;
  const route = ctx.route ?? (response.status === 404 ? "none" : "static");
  const { tenantId, space } = session?.me ?? {};
  deps.log({
    time: new Date(deps.now()).toISOString(),
    level: response.status >= 500 ? "error" : "info",
    requestId,
    method,
    route,
    status: response.status,
    ms: Math.round((performance.now() - startedAt) * 10) / 10,
    tenantId,
    code,
  });
  deps.telemetry?.describe({ method, route, requestId, space, tenantId, code });
  return response;
}
