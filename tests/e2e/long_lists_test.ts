import assert from "node:assert/strict";
import type { CDPSession, Page } from "puppeteer-core";
import { WINDOW_LEADS } from "../../lib/model/protocol.ts";
import type { Me } from "../../lib/model/spaces.ts";
import { PHONE_SCREEN } from "../system/chromium.ts";
import { eventually } from "../system/eventually.ts";
import { bundleForPage } from "../system/page_bundle.ts";
import { type FieldDay, fieldTest } from "./field_day.ts";
import { fill, follow, press, see } from "./on_page.ts";
import { logIn } from "./people.ts";
import { takeMany } from "./take_many.ts";

const MANY = 10_000;

/** Entries of a list that may be in the page at once: four screens of a phone. */
const MOST_ENTRIES = 110;

/** Gives the phone many records, and takes the network away, so that they are what it has. */
async function plant({ page, origin, proxy }: FieldDay): Promise<void> {
  await page.goto(`${origin}/account`);
  const me: Me = await page.evaluate(async () =>
    (await (await fetch("/api/me")).json()).user
  );
  proxy.cut();
  await page.evaluate(await bundleForPage("tests/e2e/long_lists_page.ts"));
  await page.evaluate(
    (me, count) =>
      (globalThis as unknown as {
        plantRecords(me: Me, count: number): Promise<void>;
      }).plantRecords(me, count),
    me,
    MANY,
  );
}

/** What a person sees of the list, and what the page holds of it. */
interface Sight {
  entries: number;
  elements: number;
  height: number;
  y: number;
  /** Texts of the entries in sight. */
  texts: string[];
  gap: number;
}

