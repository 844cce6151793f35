import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Card } from "../../../../components/Card.tsx";
import { Empty } from "../../../../components/Empty.tsx";
import { Icon } from "../../../../components/Icon.tsx";
import { Kpi, Spark } from "../../../../components/Kpi.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import { providerNav } from "../../../../components/provider_nav.ts";
import { TenantsTable } from "../../../../components/TenantsTable.tsx";
import { dayWords } from "../../../../components/time_words.ts";
import { TopBar } from "../../../../components/TopBar.tsx";
import { acting } from "../../../../lib/http/call.ts";
import { define } from "../../../../lib/http/state.ts";
import { addDays, localTime } from "../../../../lib/model/calendar.ts";
import { may } from "../../../../lib/model/policy.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import {
  type SeenTenant,
  tenantsPage,
} from "../../../../lib/tenancy/read_tenants.ts";

/** Tenants that the dashboard lists. */
const NEWEST = 8;

interface Data {
  me: Me;
  today: string;
  rows: SeenTenant[];
  /** There are more than were read. */
  more: boolean;
}

/** The newest customers, and who is suspended. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, now } = acting(ctx);
    const { rows, next } = await tenantsPage(ctx.state.deps.store, me, null);
    const today = localTime(me.timeZone, now).day;
    return page<Data>({ me, today, rows, more: next !== null });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { me, today, rows, more } = data;
  const days = Array.from({ length: 7 }, (_, back) => addDays(today, back - 6));
  const signups = days.map((day) =>
    rows.filter((row) =>
      localTime(me.timeZone, Date.parse(row.createdAt)).day === day
    ).length
  );
  const started = signups.reduce((sum, n) => sum + n, 0);
  const suspended = rows.filter((row) => row.status === "suspended").length;
  const among = more ? `Of the newest ${rows.length}` : undefined;
  return (
    <>
      <Head>
        <title>Dashboard · StreamFlow</title>
      </Head>
      <PageFrame
        nav={providerNav(me, "dashboard")}
        icons={["check", "pause", "plus", "building"]}
      >
        <TopBar
          title={`Hello, ${me.name.split(" ")[0]}`}
          sub={dayWords(today)}
        />
        <main class="main" id="main">
          <div class="kpis">
            <Kpi
              label="Tenants"
              value={rows.length}
              unit={more ? "or more" : undefined}
              note={rows[0]?.company ?? "None yet"}
              noteIcon="building"
            />
            <Kpi
              label="New in seven days"
              value={started}
              unit={more && started === rows.length ? "or more" : undefined}
              note={`${signups.at(-1)} today`}
              noteIcon="plus"
            >
              <Spark
                kind="bars"
                values={signups}
                label="New tenants per day, last seven days"
              />
            </Kpi>
            <Kpi
              label="Suspended"
              value={suspended}
              late={suspended > 0}
              note={among ?? (suspended > 0
                ? "Nobody of theirs can work"
                : "All of them work")}
              noteIcon={suspended > 0 ? "pause" : "check"}
            />
          </div>
          {rows.length === 0
            ? (
              <Empty title="No tenants yet">
                A company stands here as soon as it has signed up.
              </Empty>
            )
            : (
              <Card
                flush
                title="Newest tenants"
                aside={
                  <a class="btn btn-quiet" href="/provider/tenants">
                    All tenants
                    <Icon name="next" dir />
                  </a>
                }
              >
                <TenantsTable
                  rows={rows.slice(0, NEWEST)}
                  withPlan={may(me, "tenant.read", undefined, "plan")}
                  timeZone={me.timeZone}
                />
              </Card>
            )}
        </main>
      </PageFrame>
    </>
  );
});
