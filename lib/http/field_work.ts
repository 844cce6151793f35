import { applyChange } from "../field/apply_change.ts";
import { keepLate } from "../field/keep_late.ts";
import { parseChange } from "../field/parse_change.ts";
import { fail } from "../model/problem.ts";
import type { TenantSettings } from "../store/settings.ts";
import type { ApplyOp } from "../sync/apply_batch.ts";

/** Queued ops end in the same use cases as direct calls; what came too late for its record stays in that one's history. */
export function fieldWork(settings: TenantSettings): ApplyOp {
  return async (
    { tx, subject, op, receivedAt, believed, afterVersion, fell },
  ) => {
    const change = parseChange(op.method, op.route, op.payload);
    const context = {
      tx,
      subject,
      at: new Date(receivedAt).toISOString(),
      believed,
      occurredAt: op.claim.occurredAt,
      seq: op.seq,
      timeZone: settings.profile.timeZone,
      leadForm: settings.template.leadForm,
    };
    if (fell) {
      if (change.ok) await keepLate(context, change.value, op.key);
      return fail("dependency-rejected");
    }
    if (!change.ok) return change;
    const freshness = { base: op.base, afterVersion };
    const outcome = await applyChange(context, change.value, freshness);
    if (!outcome.ok && outcome.problem.code === "forbidden") {
      await keepLate(context, change.value, op.key);
    }
    return outcome;
  };
}
