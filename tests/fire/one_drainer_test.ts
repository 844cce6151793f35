import assert from "node:assert/strict";
import type { CDPSession, Page } from "puppeteer-core";
import { SYNC_TAG } from "../../lib/offline/background_sync.ts";
import { type FieldDay, fieldTest } from "../e2e/field_day.ts";
import { readDevice, seeAllReceived, seeUnsent } from "../e2e/field_work.ts";
import { find } from "../e2e/on_page.ts";
import { eventually } from "../system/eventually.ts";
import { fireBackgroundSync, type Phone } from "../system/phone.ts";

/** How soon another one drains, milliseconds. */
const SOON_MS = 5000;

/** Presses of the clock that wait on this phone. */
const PRESSES = 12;

const KIND = 'button[name="kind"]';

/** Two tabs on Today without a network, with work that waits. */
async function prepareTabs(day: FieldDay): Promise<[Page, Page]> {
  const { phone, proxy, origin, page } = day;
  const other = await phone.newPage();
  await other.goto(`${origin}/client/today`);
  await seeAllReceived(page);
  proxy.cut();
  for (let made = 1; made <= PRESSES; made++) {
    const before = await choices(page);
    await page.$eval(KIND, (button) => (button as HTMLButtonElement).click());
    await eventually(
      "the press is shown",
      async () => await choices(page) !== before,
    );
  }
  await seeUnsent(page, PRESSES);
  return [page, other];
}

async function choices(page: Page): Promise<string> {
  const values = await page.$$eval(
    KIND,
    (buttons) => buttons.map((button) => (button as HTMLButtonElement).value),
  );
  return values.join();
}

/** The person looks at this tab. */
async function lookAt(page: Page): Promise<void> {
  await page.bringToFront();
  await page.evaluate(() => dispatchEvent(new Event("focus")));
}

/** The server has each press once, in the order of the presses. */
async function checkPresses({ worker }: FieldDay): Promise<void> {
  const sheets = await worker.ownTimesheets();
  const events = sheets.flatMap((sheet) => sheet.events);
  assert.equal(events.length, PRESSES);
  assert.equal(new Set(events.map(({ id }) => id)).size, PRESSES);
}

fieldTest(
  "two tabs and the worker drain as one, whoever is woken",
  async (day) => {
    const { phone, proxy, origin } = day;
    const tabs = await prepareTabs(day);
    const posts = proxy.syncPosts;
    proxy.break(() => ({ kind: "slow", ms: 400 }));
    proxy.pass();
    for (const tab of tabs) await lookAt(tab);
    await fireBackgroundSync(phone, origin, SYNC_TAG);
    for (const tab of tabs) await lookAt(tab);
    await seeUnsent(tabs[0], 0);
    assert.equal(proxy.mostAtOnce, 1);
    assert.equal(proxy.syncPosts, posts + 1);
    await checkPresses(day);
  },
);

/** One tab drains and waits for its answer; the other one waits for the first. */
async function letOneDrain(
  { proxy, phone, origin }: FieldDay,
  [holder, waiter]: [Page, Page],
): Promise<void> {
  // The worker stays out of it.
  await phone.browser.defaultBrowserContext().setPermission(origin, {
    permission: { name: "background-sync" },
    state: "denied",
  });
  const before = proxy.syncPosts;
  // No answer before the other one has asked as well.
  proxy.meet(Infinity);
  proxy.pass();
  await lookAt(holder);
  await eventually("one drains", () => proxy.syncPosts === before + 1);
  await lookAt(waiter);
  await seeWaiting(waiter);
}

function seeWaiting(waiter: Page): Promise<boolean> {
  return eventually("the other one waits", () =>
    waiter.evaluate(async () => {
      const { pending = [] } = await navigator.locks.query();
      return pending.some(({ name = "" }) => name.endsWith(":drain"));
    }));
}

/** Ends the process of a tab. */
async function crash(tab: Page): Promise<void> {
  let gone = false;
  tab.once("error", () => gone = true);
  const cdp = await tab.createCDPSession();
  await eventually("the tab is gone", () => {
    // Nobody is left to answer it.
    cdp.send("Page.crash").catch(() => {});
    return gone;
  });
}

