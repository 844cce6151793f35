import "./field/shared_chunk.ts";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Badge, SyncBadge } from "../components/Badge.tsx";
import { Banner } from "../components/Banner.tsx";
import { Section } from "../components/Card.tsx";
import { ClockCard } from "../components/ClockCard.tsx";
import { Dock } from "../components/Dock.tsx";
import { Empty } from "../components/Empty.tsx";
import { Icon } from "../components/Icon.tsx";
import { Route, Stop, type StopState } from "../components/Route.tsx";
import {
  dayWords,
  hoursMinutes,
  seconds,
  timeOfDay,
} from "../components/time_words.ts";
import { TopBar } from "../components/TopBar.tsx";
import type { Me } from "../lib/model/spaces.ts";
import {
  clockChoices,
  type ClockKind,
  type ClockState,
  workedMs,
} from "../lib/model/timesheet.ts";
import type { OrderRow, OrderStatus } from "../lib/model/work_order.ts";
import { readClock } from "../lib/offline/clock.ts";
import { readDay } from "../lib/offline/day.ts";
import { readToday } from "../lib/offline/orders.ts";
import { pressClock } from "../lib/offline/clock.ts";
import { Elsewhere } from "./field/Elsewhere.tsx";
import { NOT_SAVED, takeForm, textOf } from "./field/submit.ts";
import { SyncNotices, SyncNow } from "./field/SyncHead.tsx";
import { useField } from "./field/use_field.ts";

/** What Today shows. */
export interface Today {
  day: string;
  clock: ClockState;
  orders: { record: OrderRow; standing: "received" | "saved" | "needs-you" }[];
}

/** Props of {@link TodayScreen}: null in the shell. */
export interface TodayScreenProps {
  me: Me | null;
  today: Today | null;
  /** Server time at which the page was rendered, milliseconds. */
  now: number;
  /** Id and idempotency key of the next press, for a page without scripts. */
  press: { id: string; key: string } | null;
}

const CHOICES: Record<
  ClockKind,
  [label: string, icon: "clock" | "out" | "coffee" | "play"]
> = {
  in: ["Clock in", "clock"],
  out: ["Clock out", "out"],
  break: ["Break", "coffee"],
  resume: ["Go on", "play"],
};

const STOPS: Record<OrderStatus, StopState> = {
  PLANNED: "planned",
  RUNNING: "now",
  PAUSED: "paused",
  DONE: "done",
};

/** The worker's day: the clock, and the orders in the order of their time. */
export default function TodayScreen(
  { me, today, now, press }: TodayScreenProps,
) {
  const view = useField<Today>({
    me,
    initial: today,
    read: async (field) => {
      const [day, { state }, orders] = await Promise.all([
        readDay(field),
        readClock(field),
        readToday(field),
      ]);
      return { day, clock: state, orders };
    },
  });
  const [failed, setFailed] = useState("");
  const { data, field, phase, status, update } = view;
  const who = view.me;
  const submit = async (event: Parameters<typeof takeForm>[0]) => {
    if (field === null) return;
    const kind = textOf(takeForm(event), "kind") as ClockKind;
    try {
      await pressClock(field, kind);
      setFailed("");
    } catch {
      setFailed(NOT_SAVED);
    }
  };
  return (
    <>
      <TopBar title="Today" sub={data ? dayWords(data.day) : undefined}>
        <SyncNow status={status} me={who} />
      </TopBar>
      <main class="main" id="main">
        <SyncNotices status={status} update={update} />
        {failed && <Banner tone="bad" icon="warn" title={failed} alert />}
        {data && who
          ? (
            <TodayBody
              data={data}
              me={who}
              now={phase === "server" ? now : 0}
              press={press}
              onSubmit={submit}
            />
          )
          : <Elsewhere phase={phase} what="your day" />}
      </main>
    </>
  );
}

interface TodayBodyProps {
  data: Today;
  me: Me;
  /** Milliseconds; 0: the device's clock, running. */
  now: number;
  press: TodayScreenProps["press"];
  onSubmit: (event: Parameters<typeof takeForm>[0]) => void;
}

