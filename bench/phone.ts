import type { Browser, Page } from "puppeteer-core";
import type { Me } from "../lib/model/spaces.ts";
import { type DemoServer, loginOf, logInOn } from "../tasks/demo_server.ts";
import { getReady } from "../tests/e2e/field_work.ts";
import { bundleForPage } from "../tests/system/page_bundle.ts";

/** What a phone is asked to do while it is measured. */
interface Plan {
  waiting: number;
  measured: number;
  pauseMs: number;
}

interface InPage {
  benchFill(me: Me, waiting: number): Promise<number>;
  benchMeasure(me: Me, plan: Plan): Promise<Record<string, number[]>>;
  benchDrain(me: Me): Promise<number>;
}

/** A worker's phone: the product's engine, in a page of the product that sends nothing by itself. */
export interface Phone {
  page: Page;
  /** Makes new leads until so many changes wait. @returns how many do */
  fill(waiting: number): Promise<number>;
  /** Makes changes one after the other. @returns milliseconds until each was saved, by kind */
  measure(plan: Plan): Promise<Record<string, number[]>>;
  /** Sends what waits. @returns milliseconds until all of it was received */
  drain(): Promise<number>;
}

/**
 * Logs the demo's worker in on a new phone.
 *
 * @param origin the server, or a proxy in front of it
 */
export async function openPhone(
  browser: Browser,
  demo: DemoServer,
  origin: string,
): Promise<Phone> {
  const code = await bundleForPage("bench/phone_page.ts");
  const page = await browser.newPage();
  await logInOn(page, origin, loginOf(demo, "worker"));
  await getReady(page, origin);
  await page.goto(`${origin}/account`);
  const me: Me = await page.evaluate(async () => {
    const answer = await fetch("/api/me");
    return (await answer.json()).user;
  });
  await page.evaluate(code);
  return {
    page,
    fill: (waiting) =>
      page.evaluate(
        (me, waiting) =>
          (globalThis as unknown as InPage).benchFill(me, waiting),
        me,
        waiting,
      ),
    measure: (plan) =>
      page.evaluate(
        (me, plan) => (globalThis as unknown as InPage).benchMeasure(me, plan),
        me,
        plan,
      ),
    drain: () =>
      page.evaluate(
        (me) => (globalThis as unknown as InPage).benchDrain(me),
        me,
      ),
  };
}
