import { page } from "fresh";
import { Head } from "fresh/runtime";
import { Badge } from "../../components/Badge.tsx";
import { Banner } from "../../components/Banner.tsx";
import { Card } from "../../components/Card.tsx";
import { Chip, Chips } from "../../components/Chip.tsx";
import { momentWords, spanWords } from "../../components/date_words.ts";
import { devNav } from "../../components/dev_nav.ts";
import { Empty } from "../../components/Empty.tsx";
import { Icon } from "../../components/Icon.tsx";
import { OutboxFigures } from "../../components/OutboxFigures.tsx";
import { PageFrame } from "../../components/PageFrame.tsx";
import { ShowMore } from "../../components/ShowMore.tsx";
import { Table } from "../../components/Table.tsx";
import { TopBar } from "../../components/TopBar.tsx";
import { acting } from "../../lib/http/call.ts";
import { throwProblem } from "../../lib/http/page_problem.ts";
import { formText, readForm } from "../../lib/http/read_body.ts";
import { define } from "../../lib/http/state.ts";
import { may } from "../../lib/model/policy.ts";
import { fail } from "../../lib/model/problem.ts";
import type { Me } from "../../lib/model/spaces.ts";
import {
  listDeadJobs,
  listJobs,
  type OutboxOverview,
  outboxOverview,
} from "../../lib/outbox/read_outbox.ts";
import { retryDeadJob } from "../../lib/outbox/retry_dead_job.ts";
import type { DeadJobRow, JobRow } from "../../lib/store/jobs.ts";

/** Jobs of one page. */
const PAGE = 50;

interface Data {
  me: Me;
  now: number;
  overview: OutboxOverview;
  /** Which list: what is open, or what was given up. */
  dead: boolean;
  rows: (JobRow | DeadJobRow)[];
  next: string | null;
  further: boolean;
  /** The job that was just given back to the outbox. */
  retried: string | null;
}

/** Work outside of transactions: what is open, and what was given up, which engineers have tried again. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, now } = acting(ctx);
    const { store } = ctx.state.deps;
    const { searchParams } = ctx.url;
    const cursor = searchParams.get("cursor");
    const dead = searchParams.get("show") === "dead";
    const [overview, list] = await Promise.all([
      outboxOverview(store, now),
      dead
        ? listDeadJobs(store, { cursor, limit: PAGE })
        : listJobs(store, { cursor, limit: PAGE }),
    ]);
    return page<Data>({
      me,
      now,
      overview,
      dead,
      ...list,
      further: cursor !== null,
      retried: searchParams.get("retried"),
    });
  },

  async POST(ctx) {
    const { me, audit } = acting(ctx);
    const form = await readForm(ctx.req);
    if (!form.ok) throwProblem(form.problem);
    const id = formText(form.value, "id");
    if (!/^job_[0-9A-Z]{26}$/.test(id)) {
      throwProblem(
        fail("invalid-input", {
          errors: [{ field: "id", message: "Send the id of a job." }],
        }).problem,
      );
    }
    const done = await retryDeadJob(ctx.state.deps, me, id, audit);
    if (!done.ok) throwProblem(done.problem);
    ctx.state.deps.kick();
    return ctx.redirect(`/dev/outbox?show=dead&retried=${id}`, 303);
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { me, now, overview, dead, rows, next, further, retried } = data;
  const path = dead ? "/dev/outbox?show=dead" : "/dev/outbox";
  return (
    <>
      <Head>
        <title>Outbox · StreamFlow</title>
      </Head>
      <PageFrame
        nav={devNav(me, "outbox")}
        icons={["again", "check", "clock", "next", "play", "send", "x", "warn"]}
      >
        <TopBar title="Outbox" sub="Mails and other work outside of commits" />
        <main class="main" id="main">
          {retried && (
            <Banner tone="go" icon="check" title="It is tried again.">
              Where it does not stand among the open ones, it is done.
            </Banner>
          )}
          <OutboxFigures overview={overview} now={now} />
          <Chips label="Which jobs">
            <Chip href="/dev/outbox" current={!dead}>Open</Chip>
            <Chip href="/dev/outbox?show=dead" current={dead}>Given up</Chip>
          </Chips>
          {rows.length === 0
            ? (
              <Empty title={dead ? "Nothing was given up" : "Nothing is open"}>
                {dead
                  ? "What failed for good stands here, with its reason."
                  : "All that was ordered is done."}
              </Empty>
            )
            : (
              <Card flush title={dead ? "Given up" : "Open"}>
                <Jobs rows={rows} now={now} me={me} dead={dead} />
              </Card>
            )}
          <ShowMore path={path} next={next} further={further} />
        </main>
      </PageFrame>
    </>
  );
});

function State({ job, now }: { job: JobRow | DeadJobRow; now: number }) {
  if ("diedAt" in job) return <Badge tone="bad" icon="x">Given up</Badge>;
  if (job.lease !== null && job.lease.until > now) {
    return <Badge tone="info" icon="play">Being tried</Badge>;
  }
  return job.dueAt <= now
    ? <Badge tone="tint" icon="send">Due</Badge>
    : <Badge tone="wait" icon="clock">Waiting</Badge>;
}

function Jobs(
  { rows, now, me, dead }: {
    rows: readonly (JobRow | DeadJobRow)[];
    now: number;
    me: Me;
    dead: boolean;
  },
) {
  const retry = dead && may(me, "outbox.retry");
  return (
    <Table
      caption={dead ? "Jobs that were given up" : "Open jobs"}
      columns={[
        { label: "Kind" },
        { label: "State" },
        { label: "Tries", num: true },
        { label: dead ? "Given up" : "Next try" },
        { label: "Age" },
        { label: "Last answer" },
        { label: "Tenant, job" },
        ...(retry ? [{ label: "Try again", bare: true }] : []),
      ]}
      rows={rows.map((job) => ({
        key: job.id,
        cells: [
          job.kind,
          <State key="state" job={job} now={now} />,
          job.attempts,
          "diedAt" in job
            ? momentWords(me.timeZone, job.diedAt)
            : job.dueAt <= now
            ? "now"
            : `in ${spanWords(job.dueAt - now)}`,
          spanWords(now - job.createdAt),
          job.error ?? "",
          <span key="ids">
            <code>{job.tenantId ?? "this instance"}</code>
            <small>
              <code>{job.id}</code>
            </small>
          </span>,
          ...(retry
            ? [
              <form key="retry" method="post" action="/dev/outbox">
                <input type="hidden" name="id" value={job.id} />
                <button class="btn btn-sm" type="submit">
                  <Icon name="again" />
                  Try again
                  <span class="vh">{` ${job.kind} ${job.id}`}</span>
                </button>
              </form>,
            ]
            : []),
        ],
      }))}
    />
  );
}
