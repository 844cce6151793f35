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
          <Card flush title="Devices by day">
            <Table
              caption="What devices told of themselves, by day"
              columns={[
                { label: "Day" },
                { label: "Longest queue", num: true },
                { label: "Oldest change", num: true },
                { label: "Most parked", num: true },
                { label: "Syncs that came through", num: true },
                { label: "Mean drain", num: true },
                { label: "From files", num: true },
              ]}
              rows={days.map((day) => ({
                key: day.day,
                cells: [
                  dayWords(day.day),
                  day.devices.queued,
                  ageWords(day.devices.oldestMs),
                  day.devices.parked,
                  shareWords(day.batches, day.devices.failures),
                  drainWords(day.devices),
                  day.imported,
                ],
              }))}
            />
          </Card>
          <Card flush title={`Conflicts and recoveries in ${DAYS} days`}>
            <Table
              caption="Conflicts and recoveries by kind"
              columns={[
                { label: "Kind" },
                { label: "Today", num: true },
                { label: `${DAYS} days`, num: true },
              ]}
              rows={KINDS.map(({ label, of }) => ({
                key: label,
                cells: [
                  label,
                  days[0] ? of(days[0]) : 0,
                  days.reduce((sum, day) => sum + of(day), 0),
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

const KINDS: { label: string; of: (day: SyncDay) => number }[] = [
  { label: "Conflicts on leads", of: (day) => day.conflictsOf.lead },
  { label: "Conflicts on work orders", of: (day) => day.conflictsOf.order },
  { label: "Merged without a question", of: (day) => day.devices.merged },
  { label: "Asked about", of: (day) => day.devices.asked },
  { label: "Decided by a person", of: (day) => day.devices.chosen },
  { label: "Duplicates suppressed", of: (day) => day.replayed },
  { label: "Copied profiles told apart", of: (day) => day.devices.forks },
  { label: "Sent again after a restore", of: (day) => day.devices.restores },
  {
    label: "Databases deleted by a browser",
    of: (day) => day.devices.vanished,
  },
  {
    label: "Ledgers that differed",
    of: (day) => day.devices.ledgerMismatches,
  },
];

/** An age as a developer reads it: "3 d 4 h". */
function ageWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 24
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Which share of the tries to sync came through. */
function shareWords(batches: number, failures: number): string {
  const tries = batches + failures;
  return tries === 0 ? "–" : `${(100 * batches / tries).toFixed(1)} %`;
}

const drainWords = ({ drains, drainMs }: SyncDay["devices"]) =>
  drains === 0 ? "–" : `${Math.round(drainMs / drains)} ms`;

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
