import { type Base, recordOf } from "../model/operation.ts";
import { type Problem, problem } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import { type AuditEntry, type AuditRow, putAudit } from "../store/audit.ts";
import {
  fingerprintOf,
  putIdempotency,
  readIdempotency,
} from "../store/idempotency.ts";
import type { TenantSettings } from "../store/settings.ts";
import type { TenantStore, TenantTransaction } from "../store/tenant_store.ts";
import { applyChange } from "./apply_change.ts";
import type { FieldContext, Outcome } from "./context.ts";
import { parseChange } from "./parse_change.ts";

/** How often a change is tried again when somebody else committed to the same rows. */
const MAX_TRIES = 8;

/** A change that did not come from a queue: an API call or a form. */
export interface DirectCall {
  /** Who acts, from the session. */
  subject: Subject;
  /** Gives the change its lead form and time zone. */
  settings: TenantSettings;
  /** Idempotency key. */
  key: string;
  /** HTTP method of the API call that the change is or stands for. */
  method: string;
  /** Path of that API call. */
  route: string;
  /** Not trusted. */
  payload: unknown;
  /** Server time, milliseconds. */
  now: number;
  /** Written with the change; its entry is added here. */
  audit: AuditRow;
}

/** What a direct call came to. */
export type DirectOutcome =
  | { ok: true; status: number; body: unknown; replayed: boolean }
  | { ok: false; problem: Problem };

/** The context of a change made now, by somebody who is connected. */
export function directContext(
  tx: TenantTransaction,
  call: DirectCall,
): FieldContext {
  const at = new Date(call.now).toISOString();
  return {
    tx,
    subject: call.subject,
    at,
    believed: { believedAt: at, confidence: "high" },
    occurredAt: at,
    seq: 0,
    timeZone: call.settings.profile.timeZone,
    leadForm: call.settings.template.leadForm,
  };
}

/** What the audit tells of a change that was made: its ids have been checked by then. */
function auditedChange(call: DirectCall, status: number): AuditEntry {
  const { method, route } = call;
  const { id } = call.payload as { id?: unknown };
  const named = recordOf(call as Parameters<typeof recordOf>[0]) ?? id;
  return {
    action: `${method} ${route}`,
    ...(typeof named === "string" && { recordId: named }),
    status,
  };
}

/**
 * Makes one change exactly once per key: effect, idempotency record and audit record in one commit
 * (draft-ietf-httpapi-idempotency-key-header). Only effects are remembered: a call that was refused may be mended.
 *
 * @param apply makes the change in the transaction that it is given
 */
export async function runOnce(
  tenant: TenantStore,
  call: DirectCall,
  apply: (context: FieldContext) => Promise<Outcome>,
): Promise<DirectOutcome> {
  const { subject, key, method, route, now } = call;
  const fingerprint = fingerprintOf({
    method,
    route,
    orgId: tenant.orgId,
    body: call.payload,
  });
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const tx = tenant.transaction();
    const known = await readIdempotency(tx, subject.id, key, now);
    if (known) {
      return known.fingerprint === fingerprint
        ? { ok: true, status: known.status, body: known.result, replayed: true }
        : { ok: false, problem: problem("idempotency-payload-mismatch") };
    }
    // Depends on the row's absence: of two calls with one key only one commits.
    await tx.get(tx.keys.idempotency(subject.id, key));
    const outcome = await apply(directContext(tx, call));
    if (!outcome.ok) {
      // What refused it may be its own effect, which another request with this key had a moment ago.
      const again = tenant.transaction();
      if (await readIdempotency(again, subject.id, key, now)) continue;
      return outcome;
    }
    const { status, version } = outcome.value;
    const result = version === undefined ? {} : { version };
    putIdempotency(tx, subject.id, key, { fingerprint, status, result }, now);
    putAudit(tx, {
      ...call.audit,
      entries: [auditedChange(call, status)],
      count: 1,
    });
    if (await tx.commit()) {
      return { ok: true, status, body: result, replayed: false };
    }
  }
  return { ok: false, problem: problem("busy", { retryAfter: 1 }) };
}

/**
 * Makes one of the changes that a queue can hold too.
 *
 * @param base the record's version that the change was made on; null where the change needs none
 */
export async function runChange(
  tenant: TenantStore,
  call: DirectCall,
  base: Base | null,
): Promise<DirectOutcome> {
  const change = parseChange(call.method, call.route, call.payload);
  if (!change.ok) return change;
  return await runOnce(
    tenant,
    call,
    (context) =>
      applyChange(context, change.value, {
        base: base ?? { version: 0 },
        afterVersion: null,
      }),
  );
}
