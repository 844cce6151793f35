import { join } from "node:path";
import { type DemoServer, withDemoServer } from "../tasks/demo_server.ts";
import { startChromium } from "../tests/system/chromium.ts";
import { openFarProxy } from "./far_proxy.ts";
import { LINES, type Narrow, ROUND_TRIP_MS } from "./lines.ts";
import { openPhone } from "./phone.ts";
import { median } from "./median.ts";

const OPS = 1000;
const ROUNDS = 3;

/** Measures one line, on a phone of its own. @returns whether the budget holds */
async function benchLine(demo: DemoServer, line: Narrow): Promise<boolean> {
  const { name, kbitPerSecond, mostMs, mostRequests } = line;
  const proxy = openFarProxy(demo.origin, ROUND_TRIP_MS, kbitPerSecond);
  const browser = await startChromium(
    join(demo.folder, `phone-${kbitPerSecond}`),
  );
  try {
    const phone = await openPhone(browser, demo, proxy.origin);
    const times: number[] = [];
    const requests: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      await phone.fill(OPS);
      const before = proxy.requests;
      times.push(await phone.drain());
      requests.push(proxy.requests - before);
    }
    const most = Math.max(...requests);
    console.log(
      `  over ${name}: ${median(times).toFixed(0)} ms (budget ${mostMs}), ` +
        `${most} requests (budget ${mostRequests}), the pull after it included`,
    );
    return median(times) <= mostMs && most <= mostRequests;
  } finally {
    await browser.close();
    proxy.close();
  }
}

/**
 * Measures how long a phone's queue takes from the first byte read to the last receipt on its disk: the product's engine in
 * Chromium, with everything that it does, over long and narrow lines to a real server.
 */
export async function benchPhoneSync(): Promise<void> {
  await withDemoServer(async (demo) => {
    console.log(
      `sync: ${OPS} new leads of a phone in Chromium, median of ${ROUNDS}`,
    );
    const broken: string[] = [];
    for (const line of LINES) {
      if (!await benchLine(demo, line)) broken.push(line.name);
    }
    if (broken.length > 0) {
      throw new Error(`Budgets are broken over ${broken.join(" and ")}`);
    }
  });
}
