import assert from "node:assert/strict";
import axe from "axe-core";
import type { ConsoleMessage, Page } from "puppeteer-core";
import { loginOf, logInOn, withDemoServer } from "../../tasks/demo_server.ts";
import { PHONE_SCREEN, startChromium } from "../system/chromium.ts";
import { eventually } from "../system/eventually.ts";
import { type FieldDay, prepareDay, stageTest } from "./field_day.ts";
import { readDevice, seeAllReceived, seeUnsent } from "./field_work.ts";
import { click, find, readPage, see } from "./on_page.ts";
import { inviteWorker, logIn, OTHER_WORKER, OWNER } from "./people.ts";

/** A page, and who looks at it. */
interface Look {
  who: "nobody" | "owner" | "worker";
  path: string;
  status?: number;
}

/** Every page of the product. */
async function pagesOf(day: FieldDay, owner: Page): Promise<Look[]> {
  const { office, orders, lead } = day;
  const link = await inviteWorker(owner, day.origin, OTHER_WORKER);
  const { user } = await office.read<{ user: { tenantId: string } }>("/api/me");
  const paths = [
    `/tenant/${user.tenantId}/client/dashboard`,
    "/client/today",
    "/client/orders",
    `/client/orders/${orders[0]}`,
    "/client/leads",
    "/client/leads/new",
    `/client/leads/${lead}`,
    "/client/changes",
    "/account",
  ];
  return [
    { who: "nobody", path: "/login" },
    { who: "nobody", path: "/signup" },
    { who: "nobody", path: new URL(link).pathname },
    { who: "nobody", path: "/invite/used", status: 404 },
    { who: "nobody", path: "/nowhere", status: 404 },
    ...paths.map((path): Look => ({ who: "worker", path })),
    { who: "worker", path: "/client/team", status: 403 },
    ...paths.map((path): Look => ({ who: "owner", path })),
    { who: "owner", path: "/client/team" },
    { who: "owner", path: `/client/team/${day.worker.id}` },
    { who: "owner", path: "/switch" },
    { who: "owner", path: "/client/audit" },
    { who: "owner", path: "/client/orders/new" },
    { who: "owner", path: `/client/orders/${orders[0]}/plan` },
  ];
}

/** Screens that go over to the device's own records. */
const FIELD_SCREEN =
  /^\/client\/(?:today|changes|orders|leads|orders\/wo_\w+|leads\/\w+)$/;

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

async function checkAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await inPage.run();
    return violations.map(({ id, help, nodes }) => ({
      id,
      help,
      where: nodes.map((node) => node.html),
    }));
  });
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

stageTest(
  "every page is accessible, keeps its policy, and fits 320 pixels",
  async (stage) => {
    const day = await prepareDay(stage);
    const complaints: string[] = [];
    const tabs = {
      nobody: await day.phone.newStranger(),
      owner: await day.phone.newStranger(),
      worker: day.page,
    };
    await logIn(tabs.owner, day.origin, OWNER);
    for (const look of await pagesOf(day, tabs.owner)) {
      const page = tabs[look.who];
      if (page.listenerCount("console") === 0) listen(page, complaints);
      await page.bringToFront();
      const answer = await page.goto(day.origin + look.path);
      assert.equal(answer?.status(), look.status ?? 200, look.path);
      assert.equal(new URL(page.url()).pathname, look.path);
      if (FIELD_SCREEN.test(look.path)) {
        await eventually(
          "the page is the device's own",
          async () => (await readDevice(page))?.loaded ?? false,
        );
      }
      await checkAccessible(page);
      await page.setViewport({ ...PHONE_SCREEN, width: 320 });
      await checkWidth(page);
      await page.setViewport(PHONE_SCREEN);
    }
    assert.deepEqual(complaints, []);
  },
);

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

/** The pages of the spaces beside the client's, by who looks at them; the dashboard is where the login lands. */
const OTHER_SPACES: Record<string, { space: string; paths: string[] }> = {
  accountant: {
    space: "accounting",
    paths: [
      "/accounting/hours",
      "/accounting/hours?week=2020-W53",
      "/accounting/hours?week=none",
    ],
  },
  admin: { space: "provider", paths: ["/provider/tenants"] },
  support: { space: "provider", paths: ["/provider/tenants"] },
  engineer: {
    space: "dev",
    paths: [
      "/dev/sync",
      "/dev/outbox",
      "/dev/outbox?show=dead",
      "/dev/audit",
      "/dev/audit?show=instance",
    ],
  },
};

Deno.test({
  name:
    "every page of the other spaces is accessible in light and dark, and fits 320 pixels with text twice as large",
  // The browser's pipes are closed by its own end, which the sanitizers cannot see.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withDemoServer(async (demo) => {
      const { origin } = demo;
      const browser = await startChromium(`${demo.folder}/profile`);
      try {
        for (const [role, { space, paths }] of Object.entries(OTHER_SPACES)) {
          const page = await (await browser.createBrowserContext()).newPage();
          const complaints: string[] = [];
          listen(page, complaints);
          await logInOn(page, origin, loginOf(demo, role));
          const dashboard = new URL(page.url()).pathname;
          assert.match(dashboard, /^\/tenant\/ten_\w+\/\w+\/dashboard$/);
          if (space === "provider") {
            await page.goto(`${origin}/provider/tenants`);
            paths.push(
              await page.$eval("tbody a", (a) => a.getAttribute("href") ?? ""),
            );
          }
          for (const path of [dashboard, ...paths]) {
            await page.setViewport(PHONE_SCREEN);
            for (const value of ["light", "dark"]) {
              await page.emulateMediaFeatures([
                { name: "prefers-color-scheme", value },
              ]);
              const answer = await page.goto(origin + path);
              const status = path.endsWith("none") ? 400 : 200;
              assert.equal(answer?.status(), status, path);
              assert.equal(
                await page.$eval("html", (html) => html.dataset.space),
                space,
              );
              assert.equal((await page.$$("h1")).length, 1, path);
              await checkAccessible(page);
            }
            await page.setViewport({ ...PHONE_SCREEN, width: 320 });
            await checkWidth(page);
            await page.evaluate(() => {
              document.documentElement.style.fontSize = "200%";
            });
            await checkWidth(page);
          }
          assert.deepEqual(complaints, []);
        }
      } finally {
        await browser.close();
      }
    }),
});

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
