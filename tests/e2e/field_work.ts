import type { Page } from "puppeteer-core";
import type { Me } from "../../lib/model/spaces.ts";
import {
  databaseName,
  type Feed,
  type Head,
} from "../../lib/offline/schema.ts";
import { eventually } from "../system/eventually.ts";
import { click, fill, find, follow, press, see } from "./on_page.ts";

// What a worker does on the phone, with or without a network.

/** Where this phone's queue and its copy of the server's records stand. */
export interface DeviceState {
  deviceId: string;
  /** The first load of the server's records is complete. */
  loaded: boolean;
  /** Up to where it heard of the server's changes. */
  cursor: string | null;
  /** Changes without a result. */
  unsent: number;
  /** Ops that this device ever made, as long as it keeps them. */
  ops: number;
}

/** All rows of all databases of this browser, by database and store. */
export async function readDatabases(
  page: Page,
): Promise<Record<string, Record<string, unknown[]>>> {
  return await page.evaluate(async () => {
    const databases: Record<string, Record<string, unknown[]>> = {};
    for (const { name = "" } of await indexedDB.databases()) {
      const db = await new Promise<IDBDatabase | null>((done, fail) => {
        const opening = indexedDB.open(name);
        // The app has only just begun to make it: this must not make it instead.
        opening.onupgradeneeded = () => {
          opening.transaction?.abort();
          opening.onerror = () => done(null);
        };
        opening.onerror = () => fail(opening.error);
        opening.onsuccess = () => done(opening.result);
      });
      if (db === null) continue;
      const stores: Record<string, unknown[]> = databases[name] = {};
      const names = [...db.objectStoreNames];
      if (names.length > 0) {
        await new Promise<void>((done, fail) => {
          const tx = db.transaction(names);
          for (const store of names) {
            const asked = tx.objectStore(store).getAll();
            asked.onsuccess = () => stores[store] = asked.result;
          }
          tx.oncomplete = () => done();
          tx.onerror = () => fail(tx.error);
        });
      }
      db.close();
    }
    return databases;
  });
}

/** Reads the bookkeeping of whoever uses the phone, or null before there is any. */
export async function readDevice(page: Page): Promise<DeviceState | null> {
  const databases = await readDatabases(page);
  const [me] = databases.streamflow?.active as [Me?] ?? [];
  const { meta, pending = [] } = (me && databases[databaseName(me)]) ?? {};
  if (!meta) return null;
  // By key: "feed", then "head".
  const [feed, head] = meta as [Feed, Head];
  return {
    deviceId: head.deviceId,
    loaded: feed.cursor !== null && !feed.loading,
    cursor: feed.cursor,
    unsent: head.nextSeq - 1 - head.acked,
    ops: pending.length,
  };
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
