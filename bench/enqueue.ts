import { join } from "node:path";
import { withDemoServer } from "../tasks/demo_server.ts";
import { startChromium } from "../tests/system/chromium.ts";
import { openProxy } from "../tests/system/proxy.ts";
import { openPhone } from "./phone.ts";

const WAITING = 1000;
const MEASURED = 60;
const SLOWDOWN = 6;
const BUDGET_MS = 50;

/** Where one bare write takes longer than this, the machine has other work, and the figures are not the product's. */
const MOST_BARE_MS = 15;

/** A person's pace: two changes a second, and as quickly as the engine takes them. */
const PACES = [500, 0];

const percentile = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[
    Math.min(values.length - 1, Math.floor(values.length * share))
  ] ?? 0;

/**
 * Measures how long a person waits for "saved" on a slow phone whose queue is long and whose network is away: in
 * Chromium, with the product's engine, on the product's database, at a sixth of this machine's speed.
 */
export async function benchEnqueue(): Promise<void> {
  await withDemoServer(async (demo) => {
    const proxy = openProxy(demo.origin);
    const browser = await startChromium(join(demo.folder, "enqueue"));
    try {
      const phone = await openPhone(browser, demo, proxy.origin);
      const { page } = phone;
      proxy.cut();
      const waiting = await phone.fill(WAITING);
      const wire = await page.createCDPSession();
      await wire.send("Emulation.setCPUThrottlingRate", { rate: SLOWDOWN });
      let broken = false;
      for (const pauseMs of PACES) {
        const times = await phone.measure({
          waiting: WAITING,
          measured: MEASURED,
          pauseMs,
        });
        const { bare = [], ...kinds } = times;
        const all = Object.values(kinds).flat();
        const p95 = percentile(all, 0.95);
        console.log(
          `enqueue: ${all.length} changes ${
            pauseMs ? `every ${pauseMs} ms` : "without a pause"
          }, ${waiting} waiting, CPU / ${SLOWDOWN}, no network`,
        );
        console.log(
          `  p50 ${percentile(all, 0.5).toFixed(1)} ms, p95 ${
            p95.toFixed(1)
          } ms (budget ${BUDGET_MS}), most ${Math.max(...all).toFixed(1)} ms`,
        );
        const disk = percentile(bare, 0.95);
        console.log(
          `  a bare durable write beside each: p50 ${
            percentile(bare, 0.5).toFixed(1)
          } ms, p95 ${disk.toFixed(1)} ms`,
        );
        for (const [kind, values] of Object.entries(kinds)) {
          console.log(
            `  ${kind}: p50 ${percentile(values, 0.5).toFixed(1)} ms, p95 ${
              percentile(values, 0.95).toFixed(1)
            } ms`,
          );
        }
        if (p95 > BUDGET_MS && disk > MOST_BARE_MS) {
          console.log("  the machine is too busy for this to say anything");
        } else broken ||= p95 > BUDGET_MS;
      }
      if (broken) throw new Error("The budget for saving is broken");
    } finally {
      await browser.close();
      proxy.close();
    }
  });
}
