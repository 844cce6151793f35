import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Card } from "../../components/Card.tsx";
import { devNav } from "../../components/dev_nav.ts";
import { Empty } from "../../components/Empty.tsx";
import { PageFrame } from "../../components/PageFrame.tsx";
import { SyncFigures } from "../../components/SyncFigures.tsx";
import { Table } from "../../components/Table.tsx";
import { dayWords } from "../../components/time_words.ts";
import { TopBar } from "../../components/TopBar.tsx";
import { acting } from "../../lib/http/call.ts";
import { define } from "../../lib/http/state.ts";
import {
  readSyncDays,
  type SyncDay,
} from "../../lib/metrics/read_sync_days.ts";
import type { Me } from "../../lib/model/spaces.ts";

/** Days that are looked back. */
const DAYS = 14;

/** How the devices' queues fare, day by day, over all tenants. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, now } = acting(ctx);
    const days = await readSyncDays(ctx.state.deps.store, now, DAYS);
    return page<{ me: Me; days: SyncDay[] }>({ me, days });
  },
});

export default define.page<typeof handler>(({ data: { me, days } }) => {
  const codes = refusals(days);
  return (
    <>
      <Head>
        <title>Sync · StreamFlow</title>
      </Head>
      <PageFrame
        nav={devNav(me, "sync")}
        icons={["check", "merge", "again", "warn", "x"]}
      >
        <TopBar
          title="Sync"
          sub="All tenants, no customer data, days in UTC"
        />
        <main class="main" id="main">
          <SyncFigures days={days} />
          <Card flush title="Queued ops by day">
            <Table
              caption="Queued ops by day"
              columns={[
                { label: "Day" },
                { label: "Batches", num: true },
                { label: "Applied", num: true },
                { label: "Replayed", num: true },
                { label: "Refused", num: true },
                { label: "Conflicts", num: true },
              ]}
              rows={days.map((day) => ({
                key: day.day,
                cells: [
                  dayWords(day.day),
                  day.batches,
                  day.applied,
                  day.replayed,
                  refusedOf(day),
                  day.conflicts,
                ],
              }))}
            />
          </Card>
          {codes.length === 0
            ? (
              <Empty title="Nothing was refused">
                Refused ops stand here by their code, conflicts among them.
              </Empty>
            )
            : (
              <Card flush title={`Refused in ${DAYS} days, by code`}>
                <Table
                  caption="Refused ops by code"
                  columns={[
                    { label: "Code" },
                    { label: "Today", num: true },
                    { label: `${DAYS} days`, num: true },
                  ]}
                  rows={codes.map(({ code, today, all }) => ({
                    key: code,
                    cells: [<code key="code">{code}</code>, today, all],
                  }))}
                />
              </Card>
            )}
        </main>
      </PageFrame>
    </>
  );
});

const refusedOf = ({ refused }: SyncDay) =>
  Object.values(refused).reduce((sum, n) => sum + n, 0);

/** The refusals of all days by code, the most frequent first. */
function refusals(days: readonly SyncDay[]) {
  const codes = [...new Set(days.flatMap((day) => Object.keys(day.refused)))];
  return codes.map((code) => ({
    code,
    today: days[0]?.refused[code] ?? 0,
    all: days.reduce((sum, day) => sum + (day.refused[code] ?? 0), 0),
  })).sort((a, b) => b.all - a.all || (a.code < b.code ? -1 : 1));
}
