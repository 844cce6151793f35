import assert from "node:assert/strict";
import axe from "axe-core";
import type { ConsoleMessage, Page } from "puppeteer-core";
import { withDemoServer } from "../../tasks/demo_server.ts";
import { PHONE_SCREEN } from "../system/chromium.ts";
import { eventually } from "../system/eventually.ts";
import { visitEveryPage } from "./every_page.ts";
import { prepareDay, stageTest } from "./field_day.ts";
import { seeAllReceived, seeUnsent } from "./field_work.ts";
import { checkFits } from "./fits.ts";
import { click, find, readPage, see } from "./on_page.ts";

/** What a browser complains of, other than the answers that a test asks for. */
function listen(page: Page, complaints: string[]): void {
  page.on("console", (message: ConsoleMessage) => {
    const text = message.text();
    if (message.type() !== "error" && message.type() !== "warn") return;
    if (/^Failed to load resource: .* 40[034]/.test(text)) return;
    complaints.push(`${page.url()}: ${text}`);
  });
  page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error}`));
}

/** What axe finds; `colours` looks at contrast alone, which is all that another colour scheme changes. */
async function checkAccessible(
  page: Page,
  what: "all" | "colours" = "all",
): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async (only) => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await inPage.run(
      only ? { runOnly: ["color-contrast"] } : {},
    );
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.map((node) => node.html),
    }));
  }, what === "colours");
  assert.deepEqual(violations, [], page.url());
}

/** Nothing is wider than the screen. */
async function checkWidth(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const { scrollWidth } = document.documentElement;
    const width = Math.min(innerWidth, screen.width);
    if (scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > width + 1)
      .map((element) => element.outerHTML.slice(0, 100));
  });
  assert.deepEqual(wide, [], `${page.url()} scrolls sideways`);
}

const DESK_SCREEN = { width: 1280, height: 800 };

const scheme = (page: Page, value: "light" | "dark") =>
  page.emulateMediaFeatures([
    { name: "prefers-color-scheme", value },
    // A colour on its way to another one is neither.
    { name: "prefers-reduced-motion", value: "reduce" },
  ]);

/** Everything fits a small phone, also with text twice as large: as the browser's own setting, and as a style. */
async function checkLargeText(page: Page): Promise<void> {
  await page.setViewport({ ...PHONE_SCREEN, width: 320 });
  await checkFits(page);
  const cdp = await page.createCDPSession();
  const sizes = (standard: number) =>
    cdp.send("Page.setFontSizes", {
      fontSizes: { standard, fixed: standard - 3 },
    });
  await sizes(32);
  await checkFits(page, "with large text");
  await sizes(16);
  await cdp.detach();
  const style = (size: string) =>
    page.evaluate((size) => {
      document.documentElement.style.fontSize = size;
    }, size);
  await style("200%");
  await checkFits(page, "at 200 %");
  await style("");
}

Deno.test({
  name:
    "every page of the manifest is accessible in light and dark on phone and desk, keeps its policy, and fits 320 pixels with text twice as large",
  // The browser's pipes are closed by its own end, which the sanitizers cannot see.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withDemoServer(async (demo) => {
      const complaints: string[] = [];
      await visitEveryPage(demo, async (page) => {
        assert.equal((await page.$$("h1")).length, 1, page.url());
        await scheme(page, "light");
        await checkAccessible(page);
        await scheme(page, "dark");
        await checkAccessible(page, "colours");
        await page.setViewport(DESK_SCREEN);
        await checkAccessible(page);
        await scheme(page, "light");
        await checkLargeText(page);
        await page.setViewport(PHONE_SCREEN);
      }, (page) => listen(page, complaints));
      assert.deepEqual(complaints, []);
    }),
});

stageTest(
  "the screens that open without a network are accessible and keep their policy",
  async (stage) => {
    const day = await prepareDay(stage);
    const { page, proxy, origin, orders, lead } = day;
    const complaints: string[] = [];
    proxy.cut();
    listen(page, complaints);
    for (
      const path of [
        "today",
        "orders",
        `orders/${orders[0]}`,
        "leads",
        `leads/${lead}`,
        "leads/new",
        "changes",
        "team",
      ]
    ) {
      const answer = await page.goto(`${origin}/client/${path}`);
      assert.ok(answer?.fromServiceWorker(), path);
      await eventually(
        "the screen has its content",
        async () => !(await readPage(page)).includes("Reading from this phone"),
      );
      await checkAccessible(page);
      await page.setViewport({ ...PHONE_SCREEN, width: 320 });
      await checkWidth(page);
      await page.setViewport(PHONE_SCREEN);
    }
    // What is not there without a network is complained of, the launcher's icons too.
    const expected = /net::ERR_|icon from the Manifest/;
    assert.deepEqual(complaints.filter((text) => !expected.test(text)), []);
  },
);

stageTest(
  "a tick moves nothing under the finger, and one set before the page is ready counts",
  async (stage) => {
    const day = await prepareDay(stage);
    const { page, proxy, origin, office, orders } = day;
    await page.goto(`${origin}/client/orders/${orders[0]}`, {
      waitUntil: "domcontentloaded",
    });
    const line = (item: string) => `label.tick:has(input[value="${item}"])`;
    const top = async () =>
      await (await find(page, line("test"))).evaluate((element) =>
        element.getBoundingClientRect().top + scrollY
      );
    const before = await top();
    await click(page, line("fault"));
    await see(page, "1 of 4");
    await eventually(
      "the tick is in the office",
      async () => (await office.order(orders[0])).checklist[0]?.done ?? false,
    );
    await seeAllReceived(page);
    proxy.cut();
    await click(page, line("power"));
    await see(page, "2 of 4");
    await seeUnsent(page, 1);
    assert.equal(await top(), before);
  },
);

stageTest("the app can be installed", async (stage) => {
  const day = await prepareDay(stage);
  const cdp = await day.page.createCDPSession();
  const { installabilityErrors } = await cdp.send(
    "Page.getInstallabilityErrors",
  );
  assert.deepEqual(installabilityErrors, []);
  const { errors } = await cdp.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
});

stageTest("the login has no script", async ({ phone, origin }) => {
  const page = await phone.newPage();
  const scripts: string[] = [];
  page.on("request", (request) => {
    if (request.resourceType() === "script") scripts.push(request.url());
  });
  await page.goto(`${origin}/login`);
  assert.equal((await page.$$("script")).length, 0);
  assert.deepEqual(scripts, []);
});
