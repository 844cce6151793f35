import type { Page } from "puppeteer-core";
import { startChromium } from "../tests/system/chromium.ts";
import { loginOf, logInOn, withDemoServer } from "./demo_server.ts";

/** Run by name, with a configuration and lock file of its own: nobody else has to download it. */
const LIGHTHOUSE = "npm:lighthouse@13.5.0";

/** What Lighthouse writes, as far as it is read here. */
interface Verdict {
  categories: Record<
    string,
    { score: number | null; auditRefs: { id: string; weight: number }[] }
  >;
  audits: Record<string, { score: number | null; displayValue?: string }>;
}

/** What is looked at; each has to reach 100. */
const CATEGORIES = ["performance", "accessibility", "best-practices"];

/** Runs of a page; the median counts, since the machine has other work too. */
const RUNS = 3;

/** The address of the first record of a list. */
async function firstOf(page: Page, list: string): Promise<string> {
  await page.goto(list);
  return await page.$eval(
    `main a[href^="${new URL(list).pathname}/"]:not([href$="/new"])`,
    (link) => (link as HTMLAnchorElement).href,
  );
}

/** One run of Lighthouse. */
interface Look {
  /** 0 to 100, in the order of the categories. */
  scores: number[];
  /** Audits below 1, with what they show. */
  complaints: string[];
}

/** The scores of a page by Lighthouse's mobile preset, and what was not as it should be. */
async function look(
  page: Page,
  url: string,
): Promise<Look> {
  const { port } = new URL(page.browser().wsEndpoint());
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-config", "--no-lock", LIGHTHOUSE, url],
      `--port=${port}`,
      `--only-categories=${CATEGORIES}`,
      // The session is a cookie: it stays.
      "--disable-storage-reset",
      "--output=json",
      "--quiet",
    ],
  }).output();
  const text = new TextDecoder();
  if (code !== 0) throw new Error(text.decode(stderr));
  const { categories, audits }: Verdict = JSON.parse(text.decode(stdout));
  return {
    scores: CATEGORIES.map((name) =>
      Math.round((categories[name]?.score ?? 0) * 100)
    ),
    complaints: CATEGORIES.flatMap((name) =>
      (categories[name]?.auditRefs ?? []).filter(({ id, weight }) =>
        weight > 0 && (audits[id]?.score ?? 1) < 1
      ).map(({ id }) => `${id} ${audits[id]?.displayValue ?? ""}`.trim())
    ),
  };
}

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

let broken = 0;
await withDemoServer(async (demo) => {
  const browser = await startChromium(`${demo.folder}/profile`);
  const others = await startChromium(`${demo.folder}/other-profile`);
  try {
    const stranger = await others.newPage();
    const page = await browser.newPage();
    await logInOn(page, demo.origin, loginOf(demo, "worker"));
    const dashboard = page.url();
    const field = `${demo.origin}/client`;
    const visits: [Page, string][] = [
      [stranger, `${demo.origin}/login`],
      [stranger, `${demo.origin}/signup`],
      [page, dashboard],
      [page, `${field}/today`],
      [page, `${field}/orders`],
      [page, await firstOf(page, `${field}/orders`)],
      [page, `${field}/leads`],
      [page, await firstOf(page, `${field}/leads`)],
      [page, `${field}/leads/new`],
      [page, `${field}/changes`],
    ];
    console.log(`${CATEGORIES.join(", ")}: median of ${RUNS}`);
    for (const [tab, url] of visits) {
      const runs: Look[] = [];
      for (let i = 0; i < RUNS; i++) runs.push(await look(tab, url));
      const scores = CATEGORIES.map((_, i) =>
        median(runs.map(({ scores }) => scores[i] ?? 0))
      );
      const good = scores.every((score) => score === 100);
      if (!good) broken++;
      const path = new URL(url).pathname.replace(/(ten|wo|lead)_\w+/, ":id");
      console.log(`${good ? "ok    " : "BROKEN"} ${scores.join(" ")}  ${path}`);
      const complaints = new Set(runs.flatMap(({ complaints }) => complaints));
      for (const complaint of complaints) console.log(`         ${complaint}`);
    }
  } finally {
    await browser.close();
    await others.close();
  }
});
if (broken > 0) Deno.exit(1);
