import "./field/shared_chunk.ts";
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { Badge, SyncBadge } from "../components/Badge.tsx";
import { Section } from "../components/Card.tsx";
import { Empty } from "../components/Empty.tsx";
import { Icon } from "../components/Icon.tsx";
import type { ListPlace } from "../components/Row.tsx";
import { Route, Stop, type StopState } from "../components/Route.tsx";
import { dayWords } from "../components/time_words.ts";
import { TopBar } from "../components/TopBar.tsx";
import { may, reachOf } from "../lib/model/policy.ts";
import type { Me } from "../lib/model/spaces.ts";
import type {
  OrderRow,
  OrderStatus,
  WorkOrder,
} from "../lib/model/work_order.ts";
import { readDay } from "../lib/offline/day.ts";
import type { DayCount } from "../lib/offline/long_lists.ts";
import { readOrders } from "../lib/offline/orders.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import type * as Later from "./field/long_lists.ts";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

/** An order of the list, and how it stands with the server. */
interface ListedOrder {
  record: Omit<OrderRow, "minutes" | "finishedAt">;
  standing: "received" | "saved" | "needs-you";
}

/** What the list of orders shows. */
export interface Orders {
  today: string;
  orders: ListedOrder[];
  /** Where the list goes on; null on the last page, and on the device. */
  more: string | null;
  /** Where the orders of earlier days are; null there, and on the device. */
  earlier: string | null;
  /** Names of the workers, for the office. */
  names: Record<string, string>;
}

/** Props of {@link OrdersScreen}: null in the shell. */
export interface OrdersScreenProps {
  me: Me | null;
  list: Orders | null;
}

/** What only the device adds: there are more than a first page of orders on it. */
interface DeviceOrders extends Orders {
  long?: {
    ids: string[];
    days: DayCount[];
    first: Map<string, ListedOrder>;
    held: Element | null;
  };
}

/** A list of fewer is opened and drawn as a whole. */
const SLICE = 80;

/** Stands for an order while it is being opened. */
const NOT_OPEN = {
  number: 0,
  title: "…",
  customer: "…",
  address: "",
  time: "",
  status: "PLANNED",
  assigneeId: "",
} as const;

/** The day of an order's position, and its position within that day, from 1. */
function placeOf(
  days: DayCount[],
  n: number,
): { day: string; within: number; count: number } {
  for (const { day, count } of days) {
    if (n < count) return { day, within: n + 1, count };
    n -= count;
  }
  return { day: "", within: 1, count: 1 };
}

const STATES: Record<OrderStatus, StopState> = {
  PLANNED: "planned",
  RUNNING: "now",
  PAUSED: "paused",
  DONE: "done",
};

/** Orders by day: a worker's own, from the device; the office's all, from the server. */
export default function OrdersScreen({ me, list }: OrdersScreenProps) {
  // Loaded when there are many; the worker keeps it for when there is no network.
  const [later, setLater] = useState<typeof Later | null>(null);
  const view = useField<DeviceOrders>({
    me,
    initial: list,
    soon: globalThis.history?.state?.at !== undefined,
    serverKnowsMore: me !== null && reachOf(me, "order.read") === "all",
    read: async (field) => {
      const orders = await readOrders(field, SLICE);
      const loaded = orders.length === SLICE
        ? await import("./field/long_lists.ts").catch(() => null)
        : null;
      setLater(loaded);
      return {
        today: await readDay(field),
        orders,
        more: null,
        earlier: null,
        names: {},
        ...loaded && {
          long: {
            ...await loaded.orderIds(field),
            first: new Map(orders.map((order) => [order.record.id, order])),
            held: document.activeElement,
          },
        },
      };
    },
  });
  const { data, field, phase, status, update } = view;
  const who = view.me;
  const stop = (order: ListedOrder, place?: ListPlace) => {
    const { record, standing } = order;
    return (
      <Stop
        key={record.id}
        state={STATES[record.status]}
        name={record.title}
        sub={[record.customer, record.address].filter(Boolean).join(", ")}
        time={record.time}
        href={`/client/orders/${record.id}`}
        place={place}
      >
        {record.status === "RUNNING" && (
          <Badge tone="tint" icon="play">Running</Badge>
        )}
        {record.status === "PAUSED" && (
          <Badge tone="wait" icon="pause">Paused</Badge>
        )}
        {record.assigneeId === null && (
          <Badge tone="bad" icon="warn">Nobody</Badge>
        )}
        {record.assigneeId && data?.names[record.assigneeId] && (
          <Badge icon="user">{data.names[record.assigneeId]}</Badge>
        )}
        {standing !== "received" && <SyncBadge state={standing} />}
      </Stop>
    );
  };
  const section = (day: string, aside: string, stops: VNode[]) => (
    <Section
      key={day}
      title={day === data?.today ? "Today" : dayWords(day)}
      aside={aside}
    >
      <Route label={`Orders of ${dayWords(day)}`}>{stops}</Route>
    </Section>
  );
  const days = Map.groupBy(data?.orders ?? [], ({ record }) => record.day);
  const long = data?.long;
  return (
    <>
      <TopBar title="Orders" sub={who?.company}>
        <SyncNow status={status} me={who} />
        {who && phase !== "device" && may(who, "order.create") && (
          <a class="btn btn-main wide-only" href="/client/orders/new">
            <Icon name="plus" />
            New order
          </a>
        )}
      </TopBar>
      <main class="main" id="main">
        <SyncNotices status={status} update={update} />
        {data === null && <Elsewhere phase={phase} what="your orders" />}
        {data?.orders.length === 0 && (
          <Empty title="No orders yet">
            What the office plans stands here, for two weeks ahead also without
            a network.
          </Empty>
        )}
        {long && later && field
          ? (
            <later.LongList<ListedOrder>
              ids={long.ids}
              first={long.first}
              held={long.held}
              open={(ids) =>
                later.openRecords<WorkOrder>(field, "workOrders", ids)}
            >
              {(shown) =>
                [...Map.groupBy(shown, ({ n }) => placeOf(long.days, n).day)]
                  .map(([day, entries]) =>
                    section(
                      day,
                      `${
                        entries[0] && placeOf(long.days, entries[0].n).count
                      } orders`,
                      entries.map(({ id, n, item, gap }) => {
                        const { within, count } = placeOf(long.days, n);
                        return stop(
                          item ?? {
                            record: { ...NOT_OPEN, id, day },
                            standing: "received",
                          },
                          {
                            "data-n": n,
                            "aria-posinset": within,
                            "aria-setsize": count,
                            style: gap ? { paddingTop: `${gap}px` } : undefined,
                          },
                        );
                      }),
                    )
                  )}
            </later.LongList>
          )
          : [...days].map(([day, orders]) =>
            section(
              day,
              `${
                orders.filter(({ record }) => record.status === "DONE").length
              } of ${orders.length} done`,
              orders.map((order) => stop(order)),
            )
          )}
        {data?.more && <a class="btn btn-block" href={data.more}>Show more</a>}
        {data?.earlier && (
          <a class="btn btn-block" href={data.earlier}>Show earlier days</a>
        )}
        {who && phase !== "device" && may(who, "order.create") && (
          <a class="btn btn-block slim-only" href="/client/orders/new">
            <Icon name="plus" />
            New order
          </a>
        )}
      </main>
    </>
  );
}