function TodayBody({ data, me, now, press, onSubmit }: TodayBodyProps) {
  const { clock, orders } = data;
  const next = orders.find(({ record }) => record.status === "RUNNING") ??
    orders.find(({ record }) => record.status !== "DONE");
  const done = orders.filter(({ record }) => record.status === "DONE").length;
  const choices = clockChoices(clock.status);
  return (
    <>
      <form method="post" action="/client/today" onSubmit={onSubmit} id="clock">
        <input type="hidden" name="id" value={press?.id} />
        <input type="hidden" name="key" value={press?.key} />
        <RunningClock clock={clock} me={me} now={now}>
          {clock.status !== "off" &&
            choices.map((kind) => (
              <button
                key={kind}
                class="btn"
                type="submit"
                name="kind"
                value={kind}
              >
                <Icon name={CHOICES[kind][1]} />
                {CHOICES[kind][0]}
              </button>
            ))}
        </RunningClock>
      </form>
      <Section
        title="Your route"
        aside={orders.length > 0 && `${done} of ${orders.length} done`}
      >
        {orders.length === 0
          ? (
            <Empty title="No orders today">
              What the office plans for you stands here, also without a network.
            </Empty>
          )
          : (
            <Route label="Orders of today">
              {orders.map(({ record, standing }) => (
                <Stop
                  key={record.id}
                  state={record === next?.record ? "now" : STOPS[record.status]}
                  name={record.title}
                  sub={`${record.customer}, ${record.address}`}
                  time={record.finishedAt
                    ? timeOfDay(me.timeZone, record.finishedAt)
                    : record.time}
                  href={`/client/orders/${record.id}`}
                >
                  {record === next?.record && (
                    <Badge
                      tone="tint"
                      icon={record.status === "RUNNING" ? "play" : "next"}
                    >
                      {record.status === "RUNNING" ? "Running" : "Next"}
                    </Badge>
                  )}
                  {record.status === "PAUSED" && record !== next?.record && (
                    <Badge tone="wait" icon="pause">Paused</Badge>
                  )}
                  {standing !== "received" && <SyncBadge state={standing} />}
                </Stop>
              ))}
            </Route>
          )}
      </Section>
      {clock.status === "off"
        ? (
          <Dock>
            <button
              class="btn btn-main btn-big"
              type="submit"
              form="clock"
              name="kind"
              value="in"
            >
              <Icon name="clock" />
              Clock in
            </button>
          </Dock>
        )
        : next && (
          <Dock>
            <a
              class="btn btn-main btn-big"
              href={`/client/orders/${next.record.id}`}
            >
              <Icon name="play" />
              <span class="cut">
                {next.record.status === "RUNNING" ? "Open: " : "Next: "}
                {next.record.title}
              </span>
            </a>
          </Dock>
        )}
    </>
  );
}

interface RunningClockProps {
  clock: ClockState;
  me: Me;
  now: number;
  children: ComponentChildren;
}

function RunningClock({ clock, me, now, children }: RunningClockProps) {
  const [at, setAt] = useState(now);
  useEffect(() => {
    if (now !== 0) return;
    const tick = () => setAt(Date.now());
    tick();
    if (clock.status !== "on") return;
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [now, clock.status]);
  const worked = workedMs(clock, at);
  const pause = clock.breakMs +
    (clock.breakSince ? Math.max(0, at - Date.parse(clock.breakSince)) : 0);
  return (
    <ClockCard
      status={clock.status}
      time={hoursMinutes(worked)}
      seconds={now === 0 && clock.status === "on" ? seconds(worked) : undefined}
      note={clock.since === null
        ? "Clock in when you begin. It counts from that moment."
        : `Since ${timeOfDay(me.timeZone, clock.since)}${
          pause >= 60_000 ? `, break ${hoursMinutes(pause)}` : ""
        }`}
    >
      {children}
    </ClockCard>
  );
}
