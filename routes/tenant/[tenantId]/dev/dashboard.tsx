import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Banner } from "../../../../components/Banner.tsx";
import { Section } from "../../../../components/Card.tsx";
import { devNav } from "../../../../components/dev_nav.ts";
import { OutboxFigures } from "../../../../components/OutboxFigures.tsx";
import { PageFrame } from "../../../../components/PageFrame.tsx";
import { SyncFigures } from "../../../../components/SyncFigures.tsx";
import { dayWords } from "../../../../components/time_words.ts";
import { TopBar } from "../../../../components/TopBar.tsx";
import { acting } from "../../../../lib/http/call.ts";
import { define } from "../../../../lib/http/state.ts";
import {
  readSyncDays,
  type SyncDay,
} from "../../../../lib/metrics/read_sync_days.ts";
import type { Me } from "../../../../lib/model/spaces.ts";
import {
  type OutboxOverview,
  outboxOverview,
} from "../../../../lib/outbox/read_outbox.ts";

interface Data {
  me: Me;
  now: number;
  /** Today first. */
  days: SyncDay[];
  outbox: OutboxOverview;
}

/** Whether the queues and the outbox are well, and what needs somebody. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, now } = acting(ctx);
    const { store } = ctx.state.deps;
    const [days, outbox] = await Promise.all([
      readSyncDays(store, now, 7),
      outboxOverview(store, now),
    ]);
    return page<Data>({ me, now, days, outbox });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { me, now, days, outbox } = data;
  const [today] = days;
  const faults = today?.faults ?? 0;
  return (
    <>
      <Head>
        <title>Dashboard · StreamFlow</title>
      </Head>
      <PageFrame
        nav={devNav(me, "dashboard")}
        icons={[
          "again",
          "check",
          "clock",
          "merge",
          "play",
          "send",
          "warn",
          "x",
        ]}
      >
        <TopBar
          title={`Hello, ${me.name.split(" ")[0]}`}
          sub={`${dayWords(today?.day ?? "1970-01-01")}, UTC`}
        />
        <main class="main" id="main">
          {outbox.dead > 0 && (
            <Banner
              tone="bad"
              icon="warn"
              title={`${outbox.dead}${
                outbox.more ? " or more" : ""
              } jobs were given up.`}
              action={
                <a class="btn" href="/dev/outbox?show=dead">Look at them</a>
              }
            >
              They are tried again only when somebody says so.
            </Banner>
          )}
          {faults > 0 && (
            <Banner
              tone="bad"
              icon="warn"
              title={`${faults} answers of today were faults of ours.`}
            >
              The log has a line for each, with its request id.
            </Banner>
          )}
          {outbox.dead === 0 && faults === 0 && (
            <Banner tone="go" icon="check" title="Nothing needs somebody.">
              No faults today, and nothing was given up.
            </Banner>
          )}
          <Section title="Queues of the devices" aside="All tenants">
            <SyncFigures days={days} />
          </Section>
          <Section title="Outbox">
            <OutboxFigures overview={outbox} now={now} />
          </Section>
        </main>
      </PageFrame>
    </>
  );
});
