import { isId } from "../model/ids.ts";
import type { Lead, LeadRow } from "../model/lead.ts";
import { may, reachOf } from "../model/policy.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import type { Subject } from "../model/spaces.ts";
import type { OrderRow, WorkOrder } from "../model/work_order.ts";
import { listLeads, listLeadsOf } from "../store/leads.ts";
import type { Page } from "../store/page.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { listOrders, listOrdersOf } from "../store/work_orders.ts";

/** Rows of a page of a list. */
const PAGE = 50;

/** One page of the leads that the subject may see, newest first. */
export async function leadsPage(
  tenant: TenantStore,
  subject: Subject,
  cursor: string | null,
): Promise<Page<LeadRow>> {
  switch (reachOf(subject, "lead.read")) {
    case "all":
      return await listLeads(tenant, { cursor, limit: PAGE });
    case "own":
      return await listLeadsOf(tenant, subject.id, { cursor, limit: PAGE });
    default:
      return { rows: [], next: null };
  }
}

/**
 * One page of the orders that the subject may see.
 *
 * @param forward from the earliest day on; otherwise from the latest one back
 */
export async function ordersPage(
  tenant: TenantStore,
  subject: Subject,
  cursor: string | null,
  forward = false,
): Promise<Page<OrderRow>> {
  const options = { cursor, limit: PAGE, forward };
  switch (reachOf(subject, "order.read")) {
    case "all":
      return await listOrders(tenant, options);
    case "own":
      return await listOrdersOf(tenant, subject.id, options);
    default:
      return { rows: [], next: null };
  }
}

/** Reads a lead that the subject may see; `not-found` for another org's as for one that never was. */
export async function readLead(
  tenant: TenantStore,
  subject: Subject,
  id: string,
): Promise<Result<Lead>> {
  const lead = isId("lead", id)
    ? await tenant.get<Lead>(tenant.keys.lead(id))
    : null;
  if (lead === null) return fail("not-found");
  return may(subject, "lead.read", lead) ? ok(lead) : fail("forbidden");
}

/** Reads a work order that the subject may see; `not-found` for another org's as for one that never was. */
export async function readOrder(
  tenant: TenantStore,
  subject: Subject,
  id: string,
): Promise<Result<WorkOrder>> {
  const order = isId("wo", id)
    ? await tenant.get<WorkOrder>(tenant.keys.order(id))
    : null;
  if (order === null) return fail("not-found");
  return may(subject, "order.read", order) ? ok(order) : fail("forbidden");
}
