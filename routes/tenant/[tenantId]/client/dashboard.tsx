import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Card, Section } from "../../../../components/Card.tsx";
import { clientNav } from "../../../../components/client_nav.ts";
import {
  BOARD_ICONS,
  DayBoard,
  type DayWorker,
  type JobState,
} from "../../../../components/DayBoard.tsx";
import { Empty } from "../../../../components/Empty.tsx";
import { Icon } from "../../../../components/Icon.tsx";
import { Bars, Kpi, Spark } from "../../../../components/Kpi.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import { Row, RowList } from "../../../../components/Row.tsx";
import { OrderBadge } from "../../../../components/OrderBadge.tsx";
import { dayWords, hoursMinutes } from "../../../../components/time_words.ts";
import { TopBar } from "../../../../components/TopBar.tsx";
import SyncIndicator from "../../../../islands/SyncIndicator.tsx";
import {
  type Dashboard,
  readDashboard,
} from "../../../../lib/field/read_dashboard.ts";
import { acting } from "../../../../lib/http/call.ts";
import { define } from "../../../../lib/http/state.ts";
import { hasFeature } from "../../../../lib/store/features.ts";
import { may, reachOf } from "../../../../lib/model/policy.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import type { OrderRow } from "../../../../lib/model/work_order.ts";

/** How long a planned order may wait for its start before it counts as late. */
const LATE_AFTER_HOURS = 0.25;

/** A space's dashboard: the one page with a tenant in its path, and 404 unless that is the acting one. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    return page<{ me: Me; board: Dashboard; dispatch: boolean }>({
      me,
      board: await readDashboard(tenant, me, now),
      dispatch: await hasFeature(tenant, "dispatch"),
    });
  },
});

export default define.page<typeof handler>(
  ({ data: { me, board, dispatch } }) => {
    const { today, hours, leads } = board;
    const done = today.filter((order) => order.status === "DONE").length;
    const running = today.filter((order) => order.status === "RUNNING").length;
    const nobody = today.filter((order) => order.assigneeId === null).length;
    const onClock = hours.filter((row) => row.state.status !== "off").length;
    const office = reachOf(me, "order.read") === "all";
    const week = board.week.map(({ day, done, of }) => ({
      label: dayWords(day).slice(0, 3),
      done,
      of,
    }));
    const planned = week.some(({ of }) => of > 0);
    return (
      <>
        <Head>
          <title>Dashboard · StreamFlow</title>
        </Head>
        <PageFrame
          nav={clientNav(me, "dashboard")}
          icons={[...BOARD_ICONS, "plus", "clock", "leads", "today", "user"]}
        >
          <TopBar
            title={`Hello, ${me.name.split(" ")[0]}`}
            sub={dayWords(board.day)}
          >
            <SyncIndicator me={me} />
            {may(me, "order.create") && (
              <a class="btn btn-main wide-only" href="/client/orders/new">
                <Icon name="plus" />
                New order
              </a>
            )}
          </TopBar>
          <main class="main" id="main">
            {!office && (
              <a class="btn btn-main btn-big btn-block" href="/client/today">
                <Icon name="today" />
                Go to today
              </a>
            )}
            <div class="kpis">
              <Kpi
                label={office ? "Orders done today" : "Your orders today"}
                value={done}
                unit={today.length > 0 ? `of ${today.length}` : undefined}
                note={running > 0
                  ? `${running} running now`
                  : "None running now"}
                noteIcon="play"
              >
                {planned && (
                  <Spark
                    kind="bars"
                    values={board.week.map((day) => day.done)}
                    label="Orders done per day, last seven days"
                  />
                )}
              </Kpi>
              <Kpi
                label={office ? "On the clock" : "Your clock"}
                value={office ? onClock : hoursMinutes(board.workedMs)}
                unit={office ? `of ${board.team}` : "h"}
                note={office
                  ? `${hoursMinutes(board.workedMs)} hours worked today`
                  : onClock > 0
                  ? "Running"
                  : "Not clocked in"}
                noteIcon="clock"
              />
              {office && (
                <Kpi
                  label="Without a worker"
                  value={nobody}
                  unit="orders"
                  late={nobody > 0}
                  note={nobody > 0
                    ? "Give them to somebody"
                    : "All of today has somebody"}
                  noteIcon={nobody > 0 ? "warn" : "check"}
                />
              )}
              <Kpi
                label={office ? "Newest leads" : "Your leads"}
                value={leads.length}
                unit={leads.length === 50 ? "or more" : undefined}
                note={leads[0]?.name ?? "None yet"}
                noteIcon="leads"
              />
            </div>
            {today.length === 0
              ? (
                <Empty
                  title="No orders today"
                  action={may(me, "order.create") && (
                    <a class="btn btn-block" href="/client/orders/new">
                      Plan an order
                    </a>
                  )}
                >
                  What is planned for today stands here.
                </Empty>
              )
              : office && dispatch
              ? (
                <DayBoard
                  title="Board of today"
                  now={hourOf(board.time)}
                  workers={lanes(board)}
                />
              )
              : (
                <Section
                  title="Orders today"
                  aside={`${done} of ${today.length} done`}
                >
                  <RowList label="Orders today">
                    {today.map((order) => (
                      <Row
                        key={order.id}
                        href={`/client/orders/${order.id}`}
                        title={order.title}
                        sub={`${order.customer}, ${order.address}`}
                        end={
                          <>
                            {order.time}
                            <OrderBadge status={order.status} />
                          </>
                        }
                      />
                    ))}
                  </RowList>
                </Section>
              )}
            {planned && (
              <Card title="Orders of seven days" aside={<p>Done of planned</p>}>
                <Bars items={week} />
              </Card>
            )}
          </main>
        </PageFrame>
      </>
    );
  },
);

/** A time of day as a fraction of hours. */
function hourOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours + minutes / 60;
}

function jobState(order: OrderRow, now: number): JobState {
  const start = hourOf(order.time);
  switch (order.status) {
    case "DONE":
      return "done";
    case "PAUSED":
      return "paused";
    case "RUNNING":
      return now > start + order.minutes / 60 ? "late" : "running";
    case "PLANNED":
      return now > start + LATE_AFTER_HOURS ? "late" : "planned";
  }
}

/** Today's orders by worker; what nobody has yet stands first. */
function lanes({ today, names, time }: Dashboard): DayWorker[] {
  const now = hourOf(time);
  const byWorker = Map.groupBy(today, ({ assigneeId }) => assigneeId ?? "");
  return [...byWorker]
    .map(([key, orders]): DayWorker => {
      const done = orders.filter(({ status }) => status === "DONE").length;
      return {
        key,
        name: key === "" ? "Nobody yet" : names[key] ?? "Somebody who left",
        note: `${done} of ${orders.length} done`,
        jobs: orders.map((order) => ({
          key: order.id,
          href: `/client/orders/${order.id}`,
          title: order.title,
          who: order.customer,
          start: hourOf(order.time),
          hours: order.minutes / 60,
          state: jobState(order, now),
        })),
      };
    })
    .sort((a, b) =>
      a.key === "" ? -1 : b.key === "" ? 1 : a.name.localeCompare(b.name)
    );
}
