import { applyChange } from "../field/apply_change.ts";
import { parseChange } from "../field/parse_change.ts";
import type { TenantSettings } from "../store/settings.ts";
import type { ApplyOp } from "../sync/apply_batch.ts";

/** Queued ops end in the same use cases as direct calls. */
export function fieldWork(settings: TenantSettings): ApplyOp {
  return ({ tx, subject, op, receivedAt, believed, afterVersion }) => {
    const change = parseChange(op.method, op.route, op.payload);
    if (!change.ok) return Promise.resolve(change);
    return applyChange(
      {
        tx,
        subject,
        at: new Date(receivedAt).toISOString(),
        believed,
        occurredAt: op.claim.occurredAt,
        seq: op.seq,
        timeZone: settings.profile.timeZone,
        leadForm: settings.template.leadForm,
      },
      change.value,
      { base: op.base, afterVersion },
    );
  };
}
