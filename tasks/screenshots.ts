import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { Passwords } from "../lib/access/passwords.ts";
import { openStore } from "../lib/store/open.ts";
import { startChromium } from "../tests/system/chromium.ts";
import { startServer } from "../tests/system/server_process.ts";
import { type DemoLogin, makeDemoCompany } from "./demo_company.ts";

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

async function logIn(
  page: Page,
  origin: string,
  { email, password }: DemoLogin,
): Promise<void> {
  await page.goto(`${origin}/login`);
  await page.type("[name=email]", email);
  await page.type("[name=password]", password);
  await Promise.all([
    page.waitForNavigation(),
    page.click("button[type=submit]"),
  ]);
}

/** Takes the pictures that the README shows, from the demo's company. */
async function takeScreenshots(
  origin: string,
  logins: DemoLogin[],
  profile: string,
) {
  const browser = await startChromium(profile);
  const shoot = async (page: Page, name: string) => {
    // The device has caught up, or it is a page without it.
    await page.waitForSelector(".sync-received, .gate");
    await page.screenshot({
      path: join(target, `${name}.png`) as `${string}.png`,
    });
  };
  const roles = (role: string) => {
    const found = logins.find((login) => login.role === role);
    if (!found) throw new Error(`The demo has no ${role}`);
    return found;
  };
  try {
    const phone = await (await browser.createBrowserContext()).newPage();
    await phone.setViewport(PHONE);
    await phone.goto(`${origin}/login`);
    await shoot(phone, "login-phone");
    await logIn(phone, origin, roles("worker"));
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
    await logIn(desk, origin, roles("owner"));
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
const folder = await Deno.makeTempDir({ prefix: "streamflow-screenshots-" });
const kv = join(folder, "screenshots.sqlite3");
const { store, close } = await openStore(kv);
const passwords = new Passwords();
const logins = await makeDemoCompany({ store, passwords, now: Date.now });
passwords.close();
close();
const server = await startServer(kv);
try {
  await takeScreenshots(server.origin, logins, join(folder, "profile"));
} finally {
  await server.stop();
  await Deno.remove(folder, { recursive: true });
}
