import {
  countAttempt,
  REGISTER_PER_ADDRESS,
  REGISTER_PER_KEY,
  waitFor,
} from "../../../lib/access/attempts.ts";
import { bearerToken, isOneOf } from "../../../lib/http/bearer.ts";
import { auditOf } from "../../../lib/http/call.ts";
import { addressOf } from "../../../lib/http/address.ts";
import { problemResponse } from "../../../lib/http/problem_response.ts";
import { readJson } from "../../../lib/http/read_body.ts";
import { define, type RequestContext } from "../../../lib/http/state.ts";
import { type Problem, problem } from "../../../lib/model/problem.ts";
import {
  checkTenant,
  createTenant,
} from "../../../lib/tenancy/create_tenant.ts";
import { parseRegistration } from "../../../lib/tenancy/parse_registration.ts";

/** Who asks has no key (RFC 6750, section 3), or a wrong one: that is counted by their address. */
async function unknownKey(
  ctx: RequestContext,
  key: string | null,
): Promise<Response> {
  const { store, now } = ctx.state.deps;
  const retryAfter = key === null
    ? null
    : await countAttempt(store, REGISTER_PER_ADDRESS, addressOf(ctx), now());
  if (retryAfter !== null) {
    return problemResponse(ctx, problem("rate-limited", { retryAfter }));
  }
  const answer = problemResponse(ctx, "unauthenticated");
  answer.headers.set(
    "www-authenticate",
    key === null ? "Bearer" : 'Bearer error="invalid_token"',
  );
  return answer;
}

/** Refuses what a known key asked, and counts it: a site that sends only mistakes has to stop and look. */
async function refuse(
  ctx: RequestContext,
  key: string,
  refusal: Problem,
): Promise<Response> {
  const { store, now } = ctx.state.deps;
  if (refusal.status < 500) {
    await countAttempt(store, REGISTER_PER_KEY, key, now());
  }
  return problemResponse(ctx, refusal);
}

/** A signup site registers a tenant, with a key of its own. */
export const handler = define.handlers({
  async POST(ctx) {
    const { deps } = ctx.state;
    const key = bearerToken(ctx.req);
    if (key === null || !isOneOf(key, deps.registerKeys)) {
      return await unknownKey(ctx, key);
    }
    const retryAfter = await waitFor(
      deps.store,
      REGISTER_PER_KEY,
      key,
      deps.now(),
    );
    if (retryAfter !== null) {
      return problemResponse(ctx, problem("rate-limited", { retryAfter }));
    }
    const body = await readJson(ctx.req);
    if (!body.ok) return await refuse(ctx, key, body.problem);
    const { errors, input } = parseRegistration(body.value);
    if (errors.length > 0 || input === null) {
      const named = new Set(errors.map(({ field }) => field));
      const more = input === null ? [] : await checkTenant(deps.store, input);
      errors.push(...more.filter(({ field }) => !named.has(field)));
      return await refuse(ctx, key, problem("invalid-input", { errors }));
    }
    const made = await createTenant(deps, input, auditOf(ctx, null));
    if (!made.ok) return await refuse(ctx, key, made.problem);
    const { tenantId, orgId, status, created } = made.value;
    if (created) deps.kick();
    const loginUrl = new URL("/login", deps.publicUrl ?? ctx.url).href;
    return Response.json({ tenantId, orgId, loginUrl, status }, {
      status: created ? 201 : 200,
      headers: { "cache-control": "no-store" },
    });
  },
});
