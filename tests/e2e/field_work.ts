import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import { click, fill, find, follow, press, see } from "./on_page.ts";

// What a worker does on the phone, with or without a network.

/** Where this phone's queue and its copy of the server's records stand. */
export interface DeviceState {
  deviceId: string;
  /** The first load of the server's records is complete. */
  loaded: boolean;
  /** Changes without a result. */
  unsent: number;
  /** Results that the ops got, by seq. */
  statuses: number[];
  /** What the device counted and has not told yet. */
  counts: Record<string, number>;
}

/** Reads the device's own bookkeeping, or null before there is any. */
export async function readDevice(page: Page): Promise<DeviceState | null> {
  return await page.evaluate(async () => {
    const known = await indexedDB.databases();
    const active = await new Promise<{ orgId: string; id: string } | undefined>(
      (done, fail) => {
        if (!known.some(({ name }) => name === "streamflow")) {
          return done(undefined);
        }
        const opening = indexedDB.open("streamflow");
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = () => {
          const asked = opening.result.transaction("active")
            .objectStore("active").get("active");
          asked.onerror = () => fail(asked.error);
          asked.onsuccess = () => {
            opening.result.close();
            done(asked.result);
          };
        };
      },
    );
    const name = active && `streamflow:${active.orgId}:${active.id}`;
    if (!name || !known.some((one) => one.name === name)) return null;
    return await new Promise<DeviceState>((done, fail) => {
      const opening = indexedDB.open(name);
      opening.onerror = () => fail(opening.error);
      opening.onsuccess = () => {
        const db = opening.result;
        const tx = db.transaction(["meta", "pending"]);
        const head = tx.objectStore("meta").get("head");
        const feed = tx.objectStore("meta").get("feed");
        const ops = tx.objectStore("pending").getAll();
        tx.onerror = () => fail(tx.error);
        tx.oncomplete = () => {
          db.close();
          done({
            deviceId: head.result.deviceId,
            loaded: feed.result.cursor !== null && !feed.result.loading,
            unsent: head.result.nextSeq - 1 - head.result.acked,
            statuses: ops.result.flatMap((op) =>
              op.result ? [op.result.status] : []
            ),
            counts: head.result.counts,
          });
        };
      };
    });
  });
}

/** Opens Today and waits until the phone can do without a network. */
export async function getReady(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/client/today`);
  await eventually(
    "the service worker controls the page",
    () => page.evaluate(() => navigator.serviceWorker.controller !== null),
  );
  await eventually(
    "the records are on the phone",
    async () => (await readDevice(page))?.loaded ?? false,
  );
}

/** Waits until so many changes stand on this phone alone. */
export async function seeUnsent(page: Page, count: number): Promise<void> {
  await eventually(
    `${count} changes wait`,
    async () => (await readDevice(page))?.unsent === count,
  );
}

/** Waits until everything has its result, and the page says so. */
export async function seeAllReceived(page: Page): Promise<void> {
  await seeUnsent(page, 0);
  await see(page, "All received");
}

/** Clocks in. */
export async function clockIn(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/client/today`);
  await press(page, "Clock in");
  await see(page, "Clock out");
}

/** Opens a lead from the list and changes it; ends on the list. */
export async function editLead(
  page: Page,
  origin: string,
  id: string,
  values: Record<string, string>,
): Promise<void> {
  await page.goto(`${origin}/client/leads`);
  await follow(page, `/client/leads/${id}`);
  await fill(page, values);
  await Promise.all([page.waitForNavigation(), press(page, "Save")]);
}

/** Takes a lead down; ends on the list. */
export async function takeLead(
  page: Page,
  origin: string,
  values: Record<string, string>,
): Promise<void> {
  await page.goto(`${origin}/client/leads/new`);
  await fill(page, values);
  await Promise.all([page.waitForNavigation(), press(page, "Save")]);
}

/** Required points of a repair's checklist, and how many points it has. */
export const REPAIR = { required: ["fault", "power", "test"], points: 4 };

/** Opens an order from Today. */
export async function openOrder(
  page: Page,
  origin: string,
  id: string,
): Promise<void> {
  await page.goto(`${origin}/client/today`);
  await follow(page, `/client/orders/${id}`);
}

/** Ticks every required point of the repair that stands open. */
export async function tickRepair(page: Page): Promise<void> {
  for (const [done, item] of REPAIR.required.entries()) {
    await click(page, `label.tick:has(input[value="${item}"])`);
    await see(page, `${done + 1} of ${REPAIR.points}`);
  }
}

/** Presses an action of the order that stands open, and waits until it is done. */
export async function act(
  page: Page,
  action: "Start" | "Pause" | "Go on" | "Done",
): Promise<void> {
  await press(page, action);
  const done = 'button[name="action"][value="DONE"]';
  const next = { Start: "PAUSE", "Go on": "PAUSE", Pause: "START" };
  if (action === "Done") {
    await eventually(
      "the order is done",
      async () => await page.$(done) === null,
    );
  } else await find(page, `button[name="action"][value="${next[action]}"]`);
}
