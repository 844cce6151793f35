import { withStage } from "../tests/e2e/field_day.ts";
import { MARGIN_WORDS } from "../tests/shift/memory.ts";
import { leaksOf, type Look, workShift } from "../tests/shift/shift.ts";

/** Leads of the company that the phone carries. */
const LEADS = 1000;

const REPORT = new URL("../docs/benchmarks/shift.md", import.meta.url);

const STORES = ["leads", "workOrders", "timesheets", "pending", "blobs"];

const mb = (bytes: number) => (bytes / 2 ** 20).toFixed(2);

/** One page's figures, as a table's row shows them. */
function cellsOf(look: Look, which: "today" | "leads" | "walk"): string[] {
  const { heap, nodes, listeners, documents } = look[which] ??
    { heap: NaN, nodes: NaN, listeners: NaN, documents: NaN };
  return [mb(heap), String(nodes), String(listeners), String(documents)];
}

const row = (cells: (string | number)[]) => `| ${cells.join(" | ")} |`;

function table(head: string[], rows: (string | number)[][]): string {
  return [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");
}

const PAGE_HEAD = ["hour", "heap, MB", "nodes", "listeners", "documents"];

function reportOf(
  hours: number,
  looks: Look[],
  leaks: string[],
  minutes: number,
): string {
  const last = looks.at(-1);
  const pageTable = (which: "today" | "leads" | "walk") =>
    table(
      PAGE_HEAD,
      looks.map((look) => [look.minute / 60, ...cellsOf(look, which)]),
    );
  return `# A shift of ${hours} hours

\`deno task torture shift ${hours}\` on ${Deno.build.os}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}, ${
    new Date().toISOString().slice(0, 10)
  }, ${minutes.toFixed(0)} minutes.

A phone in Chromium, the production build, a real server process, ${LEADS} leads. The clocks of the pages, of the service
worker and of the server are driven forward together, second by second; timers that fall due run, and wherever a request
or a sync is under way time waits for it. Storage, network, locks and cipher are the browser's own. Two tabs stay open from
the first minute to the last, each with a sync every half minute: Today, where the clock is pressed every four minutes, and
the list of leads, which is scrolled through and back every five. A third one goes through the screens as the app's links
do, each a new document: edits of leads, new ones, checklist, notes, states, photos, Changes. The office changes a lead or an
order every three minutes. The network is gone for five minutes in each hundred.

In all ${last?.pulls} pulls by the two tabs that stay, ${last?.changes} changes by the worker, ${last?.office} by the office.

Read after three forced collections at the end of each hour. The run fails where hour ${hours} holds more than hour 1 by more
than a margin (${MARGIN_WORDS}). The browser's cache of pages for the way back is off: what it keeps is its own, in the process of the tab.

## Today, open all the time

${pageTable("today")}

## The list of leads, open all the time

${pageTable("leads")}

## Today in the tab that goes through the screens, opened anew each hour

${pageTable("walk")}

## Service worker, kept awake all the time; storage

${
    table(
      ["hour", "heap, MB", ...STORES, "storage, MB"],
      looks.map(({ minute, worker, storage }) => [
        minute / 60,
        mb(worker),
        ...STORES.map((store) => storage.rows[store] ?? 0),
        mb(storage.bytes),
      ]),
    )
  }

Rows of \`pending\` are the ops that the phone made; answered ones are kept for 14 days, to be sent again to a restored
server, and then dropped. Rows of \`blobs\` are two for each photo: what it is, and its bytes.

${
    leaks.length === 0
      ? "Nothing grew by more than its margin."
      : `Grown by more than its margin:\n\n${
        leaks.map((leak) => `- ${leak}`).join("\n")
      }`
  }
`;
}

/**
 * A worker's shift in Chromium with its hours compressed: measures what the pages and the service worker hold at the end of
 * each hour, and writes it to docs/benchmarks/shift.md. Needs a build.
 *
 * @returns whether the last hour holds no more than the first
 */
export async function spendShift(hours: number): Promise<boolean> {
  const startedAt = performance.now();
  let looks: Look[] = [];
  await withStage(async (stage) => {
    looks = await workShift(
      stage,
      { minutes: hours * 60, lookEvery: 60, leads: LEADS, walks: true },
      (look) =>
        console.log(
          `hour ${look.minute / 60}: today ${cellsOf(look, "today")}; leads ${
            cellsOf(look, "leads")
          }; screens ${cellsOf(look, "walk")}; worker ${mb(look.worker)} MB; ` +
            `${look.pulls} pulls, ${look.changes} changes`,
        ),
    );
  });
  const leaks = leaksOf(looks);
  for (const leak of leaks) console.error(`GROWN  ${leak}`);
  const minutes = (performance.now() - startedAt) / 60_000;
  await Deno.writeTextFile(REPORT, reportOf(hours, looks, leaks, minutes));
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "-q", REPORT.pathname],
  }).output();
  return leaks.length === 0;
}
