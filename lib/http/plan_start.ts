import { leadsPage, readLead, readOrder } from "../field/read_field.ts";
import { addDays, localTime } from "../model/calendar.ts";
import type { FieldValues } from "../model/form.ts";
import { ok, type Result } from "../model/problem.ts";
import { orderFields } from "../model/work_order.ts";
import { hasFeature } from "../store/features.ts";
import type { OrderKind } from "../store/tenants.ts";
import { acting } from "./call.ts";
import type { RequestContext } from "./state.ts";

/** A record that a plan can begin with. */
export interface PlanSource {
  /** What it is called. */
  label: string;
  /** The form, begun with it. */
  href: string;
}

/** What a new order's form begins with. */
export interface PlanStart {
  /** What its boxes show. */
  values: FieldValues;
  /** Id of the kind of work that is chosen. */
  kind: string;
  /** The newest leads, where the company plans orders from them. */
  leads: PlanSource[];
}

/** How many leads can be begun with. */
const LEADS = 5;

/** Days from an order to the one that repeats it. */
const AGAIN_AFTER_DAYS = 7;

/**
 * What the form of a new order begins with: today, an order that is repeated (`?again=`) or a lead (`?lead=`), as far as
 * the company's features go. A parameter whose feature is off means nothing.
 *
 * @returns `not-found` or `forbidden` for a record that the person cannot see
 */
export async function planStart(
  ctx: RequestContext,
  kinds: readonly OrderKind[],
): Promise<Result<PlanStart>> {
  const { me, tenant, now } = acting(ctx);
  const { searchParams } = ctx.url;
  const [again, lead] = [searchParams.get("again"), searchParams.get("lead")];
  const [repeats, fromLeads] = await Promise.all([
    hasFeature(tenant, "repeatOrders"),
    hasFeature(tenant, "leadOrders"),
  ]);
  const { day } = localTime(me.timeZone, now);
  const [first] = kinds;
  const blank: PlanStart = {
    values: { day, time: "09:00", minutes: first?.minutes ?? 60 },
    kind: first?.id ?? "",
    leads: fromLeads
      ? (await leadsPage(tenant, me, null)).rows.slice(0, LEADS).map((
        { id, name },
      ) => ({ label: name, href: `/client/orders/new?lead=${id}` }))
      : [],
  };
  if (repeats && again !== null) {
    const order = await readOrder(tenant, me, again);
    if (!order.ok) return order;
    const { checklist } = order.value;
    const kind = kinds.find((kind) =>
      kind.checklist.map(({ id }) => id).join() ===
        checklist.map(({ id }) => id).join()
    );
    const next = addDays(order.value.day, AGAIN_AFTER_DAYS);
    return ok({
      values: { ...orderFields(order.value), day: next < day ? day : next },
      kind: kind?.id ?? blank.kind,
      leads: [],
    });
  }
  if (fromLeads && lead !== null) {
    const found = await readLead(tenant, me, lead);
    if (!found.ok) return found;
    const { name, phone, address } = found.value.fields;
    const customer = {
      customer: name ?? null,
      phone: phone ?? null,
      address: address ?? null,
    };
    return ok({ ...blank, values: { ...blank.values, ...customer } });
  }
  return ok(blank);
}
