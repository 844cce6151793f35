import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import { fieldTest, hire, LEAD } from "./field_day.ts";
import { getReady, readDatabases, readDevice } from "./field_work.ts";
import { Desk, sessionCookie } from "./office.ts";
import { readPage, see } from "./on_page.ts";
import {
  logIn,
  logOut,
  OTHER_WORKER,
  OWNER,
  planOrder,
  WORKER,
} from "./people.ts";

/** What must not be found where it does not belong: people, customers, orders. */
const SECRETS = [
  WORKER.name,
  WORKER.email,
  OTHER_WORKER.name,
  LEAD.name,
  LEAD.phone,
  "Brightwater",
  "Larkfield Dental",
  "Heat pump shows fault E7",
];

/** Everything that this browser keeps of pages: address and text. */
async function readCaches(page: Page): Promise<[url: string, text: string][]> {
  return await page.evaluate(async () => {
    const kept: [string, string][] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        const { pathname } = new URL(request.url);
        kept.push([pathname, await answer?.text() ?? ""]);
      }
    }
    return kept;
  });
}

const ALLOWED =
  /^\/(?:shells\/[a-z]+|_fresh\/[\w./-]+\.js|styles\.css|manifest\.webmanifest|(?:icons|fonts)\/[\w.-]+)$/;

/** No page, shell or answer of anybody is kept; only what is the same for all. */
async function checkCaches(page: Page): Promise<void> {
  const kept = await readCaches(page);
  assert.ok(kept.some(([path]) => path === "/shells/today"));
  for (const [path, text] of kept) {
    assert.match(path, ALLOWED);
    for (const secret of SECRETS) {
      assert.ok(!text.includes(secret), `${secret} is kept in ${path}`);
    }
  }
}

/** All that the databases of this browser hold, as text. */
async function readAll(page: Page): Promise<string> {
  return JSON.stringify(await readDatabases(page));
}

function checkText(text: string, secrets: string[]): void {
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    assert.ok(at < 0, `It can be read: ${text.slice(at - 80, at + 80)}`);
  }
}

fieldTest(
  "a phone that changes hands shows nobody what another one saw",
  async (day) => {
    const { phone, proxy, origin, page, orders, lead } = day;
    const desk = await phone.newStranger();
    await logIn(desk, origin, OWNER);
    const other = await hire(day, desk, OTHER_WORKER);
    await planOrder(desk, origin, {
      title: "Thermostat swap",
      customer: "T. Okonjo",
      kind: "service",
      assigneeId: other.id,
    });
    await desk.browserContext().close();

    await page.goto(`${origin}/client/orders/${orders[0]}`);
    await see(page, "Heat pump shows fault E7");
    await page.goto(`${origin}/client/leads/${lead}`);
    await checkCaches(page);
    await logOut(page, origin);
    assert.equal(page.url(), `${origin}/login`);
    await checkCaches(page);
    checkText(await readAll(page), SECRETS);
    for (let steps = 0; steps < 3; steps++) {
      await page.goBack({ waitUntil: "load" });
      checkText(await readPage(page), SECRETS);
    }

    // Nobody is logged in, and there is no network.
    proxy.cut();
    for (
      const path of [
        "today",
        "orders",
        `orders/${orders[0]}`,
        "leads",
        `leads/${lead}`,
        "changes",
      ]
    ) {
      await page.goto(`${origin}/client/${path}`);
      await see(page, "Log in when you have a network");
      checkText(await page.content(), SECRETS);
    }

    proxy.pass();
    await logIn(page, origin, OTHER_WORKER);
    await getReady(page, origin);
    assert.match(await readPage(page), /Thermostat swap/);
    await phone.switchOff();
    proxy.cut();
    await phone.switchOn();
    const cold = await phone.newPage();
    await cold.goto(`${origin}/client/today`);
    await see(cold, "Thermostat swap");
    const firsts = [WORKER.name, WORKER.email, "Heat pump shows fault E7"];
    checkText(await readPage(cold), firsts);
    await cold.goto(`${origin}/client/orders/${orders[0]}`);
    await see(cold, "This phone does not have this order");
    checkText(await cold.content(), firsts);
    checkText(await readAll(cold), firsts);
    await checkCaches(cold);
  },
);

fieldTest(
  "what was not sent at the logout waits for its owner, and nobody else sends it",
  async (day) => {
    const { phone, proxy, origin, page, office, lead } = day;
    const desk = await phone.newStranger();
    await logIn(desk, origin, OWNER);
    await hire(day, desk, OTHER_WORKER);
    await desk.browserContext().close();
    await page.goto(`${origin}/client/leads/${lead}`);
    await eventually(
      "the form is the phone's own",
      () =>
        page.$eval("main form", (form) => (form as HTMLFormElement).noValidate),
    );
    // The account page is open while the network goes, so that one can log out without it.
    const account = await phone.newPage();
    await account.goto(`${origin}/client/account`);
    proxy.cut();
    await page.evaluate(() => {
      const field = document.querySelector('[name="need"]');
      (field as HTMLTextAreaElement).value = "Wants a heat pump";
      document.querySelector<HTMLFormElement>("main form")?.requestSubmit();
    });
    await eventually(
      "the change waits",
      async () => (await readDevice(page))?.unsent === 1,
    );
    await see(account, "1 change was not sent.");
    await account.$eval(
      "main form",
      (form) => (form as HTMLFormElement).requestSubmit(),
    );
    const readable = [LEAD.phone, "Heat pump shows fault E7"];
    await eventually("nothing can be read any more", async () => {
      checkText(await readAll(page), readable);
      return true;
    });
    assert.equal(await readDevice(page), null);
    await account.close();
    await new Desk(day.server.origin, await sessionCookie(page)).logOut();
    proxy.pass();

    await logIn(page, origin, OTHER_WORKER);
    await getReady(page, origin);
    assert.equal((await office.lead(lead)).version, 1);
    await logOut(page, origin);
    await logIn(page, origin, WORKER);
    await getReady(page, origin);
    await eventually(
      "the change arrives",
      async () => (await office.lead(lead)).fields.need === "Wants a heat pump",
    );
    assert.equal((await office.lead(lead)).version, 2);
  },
);
