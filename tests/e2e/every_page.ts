import assert from "node:assert/strict";
import type { Browser, Page } from "puppeteer-core";
import { ROUTE_POLICY } from "../../lib/http/route_policy.ts";
import { type DemoServer, loginOf, logInOn } from "../../tasks/demo_server.ts";
import { startChromium } from "../system/chromium.ts";
import { eventually } from "../system/eventually.ts";
import { readDevice } from "./field_work.ts";
import { find } from "./on_page.ts";
import { signUpCompany } from "./people.ts";

/** Who looks at a page: nobody in particular, a role of the demo, or the owner of a company that is minutes old. */
type Who = "nobody" | "founder" | string;

/** A page as somebody meets it. */
interface Visit {
  path: string;
  /** 200 unless said. */
  status?: number;
}

const path = (path: string, status = 200): Visit => ({ path, status });

/** What each of them opens; a part in braces is the first link of that kind on the page before. */
const VISITS: Record<Who, Visit[]> = {
  nobody: [
    path("/login"),
    path("/signup"),
    path("/invite/used", 404),
    path("/nowhere", 404),
    path("/shells/today"),
    path("/shells/order"),
  ],
  founder: [
    path("/"),
    path("/client/today"),
    path("/client/orders"),
    path("/client/changes"),
    path("/client/team"),
    path("/client/audit"),
  ],
  worker: [
    path("/"),
    path("/client/today"),
    path("/client/orders"),
    path("/client/orders/{wo_}"),
    path("/client/leads"),
    path("/client/leads/{lead_}"),
    path("/client/leads/{lead_}/history"),
    path("/client/leads/new"),
    path("/client/changes"),
    path("/client/team", 403),
    path("/account"),
  ],
  owner: [
    path("/"),
    path("/client/today"),
    path("/client/team"),
    path("/client/team/{usr_}"),
    path("/client/audit"),
    path("/client/orders"),
    path("/client/orders/{wo_}"),
    path("/client/orders/{wo_}/plan"),
    path("/client/orders/{wo_}/history"),
    path("/client/orders/{wo_}/history?cursor=[1]"),
    path("/client/orders/new"),
    path("/client/import"),
    path("/switch"),
  ],
  accountant: [
    path("/"),
    path("/accounting/hours"),
    path("/accounting/hours?week=2020-W53"),
    path("/accounting/hours?week=none", 400),
    path("/account"),
  ],
  admin: [
    path("/"),
    path("/provider/tenants"),
    path("/provider/tenants/{ten_}"),
    path("/provider/tenants/{ten_}/owner"),
    path("/provider/team"),
    path("/provider/team/{usr_}"),
  ],
  support: [path("/provider/tenants"), path("/provider/tenants/{ten_}")],
  engineer: [
    path("/"),
    path("/dev/sync"),
    path("/dev/outbox"),
    path("/dev/outbox?show=dead"),
    path("/dev/audit"),
    path("/dev/audit?show=instance"),
  ],
};

/** Screens that go over to the device's own records. */
const FIELD_SCREEN =
  /^\/client\/(?:today|changes|orders|leads|orders\/wo_\w+|leads\/\w+)$/;

/** Patterns that answer with no page: calls, redirects, and what only programs read. */
const NO_PAGE = /^\/(?:api\/.*|healthz|logout|)$/;

const isOf = (pattern: string, path: string) =>
  new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+")}$`).test(path);

async function arrive(
  browser: Browser,
  demo: DemoServer,
  who: Who,
): Promise<Page> {
  const page = await (await browser.createBrowserContext()).newPage();
  if (who === "founder") {
    const founder = {
      name: "Nils Ekdal",
      email: "nils@new.example",
      password: "a company of one day",
    };
    await signUpCompany(page, demo.origin, founder, "Ekdal Heating");
  } else if (who !== "nobody") {
    await logInOn(page, demo.origin, loginOf(demo, who));
  }
  return page;
}

/** The path with the id that the page before has a link to. */
async function withId(page: Page, path: string, known: Map<string, string>) {
  const [braces, prefix = ""] = /\{(\w+_)\}/.exec(path) ?? [];
  if (braces === undefined) return path;
  if (!known.has(path.split(braces)[0] + prefix)) {
    const start = path.split(braces)[0] + prefix;
    const link = await find(page, `main a[href^="${start}"]`);
    const href = await link.evaluate((a) => a.getAttribute("href") ?? "");
    known.set(start, href.split("/").at(-1) ?? "");
  }
  return path.replace(
    braces,
    known.get(path.split(braces)[0] + prefix) ?? "",
  );
}

/**
 * Opens every page of the product, each by somebody whom it is for.
 *
 * @param look is done on each, when the page is its own: after the device has its records where it has any
 * @param begin is done with each tab before its first page
 * @throws when a page of the manifest was not visited
 */
export async function visitEveryPage(
  demo: DemoServer,
  look: (page: Page, who: Who) => Promise<void>,
  begin: (page: Page) => void = () => {},
): Promise<void> {
  const browser = await startChromium(`${demo.folder}/profile`);
  const seen: string[] = [];
  try {
    for (const [who, visits] of Object.entries(VISITS)) {
      const page = await arrive(browser, demo, who);
      begin(page);
      const known = new Map<string, string>();
      for (const { path, status } of visits) {
        const address = await withId(page, path, known);
        const answer = await page.goto(demo.origin + address);
        // The worker fetched what it keeps before: then the server only says that it is unchanged.
        const told = answer?.status() === 304 ? 200 : answer?.status();
        assert.equal(told, status, `${who}: ${address}`);
        const { pathname } = new URL(page.url());
        seen.push(pathname);
        if (FIELD_SCREEN.test(pathname)) {
          await eventually(
            "the page is the device's own",
            async () => (await readDevice(page))?.loaded ?? false,
          );
        }
        await look(page, who);
      }
      await page.browserContext().close();
    }
  } finally {
    await browser.close();
  }
  const missed = Object.entries(ROUTE_POLICY).filter(([pattern, { methods }]) =>
    methods.GET && !NO_PAGE.test(pattern) &&
    !seen.some((path) => isOf(pattern, path))
  ).map(([pattern]) => pattern);
  assert.deepEqual(missed, [], "pages without a visit in every_page.ts");
}
