import "./field/shared_chunk.ts";
import { Badge, SyncBadge } from "../components/Badge.tsx";
import { Section } from "../components/Card.tsx";
import { Empty } from "../components/Empty.tsx";
import { Icon } from "../components/Icon.tsx";
import { Route, Stop, type StopState } from "../components/Route.tsx";
import { dayWords } from "../components/time_words.ts";
import { TopBar } from "../components/TopBar.tsx";
import { may, reachOf } from "../lib/model/policy.ts";
import type { Me } from "../lib/model/spaces.ts";
import type { OrderRow, OrderStatus } from "../lib/model/work_order.ts";
import { readDay } from "../lib/offline/day.ts";
import { readOrders } from "../lib/offline/orders.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

/** What the list of orders shows. */
export interface Orders {
  today: string;
  orders: { record: OrderRow; standing: "received" | "saved" | "needs-you" }[];
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

const STATES: Record<OrderStatus, StopState> = {
  PLANNED: "planned",
  RUNNING: "now",
  PAUSED: "paused",
  DONE: "done",
};

/** Orders by day: a worker's own, from the device; the office's all, from the server. */
export default function OrdersScreen({ me, list }: OrdersScreenProps) {
  const view = useField<Orders>({
    me,
    initial: list,
    serverKnowsMore: me !== null && reachOf(me, "order.read") === "all",
    read: async (field) => ({
      today: await readDay(field),
      orders: await readOrders(field),
      more: null,
      earlier: null,
      names: {},
    }),
  });
  const { data, phase, status, update } = view;
  const who = view.me;
  const days = Map.groupBy(data?.orders ?? [], ({ record }) => record.day);
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
        {[...days].map(([day, orders]) => (
          <Section
            key={day}
            title={day === data?.today ? "Today" : dayWords(day)}
            aside={`${
              orders.filter(({ record }) => record.status === "DONE").length
            } of ${orders.length} done`}
          >
            <Route label={`Orders of ${dayWords(day)}`}>
              {orders.map(({ record, standing }) => (
                <Stop
                  key={record.id}
                  state={STATES[record.status]}
                  name={record.title}
                  sub={`${record.customer}, ${record.address}`}
                  time={record.time}
                  href={`/client/orders/${record.id}`}
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
              ))}
            </Route>
          </Section>
        ))}
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
