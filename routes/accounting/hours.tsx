import { page } from "fresh";
import { Head } from "fresh/runtime";
import { accountingNav } from "../../components/accounting_nav.ts";
import { Banner } from "../../components/Banner.tsx";
import { Card } from "../../components/Card.tsx";
import { Empty } from "../../components/Empty.tsx";
import { HoursTable } from "../../components/HoursTable.tsx";
import { Icon } from "../../components/Icon.tsx";
import { PageFrame } from "../../components/PageFrame.tsx";
import { dayWords, hoursMinutes } from "../../components/time_words.ts";
import { TopBar } from "../../components/TopBar.tsx";
import { readHours, type WeekHours } from "../../lib/field/read_hours.ts";
import { acting } from "../../lib/http/call.ts";
import { messagesOf } from "../../lib/http/page_problem.ts";
import { define } from "../../lib/http/state.ts";
import { addDays } from "../../lib/model/calendar.ts";
import type { Me } from "../../lib/model/spaces.ts";
import { weekOf } from "../../lib/model/week.ts";

interface Data {
  me: Me;
  /** Null where the week that was asked for is none. */
  hours: WeekHours | null;
  error: string | null;
}

/** Everybody's hours of a week, by worker and day. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const week = ctx.url.searchParams.get("week");
    const hours = await readHours(tenant, me, week, now);
    if (hours.ok) {
      return page<Data>({ me, hours: hours.value, error: null });
    }
    const { status, code, errors } = hours.problem;
    ctx.state.code = code;
    const error = messagesOf(errors).week ?? "Choose another week.";
    return page<Data>({ me, hours: null, error }, { status });
  },
});

export default define.page<typeof handler>(({ data: { me, hours, error } }) => (
  <>
    <Head>
      <title>Hours · StreamFlow</title>
    </Head>
    <PageFrame
      nav={accountingNav(me, "hours")}
      icons={["back", "next", "play", "warn", "check"]}
    >
      <TopBar title="Hours" sub={hours ? weekWords(hours) : me.company} />
      <main class="main" id="main">
        {hours ? <Week hours={hours} /> : (
          <Banner
            tone="bad"
            icon="warn"
            alert
            title="The address names no week (week)."
            action={<a class="btn" href="/accounting/hours">This week</a>}
          >
            {error}
          </Banner>
        )}
      </main>
    </PageFrame>
  </>
));

/** "Week 47, Mon 16 November to Sun 22 November 2026". */
function weekWords({ week, days }: WeekHours): string {
  const [from = "", to = ""] = [days.at(0), days.at(-1)];
  return `Week ${Number(week.slice(6))}, ${dayWords(from)} to ${dayWords(to)} ${
    to.slice(0, 4)
  }`;
}

function Week({ hours }: { hours: WeekHours }) {
  const { week, thisWeek, days, workers, timeZone } = hours;
  const from = days[0] as string;
  const beside = (by: number) =>
    `/accounting/hours?week=${weekOf(addDays(from, by))}`;
  return (
    <>
      <nav class="btns" aria-label="Weeks">
        <a class="btn" href={beside(-7)}>
          <Icon name="back" dir />
          Week before
        </a>
        <a class="btn" href={beside(7)}>
          Week after
          <Icon name="next" dir />
        </a>
        {week !== thisWeek && (
          <a class="btn btn-quiet" href="/accounting/hours">This week</a>
        )}
      </nav>
      {!hours.complete && (
        <Banner tone="wait" icon="warn" title="This is not all of the week.">
          It has more days than are shown at once. The totals lack the rest.
        </Banner>
      )}
      {workers.length === 0
        ? (
          <Empty title="No hours in this week">
            Hours stand here as soon as somebody clocks in.
          </Empty>
        )
        : (
          <Card
            flush
            title={`${hoursMinutes(hours.workedMs)} hours`}
            aside={<p>Days of {timeZone.replaceAll("_", " ")}</p>}
          >
            <HoursTable days={days} workers={workers} timeZone={timeZone} />
          </Card>
        )}
      <p class="sub read">
        A shift counts once it is closed, on the day on which it began. What
        needs a look stands under Remarks.
      </p>
    </>
  );
}
