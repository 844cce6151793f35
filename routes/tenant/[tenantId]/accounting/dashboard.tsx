import { page } from "fresh";
import { Head } from "fresh/runtime";
import { accountingNav } from "../../../../components/accounting_nav.ts";
import { Section } from "../../../../components/Card.tsx";
import { Empty } from "../../../../components/Empty.tsx";
import { LEFT } from "../../../../components/HoursTable.tsx";
import { remarksOf, weekdayWord } from "../../../../components/hours_words.ts";
import { Icon } from "../../../../components/Icon.tsx";
import { Kpi, Spark } from "../../../../components/Kpi.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import { Row, RowList } from "../../../../components/Row.tsx";
import { dayWords, hoursMinutes } from "../../../../components/time_words.ts";
import { TopBar } from "../../../../components/TopBar.tsx";
import { readHours, type WeekHours } from "../../../../lib/field/read_hours.ts";
import { acting } from "../../../../lib/http/call.ts";
import { throwProblem } from "../../../../lib/http/page_problem.ts";
import { define } from "../../../../lib/http/state.ts";
import { addDays, localTime } from "../../../../lib/model/calendar.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import { weekOf } from "../../../../lib/model/week.ts";

interface Data {
  me: Me;
  /** In the company's time zone, YYYY-MM-DD. */
  today: string;
  now: WeekHours;
  before: WeekHours;
}

/** The hours of this week and the last at a glance, and what needs a look before they are paid. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const today = localTime(me.timeZone, now).day;
    const [thisWeek, lastWeek] = await Promise.all([
      readHours(tenant, me, weekOf(today), now),
      readHours(tenant, me, weekOf(addDays(today, -7)), now),
    ]);
    if (!thisWeek.ok) throwProblem(thisWeek.problem);
    if (!lastWeek.ok) throwProblem(lastWeek.problem);
    return page<Data>({
      me,
      today,
      now: thisWeek.value,
      before: lastWeek.value,
    });
  },
});

/** Who needs a look, with the week that it is in. */
function remarksIn({ week, workers, timeZone }: WeekHours) {
  return workers.map(({ userId, name, days }) => ({
    key: `${week} ${userId}`,
    href: `/accounting/hours?week=${week}`,
    name: name ?? LEFT,
    texts: remarksOf(days.filter((day) => day.flags.length > 0), timeZone),
  })).filter(({ texts }) => texts.length > 0);
}

export default define.page<typeof handler>(({ data }) => {
  const { me, today, now, before } = data;
  const shifts = now.workers.flatMap((worker) => worker.days);
  const open = shifts.filter((day) => day.openSince !== null).length;
  const odd = [...remarksIn(now), ...remarksIn(before)];
  const daily = now.days.filter((day) => day <= today).map((day) =>
    shifts.filter((row) => row.day === day)
      .reduce((sum, { workedMs }) => sum + workedMs, 0)
  );
  return (
    <>
      <Head>
        <title>Dashboard · StreamFlow</title>
      </Head>
      <PageFrame
        nav={accountingNav(me, "dashboard")}
        icons={["clock", "user", "warn", "check", "play"]}
      >
        <TopBar title={`Hello, ${me.name.split(" ")[0]}`} sub={dayWords(today)}>
          <a class="btn btn-main wide-only" href="/accounting/hours">
            <Icon name="clock" />
            Hours of this week
          </a>
        </TopBar>
        <main class="main" id="main">
          <div class="kpis">
            <Kpi
              label="Hours this week"
              value={hoursMinutes(now.workedMs)}
              note={`${hoursMinutes(before.workedMs)} in the whole last week`}
              noteIcon="clock"
            >
              <Spark
                kind="bars"
                values={daily}
                label={`Hours per day, ${
                  weekdayWord(now.days[0] ?? today)
                } to ${weekdayWord(today)}`}
              />
            </Kpi>
            <Kpi
              label="People with hours"
              value={now.workers.length}
              note={`${before.workers.length} last week`}
              noteIcon="user"
            />
            <Kpi
              label="Open shifts"
              value={open}
              note="Count once they are closed"
              noteIcon="play"
            />
            <Kpi
              label="Need a look"
              value={odd.length}
              late={odd.length > 0}
              note={odd.length > 0
                ? "Before the hours are paid"
                : "Nothing odd in two weeks"}
              noteIcon={odd.length > 0 ? "warn" : "check"}
            />
          </div>
          <a class="btn btn-main btn-block slim-only" href="/accounting/hours">
            <Icon name="clock" />
            Hours of this week
          </a>
          {odd.length === 0
            ? (
              <Empty title="Nothing needs a look">
                Odd pairs of presses and clocks that are not proven stand here.
              </Empty>
            )
            : (
              <Section title="Need a look">
                <RowList label="Hours that need a look">
                  {odd.map(({ key, href, name, texts }) => (
                    <Row
                      key={key}
                      href={href}
                      title={name}
                      sub={texts.join("; ")}
                      end={<Icon name="next" dir />}
                    />
                  ))}
                </RowList>
              </Section>
            )}
        </main>
      </PageFrame>
    </>
  );
});
