import type { ParsedChange } from "../model/operation.ts";
import { ok } from "../model/problem.ts";
import { advanceOrder } from "./advance_order.ts";
import type { FieldContext, Freshness, Outcome } from "./context.ts";
import { createLead } from "./create_lead.ts";
import { pressClock } from "./press_clock.ts";
import { updateLead } from "./update_lead.ts";
import { updateOrder } from "./update_order.ts";

/** Makes a change of field work, in the transaction of its context. The queue and the API calls both end here. */
export function applyChange(
  context: FieldContext,
  change: ParsedChange,
  freshness: Freshness,
): Promise<Outcome> {
  switch (change.kind) {
    case "lead.create":
      return createLead(context, change);
    case "lead.update":
      return updateLead(context, change, freshness);
    case "order.update":
      return updateOrder(context, change, freshness);
    case "order.advance":
      return advanceOrder(context, change, freshness);
    case "clock":
      return pressClock(context, change);
    case "noop":
      return Promise.resolve(ok({ status: 200 }));
  }
}
