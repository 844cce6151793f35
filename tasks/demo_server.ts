import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { Passwords } from "../lib/access/passwords.ts";
import { openStore } from "../lib/store/open.ts";
import { startServer } from "../tests/system/server_process.ts";
import { makeDemoInstance } from "./demo_instance.ts";
import type { DemoLogin } from "./demo_making.ts";

/** The production build, serving the demo's company from a store of its own. */
export interface DemoServer {
  origin: string;
  logins: DemoLogin[];
  /** A folder that goes with the server: for browser profiles. */
  folder: string;
}

/** The first login of a role. @throws {Error} when the demo has nobody with it */
export function loginOf({ logins }: DemoServer, role: string): DemoLogin {
  const found = logins.find((login) => login.role === role);
  if (!found) throw new Error(`The demo has no ${role}`);
  return found;
}

/** Serves the demo's company while something runs, and leaves nothing behind. */
export async function withDemoServer(
  run: (demo: DemoServer) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "streamflow-" });
  try {
    const kv = join(folder, "demo.sqlite3");
    const { store, close } = await openStore(kv);
    const passwords = new Passwords();
    const logins = await makeDemoInstance({ store, passwords, now: Date.now });
    passwords.close();
    close();
    const server = await startServer(kv);
    try {
      await run({ origin: server.origin, logins, folder });
    } finally {
      await server.stop();
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Logs in through the login page. */
export async function logInOn(
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
