import assert from "node:assert/strict";
import { fieldTest } from "./field_day.ts";
import { clockIn, getReady, seeUnsent } from "./field_work.ts";
import { press, readPage, see } from "./on_page.ts";

fieldTest(
  "a nearly full phone is told before anything is lost, and a write that failed says that it was not saved",
  async ({ page, origin, proxy }) => {
    proxy.cut();
    await clockIn(page, origin);
    await seeUnsent(page, 1);
    assert.doesNotMatch(await readPage(page), /nearly full/);
    // Chromium tells pages of an allowance that is always far away; other browsers tell the real one.
    await page.evaluateOnNewDocument(() => {
      navigator.storage.estimate = () =>
        Promise.resolve({ usage: 95, quota: 100 });
    });
    await page.reload();
    await see(page, "This phone is nearly full.");
    await see(page, "Clock out");

    // What a full disk does to a write, at once and not when the browser next looks at its quota.
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = () => {
        throw new DOMException("No room", "QuotaExceededError");
      };
      addEventListener("room", () => {
        IDBObjectStore.prototype.put = put;
      });
    });
    await press(page, "Break");
    await see(page, "NOT saved: this phone's storage is full");
    await see(page, "Clock out");
    await seeUnsent(page, 1);

    await page.evaluate(() => dispatchEvent(new Event("room")));
    await press(page, "Break");
    await see(page, "Go on");
    await seeUnsent(page, 2);
    assert.doesNotMatch(await readPage(page), /NOT saved/);
  },
);

fieldTest(
  "a page that the browser keeps for the way back while it opens a database holds up no other page",
  async ({ phone, origin, page: before }) => {
    const page = await phone.newPage();
    await before.close();
    // A file that may be kept: pages with somebody's data are kept only now and then.
    await page.goto(`${origin}/manifest.webmanifest`);
    await page.evaluate(() =>
      new Promise<void>((opening) => {
        const name = "streamflow";
        Object.assign(globalThis, {
          channel: new BroadcastChannel(`${name}:open`),
        });
        indexedDB.deleteDatabase(name);
        const request = indexedDB.open(name, 2);
        request.onupgradeneeded = () => {
          const store = request.result.createObjectStore("active");
          const goOn = () => {
            store.count().onsuccess = goOn;
          };
          goOn();
          opening();
        };
      })
    );
    await getReady(page, origin);
  },
);
