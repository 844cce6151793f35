import type { IconName } from "../../components/Icon.tsx";
import type { FieldValues } from "../../lib/model/form.ts";
import type { ClockKind } from "../../lib/model/timesheet.ts";
import type { OrderAction } from "../../lib/model/work_order.ts";
import type { ListedChange } from "../../lib/offline/changes.ts";
import type { Named } from "../../lib/offline/schema.ts";

type NamedOrder = Extract<Named, { title: string }>;
type NamedLead = Exclude<Named, NamedOrder>;

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

const orderName = (order: NamedOrder | null) =>
  order ? `order ${order.number}, ${order.title}` : "an order";
const leadName = (lead: NamedLead | null, fields: FieldValues = {}) =>
  String(lead?.fields.name ?? fields.name ?? "a lead");

/** Everything that was done to an order's fields; a single tick by its words. */
function fieldsWords(fields: FieldValues, order: NamedOrder | null): string {
  const of = (prefix: string, isSet: boolean) =>
    Object.keys(fields).filter((name) =>
      name.startsWith(prefix) && !!fields[name] === isSet
    );
  const ticks = (word: string, isSet: boolean) => {
    const [name, ...more] = of("check:", isSet);
    const item = order?.checklist.find(({ id }) => `check:${id}` === name);
    return name &&
      `${word} ${
        more.length > 0
          ? `${more.length + 1} points`
          : item
          ? `“${item.label}”`
          : "a point"
      }`;
  };
  const photos = (word: string, isSet: boolean) => {
    const { length } = of("photo:", isSet);
    return length > 0 &&
      `${word} ${length === 1 ? "a photo" : `${length} photos`}`;
  };
  const done = [
    "notes" in fields && (fields.notes ? "wrote a note" : "emptied the notes"),
    ticks("ticked", true),
    ticks("unticked", false),
    photos("added", true),
    photos("removed", false),
    "signature" in fields && "let the customer sign",
  ].filter((part) => typeof part === "string");
  const last = done.pop() ?? "changed";
  const text = done.length > 0 ? `${done.join(", ")} and ${last}` : last;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * Says what a change did.
 *
 * @param record the record it is about, or what is known of it; null: nothing
 */
export function describeChange(
  { change, record: id }: Pick<ListedChange, "change" | "record">,
  record: Named | null,
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
        leadName(record as NamedLead | null, change.payload.fields)
      }`,
      href,
    };
  }
  if (change.route.startsWith("/api/client/leads/")) {
    const href = `/client/leads/${id}`;
    return {
      icon: "leads",
      title: `Changed ${leadName(record as NamedLead | null)}`,
      href,
    };
  }
  const order = orderName(record as NamedOrder | null);
  const href = `/client/orders/${id}`;
  if ("action" in payload) {
    const [word, icon] = DONE[payload.action];
    return { icon, title: `${word} ${order}`, href };
  }
  if (id !== null && "fields" in payload) {
    const { fields } = payload;
    const gaveWay = "discarded" in payload && Object.keys(fields).length === 0;
    const title = gaveWay
      ? "Left it as the office has it"
      : fieldsWords(fields, record as NamedOrder | null);
    return { icon: "orders", title: `${title}: ${order}`, href };
  }
  return { icon: "x", title: "Taken back before it was sent", href: null };
}