async function look(page: Page): Promise<Sight> {
  return await page.evaluate(() => {
    const entries = [...document.querySelectorAll("main [data-n]")];
    const boxes = entries.map((entry) => entry.lastElementChild as HTMLElement);
    const inSight = boxes.filter((box) => {
      const { top, bottom } = box.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    // The largest stretch of the screen between two entries that nothing covers.
    const tops = inSight.map((box) => box.getBoundingClientRect());
    return {
      entries: entries.length,
      elements: document.querySelectorAll("*").length,
      height: document.documentElement.scrollHeight,
      y: Math.round(scrollY),
      texts: inSight.map((box) => box.innerText),
      gap: Math.max(
        0,
        ...tops.slice(1).map((box, i) => box.top - (tops[i]?.bottom ?? 0)),
      ),
    };
  });
}

/** Scrolls, and waits until what is in sight is opened. */
async function scrollDown(page: Page, y: number): Promise<Sight> {
  await page.evaluate((y) => scrollTo(0, y), y);
  return await settled(page);
}

async function settled(page: Page): Promise<Sight> {
  return await eventually("the entries in sight are open", async () => {
    const sight = await look(page);
    return sight.texts.length > 3 &&
      sight.texts.every((text) => !text.includes("…")) && sight;
  });
}

/** Bytes that the page's scripts hold after a collection. */
async function heapOf(wire: CDPSession): Promise<number> {
  await wire.send("HeapProfiler.collectGarbage");
  await wire.send("HeapProfiler.collectGarbage");
  return (await wire.send("Runtime.getHeapUsage")).usedSize;
}

fieldTest(
  "10,000 leads and orders scroll with few elements and a flat heap, keep focus and place, and are found",
  async (day) => {
    const { page, origin } = day;
    await plant(day);
    for (const path of ["leads", "orders"]) {
      await page.goto(`${origin}/client/${path}`);
      const first = await settled(page);
      const rowHeight = first.height / MANY;
      assert(
        rowHeight > 30 && rowHeight < 160,
        `${path}: the page is ${first.height} px high`,
      );
      // Focus on an entry, then scroll far away: it is still there, and the keyboard goes on from it.
      const held = await page.evaluate(() => {
        const links = document.querySelectorAll<HTMLElement>(
          "main [data-n] a",
        );
        links[3]?.focus();
        return links[3]?.getAttribute("href");
      });
      const wire = await page.createCDPSession();
      await scrollDown(page, first.height / 2);
      const before = await heapOf(wire);
      assert.equal(
        await page.evaluate(() => document.activeElement?.getAttribute("href")),
        held,
        `${path}: the focus was lost`,
      );
      await page.keyboard.press("Tab");
      const next = await page.evaluate(() =>
        (document.activeElement?.closest("[data-n]") as HTMLElement)?.dataset.n
      );
      assert.equal(
        Number(next) > 3 && Number(next) < 6,
        true,
        `${path} ${next}`,
      );
      let most = 0;
      for (let i = 0; i <= 24; i++) {
        const sight = await scrollDown(page, first.height * i / 24);
        most = Math.max(most, sight.entries);
      }
      assert(most <= MOST_ENTRIES, `${path}: ${most} entries in the page`);
      const end = await look(page);
      assert.match(
        end.texts.join("\n"),
        new RegExp(`Planted.* ${MANY - 1}\\b`),
      );
      const grown = await heapOf(wire) - before;
      console.log(
        `${path}: at most ${most} entries, ${end.elements} elements, heap ${
          (before / 2 ** 20).toFixed(1)
        } MiB, grown ${(grown / 2 ** 20).toFixed(2)} MiB`,
      );
      assert(grown < 2 ** 20, `${path}: the heap grew by ${grown} bytes`);
      const numbers = await page.evaluate(() => {
        const last = [...document.querySelectorAll("main [data-n]")].at(-1);
        return [
          Number(last?.getAttribute("aria-posinset")),
          Number(last?.getAttribute("aria-setsize")),
        ];
      });
      assert.equal(numbers[0], numbers[1], `${path}: ${numbers}`);
      // Back is where one was.
      const middle = await scrollDown(page, first.height / 3);
      const href = await page.evaluate(() =>
        document.elementFromPoint(innerWidth / 2, innerHeight / 2)
          ?.closest("main a")?.getAttribute("href")
      );
      await follow(page, href ?? "");
      await see(page, "Planted");
      await page.evaluate(() => history.back());
      await eventually(
        "the list is there again",
        () => page.url().endsWith(`/client/${path}`),
      );
      await eventually(`${path}: Back finds the place`, async () => {
        const { texts } = await settled(page);
        return texts[2] === middle.texts[2];
      });
      await wire.detach();
    }
  },
);

/** Writes into the search field over what it holds. */
async function search(page: Page, words: string): Promise<void> {
  await fill(page, { q: words });
}

fieldTest(
  "a lead that is too old for the phone is found in the office, and the search says so where that is not reached",
  async (day) => {
    const { page, origin, proxy, phone } = day;
    const many = WINDOW_LEADS + 120;
    await takeMany(day.worker, [
      "Oldest Ekholm",
      ...Array.from({ length: many - 1 }, (_, i) => `Lead ${i}`),
    ], 1);
    // A phone that comes new: it has the newest.
    const own = await phone.newStranger();
    await logIn(own, origin);
    await own.goto(`${origin}/client/leads`);
    await eventually(
      "the service worker controls the page",
      () => own.evaluate(() => navigator.serviceWorker.controller !== null),
    );
    await see(own, `${WINDOW_LEADS} leads on this phone`);
    await search(own, "lead 2118");
    await see(own, `2 found in ${many + 2} leads`);
    await search(own, "ekholm oldest");
    await see(own, "Oldest Ekholm");
    await own.evaluate(() => history.replaceState(null, ""));
    proxy.cut();
    await own.goto(`${origin}/client/leads`);
    await see(own, "leads on this phone");
    await search(own, "ekholm");
    await see(own, "Older ones are in the office");
    proxy.pass();
    await press(own, "Try the office again");
    await see(own, "Oldest Ekholm");
    // A narrow screen with letters twice as large: nothing sticks out, and the list still comes to rest.
    await own.setViewport({ ...PHONE_SCREEN, width: 320, height: 640 });
    await own.evaluate(() => document.documentElement.style.fontSize = "200%");
    await search(own, " ");
    await eventually("the list is there again", async () => {
      const { texts } = await look(own);
      return texts.length > 0;
    });
    for (const share of [0.5, 1]) {
      await own.evaluate(
        (share) => scrollTo(0, share * document.documentElement.scrollHeight),
        share,
      );
      await eventually("the entries in sight are open", async () => {
        const { texts } = await look(own);
        return texts.length > 0 && texts.every((text) => !text.includes("…"));
      });
      assert.equal(
        await own.evaluate(() =>
          document.documentElement.scrollWidth <= innerWidth
        ),
        true,
        "something sticks out",
      );
    }
    await own.browserContext().close();
    // Without scripts the form searches, and pages are links.
    await page.setJavaScriptEnabled(false);
    await page.goto(`${origin}/client/leads?q=ekholm`);
    await page.goto(
      await page.$eval(
        'main a[href*="cursor="]',
        (link) => (link as HTMLAnchorElement).href,
      ),
    );
    const more = await page.$('main a[href*="cursor="]');
    if (more) {
      await page.goto(
        await more.evaluate((link) => (link as HTMLAnchorElement).href),
      );
    }
    await see(page, "Oldest Ekholm");
  },
);
