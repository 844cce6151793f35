import { addDays, localTime } from "../model/calendar.ts";
import { makeId } from "../model/ids.ts";
import type { WorkOrder } from "../model/work_order.ts";
import { putLead } from "../store/leads.ts";
import type { TenantTransaction } from "../store/tenant_store.ts";
import type { IndustryTemplate } from "../store/tenants.ts";
import { putOrder } from "../store/work_orders.ts";

/** The number of the sample order; real ones count on from it. */
const SAMPLE_NUMBER = 1001;

/**
 * Writes a lead and the order that came of it, so that a new company's first look is not at empty screens. Both say of
 * themselves that they are samples.
 *
 * @param by user id of the owner; the tenant's id where it has none yet
 */
export function putSample(
  org: TenantTransaction,
  template: IndustryTemplate,
  by: string,
  timeZone: string,
  now: number,
): void {
  const { lead, order } = template.sample;
  const at = new Date(now).toISOString();
  const author = { by, at, believedAt: at };
  const newId = <P extends "lead" | "wo">(prefix: P) =>
    makeId(prefix, now, crypto.getRandomValues(new Uint8Array(10)));
  putLead(
    org,
    null,
    {
      v: 1,
      id: newId("lead"),
      orgId: org.orgId,
      version: 1,
      updatedAt: at,
      createdAt: at,
      createdBy: by,
      assigneeId: null,
      fields: lead,
    },
    author,
    template.leadForm.columns,
  );
  const { kind: kindId, inDays, ...plan } = order;
  const kind = template.orderKinds.find(({ id }) => id === kindId);
  const sample: WorkOrder = {
    v: 1,
    id: newId("wo"),
    orgId: org.orgId,
    version: 1,
    updatedAt: at,
    number: SAMPLE_NUMBER,
    phone: null,
    ...plan,
    day: addDays(localTime(timeZone, now).day, inDays),
    minutes: kind?.minutes ?? 60,
    assigneeId: null,
    status: "PLANNED",
    startedAt: null,
    finishedAt: null,
    notes: null,
    checklist: (kind?.checklist ?? []).map((item) => ({
      ...item,
      done: false,
    })),
  };
  putOrder(org, null, sample, author);
  org.set(org.keys.lastOrderNumber(), SAMPLE_NUMBER);
}
