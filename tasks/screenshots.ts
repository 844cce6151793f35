import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { startChromium } from "../tests/system/chromium.ts";
import {
  type DemoServer,
  loginOf,
  logInOn,
  withDemoServer,
} from "./demo_server.ts";

const root = new URL("..", import.meta.url).pathname;
const target = join(root, "docs/screenshots");

const PHONE = {
  width: 360,
  height: 740,
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};
const DESK = { width: 1280, height: 800 };

/** One page of each other space, by who looks at it. */
const OTHER_SPACES = [
  ["accountant", "/accounting/hours", "hours"],
  ["admin", "/provider/tenants", "tenants"],
  ["engineer", "/dev/sync", "sync"],
] as const;

/** Takes the pictures that the README shows, from the demo's company. */
async function takeScreenshots(demo: DemoServer): Promise<void> {
  const { origin, folder } = demo;
  const browser = await startChromium(join(folder, "profile"));
  const shoot = async (page: Page, name: string) => {
    // The device has caught up, or it is a page without it.
    await page.waitForSelector(
      ".sync-received, .gate, html:not([data-space=client]) main",
    );
    await page.screenshot({
      path: join(target, `${name}.png`) as `${string}.png`,
    });
  };
  try {
    const phone = await (await browser.createBrowserContext()).newPage();
    await phone.setViewport(PHONE);
    await phone.goto(`${origin}/login`);
    await shoot(phone, "login-phone");
    await logInOn(phone, origin, loginOf(demo, "worker"));
    await phone.goto(`${origin}/client/today`);
    await phone.waitForSelector(".sync-received");
    await phone.click("button[value=in]");
    await phone.waitForSelector(".clock-on");
    await shoot(phone, "today-phone");
    await Promise.all([phone.waitForNavigation(), phone.click(".stop")]);
    await shoot(phone, "order-phone");
    await phone.goto(`${origin}/client/leads`);
    await shoot(phone, "leads-phone");
    await phone.goto(`${origin}/client/changes`);
    await shoot(phone, "changes-phone");
    await phone.emulateMediaFeatures([{
      name: "prefers-color-scheme",
      value: "dark",
    }]);
    await phone.goto(`${origin}/client/today`);
    await shoot(phone, "today-phone-dark");

    const desk = await (await browser.createBrowserContext()).newPage();
    await desk.setViewport(DESK);
    await logInOn(desk, origin, loginOf(demo, "owner"));
    await shoot(desk, "dashboard-desk");
    await desk.goto(`${origin}/client/orders`);
    await shoot(desk, "orders-desk");
    await desk.goto(`${origin}/client/team`);
    await shoot(desk, "team-desk");
    await desk.goto(`${origin}/client/audit`);
    await shoot(desk, "audit-desk");

    for (const [role, path, name] of OTHER_SPACES) {
      const page = await (await browser.createBrowserContext()).newPage();
      await page.setViewport(DESK);
      await logInOn(page, origin, loginOf(demo, role));
      await page.goto(origin + path);
      await shoot(page, `${name}-desk`);
      await page.setViewport(PHONE);
      await page.emulateMediaFeatures([{
        name: "prefers-color-scheme",
        value: "dark",
      }]);
      await page.goto(origin + path);
      await shoot(page, `${name}-phone-dark`);
    }
  } finally {
    await browser.close();
  }
}

await Deno.mkdir(target, { recursive: true });
await withDemoServer(takeScreenshots);
