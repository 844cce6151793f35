import {
  type DirectCall,
  type DirectOutcome,
  runChange,
} from "../field/run_change.ts";
import type { Base } from "../model/operation.ts";
import { makeId } from "../model/ids.ts";
import { fail, ok, problem, type Result } from "../model/problem.ts";
import type { Me } from "../model/spaces.ts";
import type { AuditRow } from "../store/audit.ts";
import { TTL } from "../store/limits.ts";
import { readSettings } from "../store/settings.ts";
import { TenantStore } from "../store/tenant_store.ts";
import { problemResponse } from "./problem_response.ts";
import { readJson } from "./read_body.ts";
import type { RequestContext } from "./state.ts";

/** A request of somebody whom the guard let through. */
export interface Acting {
  /** From the session. */
  me: Me;
  /** Reaches the acting org only. */
  tenant: TenantStore;
  /** Server time of the request, milliseconds. */
  now: number;
  /** Empty: the use case fills it in and writes it. */
  audit: AuditRow;
}

/** An empty audit record for the request. */
export function auditOf(ctx: RequestContext, me: Me | null): AuditRow {
  const now = ctx.state.deps.now();
  return {
    id: makeId("aud", now, crypto.getRandomValues(new Uint8Array(10))),
    at: new Date(now).toISOString(),
    requestId: ctx.state.requestId,
    actor: me?.id ?? null,
    space: me?.space ?? null,
    route: `${ctx.req.method} ${ctx.route}`,
    entries: [],
    count: 0,
    closed: true,
  };
}

/**
 * Who acts, and their org's store.
 *
 * @throws {Error} on a route that the guard lets anybody reach
 */
export function acting(ctx: RequestContext): Acting {
  const { session, deps } = ctx.state;
  if (session === null) throw new Error("Cannot act: no session");
  const { me } = session;
  return {
    me,
    tenant: new TenantStore(deps.store, me.orgId),
    now: deps.now(),
    audit: auditOf(ctx, me),
  };
}

/** Reads the `Idempotency-Key` header: a structured-field string in quotes, or bare (draft-ietf-httpapi-idempotency-key-header, section 2.1). */
function idempotencyKey(req: Request, now: number): Result<string> {
  const raw = req.headers.get("idempotency-key")?.trim() ?? "";
  const key = /^"([^"\\]*)"$/.exec(raw)?.[1] ?? raw;
  if (!/^[\x21-\x7e]{8,100}$/.test(key)) {
    return fail("idempotency-key-required");
  }
  const firstSent = req.headers.get("idempotency-first-sent");
  if (firstSent !== null) {
    const at = Date.parse(firstSent);
    if (Number.isNaN(at)) {
      return fail("invalid-input", {
        errors: [{ field: "Idempotency-First-Sent", message: "Write a date." }],
      });
    }
    if (now - at > TTL.idempotency) return fail("idempotency-key-expired");
  }
  return ok(key);
}

/** Reads the version that a change was made on from `If-Match: "3"` (RFC 9110, section 13.1.1). */
function baseOf(req: Request): Base | null {
  const version = /^"?(\d{1,9})"?$/.exec(
    req.headers.get("if-match")?.trim() ?? "",
  )?.[1];
  return version === undefined ? null : { version: Number(version) };
}

/** Answers an API call that makes one change, exactly once per `Idempotency-Key`. */
export async function answerChange(ctx: RequestContext): Promise<Response> {
  const { me, tenant, now, audit } = acting(ctx);
  const key = idempotencyKey(ctx.req, now);
  if (!key.ok) return problemResponse(ctx, key.problem);
  const body = await readJson(ctx.req);
  if (!body.ok) return problemResponse(ctx, body.problem);
  const base = baseOf(ctx.req);
  const { method } = ctx.req;
  const route = ctx.url.pathname;
  if (base === null && ctx.params.id !== undefined) {
    return problemResponse(
      ctx,
      problem("invalid-input", {
        errors: [{
          field: "If-Match",
          message: 'Send the version that was changed: If-Match: "3".',
        }],
      }),
    );
  }
  const call: DirectCall = {
    subject: me,
    settings: await readSettings(tenant),
    key: key.value,
    method,
    route,
    payload: body.value,
    now,
    audit,
  };
  return changeResponse(ctx, await runChange(tenant, call, base));
}

/** The answer to a change. */
export function changeResponse(
  ctx: RequestContext,
  outcome: DirectOutcome,
): Response {
  if (!outcome.ok) return problemResponse(ctx, outcome.problem);
  return Response.json(outcome.body, {
    status: outcome.status,
    headers: {
      "cache-control": "no-store",
      ...(outcome.replayed && { "idempotent-replayed": "true" }),
    },
  });
}
