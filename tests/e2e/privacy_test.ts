import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import { fieldTest, hire, LEAD } from "./field_day.ts";
import { getReady, readDatabases, readDevice } from "./field_work.ts";
import { Desk, sessionCookie } from "./office.ts";
import { fill, readPage, see, submit } from "./on_page.ts";
import {
  inviteWorker,
  logIn,
  logOut,
  OTHER_WORKER,
  OWNER,
  planOrder,
  signUpCompany,
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
    await account.goto(`${origin}/account`);
    // Its islands are alive: they come after the page, and nothing keeps them for a page of the office.
    await see(account, "All received");
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
      'form[action="/logout"]',
      (form) => (form as HTMLFormElement).requestSubmit(),
    );
    // The key goes last: everything else is done then.
    await eventually("the phone has taken leave", async () => {
      const { active, keys } = (await readDatabases(page)).streamflow ?? {};
      return active?.length === 0 && keys?.length === 0;
    });
    checkText(await readAll(page), [LEAD.phone, "Heat pump shows fault E7"]);
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

/** Accepts a one-time link as somebody who has a password already. */
async function joinBy(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await fill(page, { password: WORKER.password });
  await submit(page, "Join");
}

fieldTest(
  "a phone that goes to work elsewhere keeps nothing readable of the place it left, and finds it again",
  async (day) => {
    const { phone, proxy, origin, page } = day;
    const { user } = await day.worker.read<{ user: { orgId: string } }>(
      "/api/me",
    );
    const desk = await phone.newStranger();
    await logIn(desk, origin, OWNER);
    const books = await inviteWorker(desk, origin, WORKER, "CLERK");
    await desk.browserContext().close();
    const other = await phone.newStranger();
    await signUpCompany(other, origin, {
      name: "Cora Cedar",
      email: "cora@cedar.example",
      password: "a cedar in the yard",
    }, "Cedar Cooling");
    const link = await inviteWorker(other, origin, WORKER);
    await other.browserContext().close();
    const left = ["Larkfield Dental", "Heat pump shows fault E7", LEAD.phone];
    const database = `streamflow:${user.orgId}:${day.worker.id}`;
    const kept = async () => {
      const { leads = [], workOrders = [] } =
        (await readDatabases(page))[database] ?? {};
      return leads.length + workOrders.length;
    };
    const gone = () =>
      eventually(
        "nothing of the place that was left is kept",
        async () => await kept() === 0,
      );
    assert.ok(await kept() > 0);

    await joinBy(page, link);
    await see(page, "Hello, Mateo");
    await gone();
    await page.goto(`${origin}/client/today`);
    checkText(await readPage(page), left);

    await page.goto(`${origin}/account`);
    await submit(page, "Go to Brightwater Heating, Client");
    await getReady(page, origin);
    assert.match(await readPage(page), /Heat pump shows fault E7/);

    await joinBy(page, books);
    assert.match(page.url(), /\/accounting\/dashboard$/);
    await gone();
    await page.goto(`${origin}/account`);
    await submit(page, "Go to Brightwater Heating, Client");
    await getReady(page, origin);
    // The form as it is sent before its script is there: the worker alone takes leave.
    await page.goto(`${origin}/account`);
    await Promise.all([
      page.waitForNavigation(),
      page.$eval(
        'form:has(input[value$="/ACCOUNTING"])',
        (form) => (form as HTMLFormElement).submit(),
      ),
    ]);
    assert.match(page.url(), /\/accounting\/dashboard$/);
    await gone();
    proxy.cut();
    for (const path of ["today", "orders", `orders/${day.orders[0]}`]) {
      await page.goto(`${origin}/client/${path}`);
      await see(page, "Log in when you have a network");
      checkText(await page.content(), left);
    }
    await checkCaches(page);
  },
);
