import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { SYNC_TAG } from "../../lib/offline/background_sync.ts";
import { type FieldDay, fieldTest, WORKER } from "../e2e/field_day.ts";
import {
  getReady,
  readDevice,
  seeAllReceived,
  seeUnsent,
} from "../e2e/field_work.ts";
import { logIn, logOut } from "../e2e/people.ts";
import { eventually } from "../system/eventually.ts";
import { fireBackgroundSync } from "../system/phone.ts";
import { pressOften } from "./clock_presses.ts";

const PRESSES = 7;

/** Longer than Chromium lets a worker idle before it stops it, milliseconds. */
const IDLE_MS = 60_000;

async function allow(
  { phone, origin }: FieldDay,
  name: "background-sync" | "periodic-background-sync",
  state: "granted" | "denied",
): Promise<void> {
  await phone.browser.defaultBrowserContext()
    .setPermission(origin, { permission: { name }, state });
}

/** What the browser's own record says it will wake the worker for. */
function readTags(
  page: Page,
  kind: "sync" | "periodicSync" = "sync",
): Promise<string[]> {
  return page.evaluate(async (kind) => {
    const registration = await navigator.serviceWorker.ready;
    return await (registration as unknown as Record<
      typeof kind,
      { getTags(): Promise<string[]> }
    >)[kind].getTags();
  }, kind);
}

/** Work waits that the browser has not been asked to send: its record is as empty as after its last try. */
async function leaveWork(day: FieldDay): Promise<void> {
  const { page, proxy, origin } = day;
  await page.goto(`${origin}/client/today`);
  await seeAllReceived(page);
  await allow(day, "background-sync", "denied");
  proxy.cut();
  await pressOften(page, PRESSES);
  await seeUnsent(page, PRESSES);
  await allow(day, "background-sync", "granted");
  assert.deepEqual(await readTags(page), []);
  await page.close();
}

/** A tab of the app that sends nothing itself. */
async function openQuiet({ phone, origin }: FieldDay): Promise<Page> {
  const page = await phone.newPage();
  await page.goto(`${origin}/account`);
  return page;
}

/** The worker alone has sent everything, once. */
async function seeArrival({ worker }: FieldDay): Promise<void> {
  const events = async () =>
    (await worker.ownTimesheets()).flatMap((sheet) => sheet.events);
  await eventually(
    "the presses are there",
    async () => (await events()).length === PRESSES,
  );
  assert.equal(new Set((await events()).map(({ id }) => id)).size, PRESSES);
}

fieldTest(
  "a worker woken for the last time while the server is away asks to be woken anew, and then sends",
  async (day) => {
    const { phone, proxy, origin } = day;
    await leaveWork(day);
    const quiet = await openQuiet(day);
    assert.deepEqual(await readTags(quiet), []);
    await fireBackgroundSync(phone, origin, SYNC_TAG, "last-chance");
    await eventually(
      "the browser has been asked anew",
      async () => (await readTags(quiet)).join() === SYNC_TAG,
    );
    assert.equal((await readDevice(quiet))?.unsent, PRESSES);
    proxy.pass();
    await fireBackgroundSync(phone, origin, SYNC_TAG);
    await seeArrival(day);
  },
);

/** Waits until the browser has stopped the worker, as it does with one that has nothing more to do. */
async function seeStopped({ phone }: FieldDay): Promise<void> {
  const page = await phone.browser.newPage();
  const cdp = await page.createCDPSession();
  let status = "";
  cdp.on("ServiceWorker.workerVersionUpdated", ({ versions }) => {
    status = versions.at(-1)?.runningStatus ?? status;
  });
  await cdp.send("ServiceWorker.enable");
  await eventually("the worker stops", () => status === "stopped", IDLE_MS);
  await page.close();
}

fieldTest(
  "with every tab closed the browser lets no worker ask anew: the wake of an installed app sends what is left",
  async (day) => {
    const { phone, proxy, origin } = day;
    await leaveWork(day);
    let tries = 0;
    proxy.break((path) => {
      if (path.startsWith("/api/client/sync")) tries++;
      return { kind: path.startsWith("/api/") ? "drop" : "pass" };
    });
    proxy.pass();
    await fireBackgroundSync(phone, origin, SYNC_TAG, "last-chance");
    await eventually("the worker tries", () => tries > 0);
    await seeStopped(day);
    const quiet = await openQuiet(day);
    // Chromium 156 refuses a worker without a window. If this fails, it has become better than what the product counts on.
    assert.deepEqual(await readTags(quiet), []);
    assert.equal((await readDevice(quiet))?.unsent, PRESSES);
    await quiet.close();
    proxy.break(null);
    await fireBackgroundSync(phone, origin, SYNC_TAG, "periodic");
    await seeArrival(day);
  },
);

fieldTest(
  "where the browser grants it, the app asks to be woken now and then",
  async (day) => {
    const { page, origin } = day;
    await allow(day, "periodic-background-sync", "granted");
    await logOut(page, origin);
    await logIn(page, origin, WORKER);
    await getReady(page, origin);
    await eventually(
      "the browser has been asked",
      async () => (await readTags(page, "periodicSync")).join() === SYNC_TAG,
    );
  },
);
