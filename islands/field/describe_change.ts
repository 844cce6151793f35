import type { IconName } from "../../components/Icon.tsx";
import type { FieldValues } from "../../lib/model/form.ts";
import type { Lead } from "../../lib/model/lead.ts";
import type { ClockKind } from "../../lib/model/timesheet.ts";
import type { OrderAction, WorkOrder } from "../../lib/model/work_order.ts";
import type { ListedChange } from "../../lib/offline/changes.ts";

/** A change in plain words. */
export interface ChangeWords {
  icon: IconName;
  title: string;
  href: string | null;
}

const CLOCK: Record<ClockKind, string> = {
  in: "Clocked in",
  out: "Clocked out",
  break: "Began a break",
  resume: "Went on after a break",
};
const DONE: Record<OrderAction, [string, IconName]> = {
  START: ["Started", "play"],
  PAUSE: ["Paused", "pause"],
  DONE: ["Finished", "check"],
};

const orderName = (order: WorkOrder | null) =>
  order ? `order ${order.number}, ${order.title}` : "an order";
const leadName = (lead: Lead | null, fields: FieldValues = {}) =>
  String(lead?.fields.name ?? fields.name ?? "a lead");

/** What was done to an order's fields: a tick by its words, else the notes. */
function fieldsWords(fields: FieldValues, order: WorkOrder | null): string {
  const item = order?.checklist.find(({ id }) => `check:${id}` in fields);
  const [name = ""] = Object.keys(fields);
  if (name.startsWith("photo:")) {
    return fields[name] === null ? "Removed a photo" : "Added a photo";
  }
  if (name === "signature") return "The customer signed";
  if (!item) return "notes" in fields ? "Wrote a note" : "Changed";
  return `${
    fields[`check:${item.id}`] ? "Ticked" : "Unticked"
  } “${item.label}”`;
}

/**
 * Says what a change did.
 *
 * @param record the record it is about, where it is still on this device
 */
export function describeChange(
  { change, record: id }: Pick<ListedChange, "change" | "record">,
  record: Lead | WorkOrder | null,
): ChangeWords {
  const { payload } = change;
  if ("kind" in payload) {
    return { icon: "clock", title: CLOCK[payload.kind], href: "/client/today" };
  }
  if (change.route === "/api/client/leads") {
    const href = `/client/leads/${id}`;
    return {
      icon: "leads",
      title: `New lead: ${
        leadName(record as Lead | null, change.payload.fields)
      }`,
      href,
    };
  }
  if (change.route.startsWith("/api/client/leads/")) {
    const href = `/client/leads/${id}`;
    return {
      icon: "leads",
      title: `Changed ${leadName(record as Lead | null)}`,
      href,
    };
  }
  const order = orderName(record as WorkOrder | null);
  const href = `/client/orders/${id}`;
  if ("action" in payload) {
    const [word, icon] = DONE[payload.action];
    return { icon, title: `${word} ${order}`, href };
  }
  if (id !== null && "fields" in payload) {
    const title = fieldsWords(payload.fields, record as WorkOrder | null);
    return { icon: "orders", title: `${title}: ${order}`, href };
  }
  return { icon: "x", title: "Taken back before it was sent", href: null };
}
