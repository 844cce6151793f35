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

/** Takes the pictures that the README shows, from the demo's company. */
async function takeScreenshots(demo: DemoServer): Promise<void> {
  const { origin, folder } = demo;
  const browser = await startChromium(join(folder, "profile"));
  const shoot = async (page: Page, name: string) => {
    // The device has caught up, or it is a page without it.
    await page.waitForSelector(".sync-received, .gate");
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
  } finally {
    await browser.close();
  }
}

await Deno.mkdir(target, { recursive: true });
await withDemoServer(takeScreenshots);
