import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import { fieldTest } from "./field_day.ts";
import { find, press, readPage, see } from "./on_page.ts";

// The offer, and asking the person, are the browser's own. Without a window nobody can answer, and Chromium's tools do not
// install: the end of an installation is told in its place, and so are a window of the installed app and another browser.

const BUTTON = "Install on this phone";
const OFFERED = `main ::-p-aria([name="${BUTTON}"][role="button"])`;

async function seeGone(page: Page): Promise<void> {
  await eventually(
    "nothing is offered any more",
    async () => !(await readPage(page)).includes(BUTTON),
  );
}

/** What the browser has done on a page. */
interface Watched {
  offers: number;
  /** What became of each question to the person: why the browser did not ask, or null where it did. */
  asked: (string | null)[];
}

/** Watches from before the page begins what the browser offers, and whether it is made to ask the person. */
async function watch(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const watched: Watched = { offers: 0, asked: [] };
    Object.assign(globalThis, { watched });
    addEventListener("beforeinstallprompt", (event) => {
      watched.offers++;
      const offer = event as Event & { prompt(): Promise<unknown> };
      const own = offer.prompt.bind(offer);
      offer.prompt = () => {
        const at = watched.asked.push(null) - 1;
        const answered = own();
        answered.catch(({ name }) => watched.asked[at] = name);
        return answered;
      };
    });
  });
}

const watched = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { watched: Watched }).watched);

/** The browser has decided that the app can be installed. */
const seeOffer = (page: Page) =>
  eventually(
    "the browser offers",
    async () => (await watched(page)).offers > 0,
  );

fieldTest(
  "the account page installs the app when the browser offers it, also when it did so before the page was alive",
  async ({ page, origin }) => {
    await watch(page);
    await page.goto(`${origin}/account`);
    await find(page, OFFERED);
    await see(page, "StreamFlow gets its own icon");
    await press(page, BUTTON);
    await seeGone(page);
    assert.deepEqual((await watched(page)).asked, [null]);

    const early = await page.browser().newPage();
    await watch(early);
    await early.setBypassServiceWorker(true);
    await early.setRequestInterception(true);
    const island = Promise.withResolvers<void>();
    early.on("request", async (request) => {
      if (request.url().includes("island-OnThisPhone")) await island.promise;
      await request.continue();
    });
    await early.goto(`${origin}/account`);
    await seeOffer(early);
    assert.ok(!(await readPage(early)).includes(BUTTON));
    island.resolve();
    await find(early, OFFERED);
    await early.evaluate(() => dispatchEvent(new Event("appinstalled")));
    await seeGone(early);
  },
);

fieldTest(
  "where the browser never offers, one sentence says how; the installed app and a page without scripts say nothing",
  async ({ page, origin }) => {
    const words = "Add to Home Screen";
    const without = await page.browser().newPage();
    await without.evaluateOnNewDocument(() => {
      Reflect.deleteProperty(globalThis, "onbeforeinstallprompt");
      addEventListener(
        "beforeinstallprompt",
        (event) => event.stopImmediatePropagation(),
      );
    });
    await without.goto(`${origin}/account`);
    await see(without, words);
    assert.ok(!(await readPage(without)).includes(BUTTON));

    await without.evaluateOnNewDocument(() => {
      const own = matchMedia.bind(globalThis);
      globalThis.matchMedia = (query) =>
        own(query === "(display-mode: standalone)" ? "all" : query);
    });
    await without.reload();
    await see(without, "All received");
    assert.ok(!(await readPage(without)).includes(words));

    await page.setJavaScriptEnabled(false);
    await page.goto(`${origin}/account`);
    await see(page, "Log out");
    const text = await readPage(page);
    assert.ok(!text.includes(BUTTON) && !text.includes(words));
  },
);