/** The worker drains and waits for its answer, with no tab there; a tab that is opened then waits for it. @returns the tab */
async function letWorkerDrain(day: FieldDay): Promise<Page> {
  const { proxy, phone, origin } = day;
  const tabs = await prepareTabs(day);
  const waiter = await phone.newPage();
  for (const tab of tabs) await tab.close();
  const before = proxy.syncPosts;
  proxy.meet(Infinity);
  proxy.pass();
  await fireBackgroundSync(phone, origin, SYNC_TAG);
  await eventually("the worker drains", () => proxy.syncPosts === before + 1);
  await waiter.goto(`${origin}/client/today`);
  await seeWaiting(waiter);
  assert.equal(proxy.syncPosts, before + 1);
  return waiter;
}

/** The debugger of the worker that runs; one that the browser is still about to stop never answers. */
async function debugWorker({ browser }: Phone): Promise<CDPSession> {
  const workers = browser.targets().filter((target) =>
    target.type() === "service_worker"
  );
  return await Promise.any(workers.map(async (worker) => {
    const cdp = await worker.createCDPSession();
    await cdp.send("Debugger.enable");
    return cdp;
  }));
}

/** How long it takes until somebody else sends, milliseconds. */
async function timeOfNext({ proxy }: FieldDay, posts: number): Promise<number> {
  const began = performance.now();
  await eventually("another one drains", () => proxy.syncPosts > posts);
  const ms = performance.now() - began;
  proxy.meet(0);
  return ms;
}

fieldTest(
  "a drainer that freezes is replaced within five seconds, and does no harm when it thaws",
  async (day) => {
    const { proxy } = day;
    const tabs = await prepareTabs(day);
    const [holder, waiter] = tabs;
    await letOneDrain(day, tabs);
    const posts = proxy.syncPosts;
    const cdp = await holder.createCDPSession();
    await cdp.send("Page.enable");
    await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
    const ms = await timeOfNext(day, posts);
    assert.ok(ms < SOON_MS, `It took ${Math.round(ms)} ms`);
    await seeUnsent(waiter, 0);
    await checkPresses(day);
    await cdp.send("Page.setWebLifecycleState", { state: "active" });
    await find(holder, KIND);
    await holder.$eval(KIND, (button) => (button as HTMLButtonElement).click());
    await eventually(
      "the one that thawed works on",
      async () => (await readDevice(holder))?.ops === PRESSES + 1,
    );
    await Promise.all(tabs.map(lookAt));
    await seeUnsent(waiter, 0);
    const sheets = await day.worker.ownTimesheets();
    assert.equal(sheets.flatMap(({ events }) => events).length, PRESSES + 1);
  },
);

fieldTest(
  "a drainer that is killed is replaced at once",
  async (day) => {
    const tabs = await prepareTabs(day);
    const [holder, waiter] = tabs;
    await letOneDrain(day, tabs);
    const posts = day.proxy.syncPosts;
    await crash(holder);
    const ms = await timeOfNext(day, posts);
    assert.ok(ms < SOON_MS, `It took ${Math.round(ms)} ms`);
    await seeUnsent(waiter, 0);
    await checkPresses(day);
  },
);

fieldTest(
  "a worker that freezes while it drains is replaced by a tab within five seconds, and does no harm when it thaws",
  async (day) => {
    const { phone, proxy } = day;
    const waiter = await letWorkerDrain(day);
    const posts = proxy.syncPosts;
    // No timer of it runs, it hears nothing and answers nothing, and it keeps its lock.
    const cdp = await debugWorker(phone);
    await cdp.send("Debugger.pause");
    const ms = await timeOfNext(day, posts);
    assert.ok(ms < SOON_MS, `It took ${Math.round(ms)} ms`);
    await seeUnsent(waiter, 0);
    await checkPresses(day);
    await cdp.send("Debugger.resume");
    await cdp.detach();
    await waiter.reload();
    await seeAllReceived(waiter);
    await checkPresses(day);
  },
);

fieldTest(
  "a worker that is stopped while it drains is replaced by a tab at once",
  async (day) => {
    const waiter = await letWorkerDrain(day);
    const posts = day.proxy.syncPosts;
    const cdp = await waiter.createCDPSession();
    await cdp.send("ServiceWorker.enable");
    await cdp.send("ServiceWorker.stopAllWorkers");
    const ms = await timeOfNext(day, posts);
    assert.ok(ms < SOON_MS, `It took ${Math.round(ms)} ms`);
    await seeUnsent(waiter, 0);
    await checkPresses(day);
  },
);
