import type { BrowserContext, CDPSession, Page, Target } from "puppeteer-core";
import { loginOf, logInOn, withDemoServer } from "../tasks/demo_server.ts";
import { startChromium } from "../tests/system/chromium.ts";
import {
  type Loading,
  longTasksOf,
  TRACED,
  type Waits,
  waitsOf,
} from "./loading.ts";
import { median } from "./median.ts";

const RUNS = 5;
/** The profile on which the peers were measured: each request waits, a slow line, a slow processor. */
const LATENCY_MS = 300;
const KBIT_PER_SECOND = 400;
const SLOWDOWN = 10;

/** What a visit may take. */
interface Budget {
  interactiveMs: number;
  blockingMs: number;
}

const BUDGET: Budget = { interactiveMs: 900, blockingMs: 50 };

/**
 * Once in a phone's life: the 38 KB that the byte budget allows this page take 0.75 s of the line and two waits of 0.3 s,
 * before anything runs.
 */
const FIRST_FIELD_VISIT: Budget = { interactiveMs: 2000, blockingMs: 150 };

const PATHS: Record<string, { first: Budget; again: Budget }> = {
  "/login": { first: BUDGET, again: BUDGET },
  "/client/today": { first: FIRST_FIELD_VISIT, again: BUDGET },
};

/** Where even a page of one sentence takes longer than this to be painted, the figures are not the product's. */
const MOST_BARE_MS = 700;

/** The page beside which the product's are measured. */
const BARE =
  '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bare</title><p>One sentence.';

/** Makes the network of a page, or of a worker, slow. */
async function slowNetwork(wire: CDPSession): Promise<void> {
  const throughput = KBIT_PER_SECOND * 1024 / 8;
  await wire.send("Network.enable");
  await wire.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: LATENCY_MS,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
}

/** Runs in the page: what it says itself about its loading. */
function lookBack(): Omit<Loading, "tasks"> {
  const [page] = performance.getEntriesByType(
    "navigation",
  ) as [PerformanceNavigationTiming];
  const resources = performance.getEntriesByType(
    "resource",
  ) as PerformanceResourceTiming[];
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  if (!paint) throw new Error("Nothing was painted");
  return {
    firstPaint: paint.startTime,
    contentLoaded: page.domContentLoadedEventEnd,
    end: performance.now(),
    requests: resources.map(({ startTime, responseEnd }) => [
      startTime,
      responseEnd,
    ]),
  };
}

/**
 * Loads a page on the slow phone, and watches it for a while.
 *
 * @returns null: it has not been quiet for long enough
 */
async function visit(
  page: Page,
  url: string,
  patienceMs: number,
): Promise<Waits | null> {
  await page.goto("about:blank");
  const wire = await page.createCDPSession();
  await slowNetwork(wire);
  await wire.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
  await page.tracing.start({ categories: TRACED });
  await page.goto(url, { waitUntil: "load", timeout: 60_000 });
  // Nobody looks meanwhile: at this speed a look is a long task of its own.
  await new Promise((done) => setTimeout(done, patienceMs));
  const loading = await page.evaluate(lookBack);
  const trace = new TextDecoder().decode(await page.tracing.stop());
  // Also ends what it emulates.
  await wire.detach();
  const tasks = longTasksOf(trace, loading.firstPaint);
  return tasks && waitsOf({ ...loading, tasks });
}

/** Measures again, from the beginning and with more patience, until the page came to rest. */
async function patiently<T>(
  measure: (patienceMs: number) => Promise<T | null>,
): Promise<T> {
  for (let patienceMs = 6000; patienceMs < 60_000; patienceMs *= 2) {
    const measured = await measure(patienceMs);
    if (measured !== null) return measured;
  }
  throw new Error("A page never comes to rest");
}

/** Loads a page as ever until its service worker, if it has one, answers for it; keeps that one awake, and slow. */
async function prepare(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: "networkidle0" });
  const installs = await page.evaluate(async () =>
    await navigator.serviceWorker.getRegistration() !== undefined
  );
  if (!installs) return;
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await page.goto(url, { waitUntil: "networkidle0" });
  const isOurs = (target: Target) =>
    target.type() === "service_worker" &&
    target.browserContext() === page.browserContext();
  const worker = await page.browser().waitForTarget(isOurs);
  await slowNetwork(await worker.createCDPSession());
}

/** The two visits of somebody whose phone is new. */
async function visits(
  context: BrowserContext,
  url: string,
  patienceMs: number,
): Promise<{ first: Waits; again: Waits } | null> {
  const page = await context.newPage();
  const first = await visit(page, url, patienceMs);
  if (first === null) return null;
  await prepare(page, url);
  const again = await visit(page, url, patienceMs);
  return again && { first, again };
}

/**
 * Measures how long a person with a slow phone on a slow network waits until a page is there and answers, as Lighthouse
 * reckons it (TTI, TBT) with the throttling of the browser's tools: the first visit of a phone that has nothing yet, and
 * a repeated one.
 */
export async function benchLowEnd(): Promise<void> {
  const bare = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    () => new Response(BARE, { headers: { "content-type": "text/html" } }),
  );
  await withDemoServer(async (demo) => {
    const browser = await startChromium(`${demo.folder}/low-end`);
    try {
      const page = await browser.newPage();
      await logInOn(page, demo.origin, loginOf(demo, "worker"));
      const cookies = await browser.defaultBrowserContext().cookies();
      const fresh = async <T>(run: (context: BrowserContext) => Promise<T>) => {
        const context = await browser.createBrowserContext();
        try {
          return await run(context);
        } finally {
          await context.close();
        }
      };
      console.log(
        `low end: ${LATENCY_MS} ms, ${KBIT_PER_SECOND} kbit/s, CPU / ${SLOWDOWN}, median of ${RUNS}`,
      );
      const sentence = `http://127.0.0.1:${bare.addr.port}/`;
      const floor: number[] = [];
      const seen = new Map<string, { first: Waits; again: Waits }[]>();
      // In turn, so that all have the same machine.
      for (let run = 0; run < RUNS; run++) {
        const { firstPaint } = await patiently((patienceMs) =>
          fresh(async (context) =>
            await visit(await context.newPage(), sentence, patienceMs)
          )
        );
        floor.push(firstPaint);
        for (const path of Object.keys(PATHS)) {
          const both = await patiently((patienceMs) =>
            fresh(async (context) => {
              if (path !== "/login") await context.setCookie(...cookies);
              return await visits(context, demo.origin + path, patienceMs);
            })
          );
          seen.set(path, [...seen.get(path) ?? [], both]);
        }
      }
      console.log(
        `  a page of one sentence: first paint ${median(floor).toFixed(0)} ms`,
      );
      let broken = false;
      for (const [path, budgets] of Object.entries(PATHS)) {
        const runs = seen.get(path) ?? [];
        for (const which of ["first", "again"] as const) {
          const { interactiveMs, blockingMs } = budgets[which];
          const of = (name: keyof Waits) =>
            runs.map((run) => Math.round(run[which][name]));
          const interactive = median(of("interactive"));
          const blocking = median(of("blocking"));
          console.log(
            `  ${path}, ${which === "first" ? "first visit" : "repeated"}: ` +
              `first paint ${median(of("firstPaint"))} ms, ` +
              `interactive ${interactive} ms (budget ${interactiveMs}; ${
                of("interactive").join(" ")
              }), blocking ${blocking} ms (budget ${blockingMs}; ${
                of("blocking").join(" ")
              })`,
          );
          broken ||= interactive > interactiveMs || blocking > blockingMs;
        }
      }
      if (!broken) return;
      if (median(floor) > MOST_BARE_MS) {
        console.log("  the machine is too busy for this to say anything");
      } else throw new Error("The budget for slow phones is broken");
    } finally {
      await browser.close();
      await bare.shutdown();
    }
  });
}

if (import.meta.main) await benchLowEnd();
