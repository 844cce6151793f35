import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { databaseName } from "../../lib/offline/schema.ts";
import { eventually } from "../system/eventually.ts";
import { type FieldDay, fieldTest, LEAD, OWNER } from "./field_day.ts";
import {
  editLead,
  getReady,
  readDatabases,
  readDevice,
  seeUnsent,
} from "./field_work.ts";
import { fill, readPage, see, submit } from "./on_page.ts";
import { fillInLogin, inviteWorker, logIn, WORKER } from "./people.ts";
import { checkStorage, checkText } from "./readable.ts";

/** What the worker typed and nobody has received. */
const TYPED = "Spare key hangs behind the boiler";

/** What belongs to the company alone. */
const SECRETS = [
  TYPED,
  LEAD.name,
  LEAD.phone,
  "Larkfield Dental",
  "Heat pump shows fault E7",
];

/** The worker has the company's records on the phone, and a change that is not sent, when the owner ends the membership. */
async function dismiss(day: FieldDay): Promise<void> {
  const { proxy, origin, page, office, worker, lead } = day;
  proxy.break((path) => ({
    kind: path.startsWith("/api/client/sync") ? "drop" : "pass",
  }));
  await editLead(page, origin, lead, { need: TYPED });
  await seeUnsent(page, 1);
  const answer = await office.request(`/client/team/${worker.id}`, {
    method: "POST",
    body: new URLSearchParams({ space: "CLIENT", action: "end" }),
  });
  await answer.body?.cancel();
  assert.equal(answer.status, 303);
}

/** The phone has taken leave of whoever worked on it. The key goes last: everything else is done then. */
function seeLeave(page: Page): Promise<unknown> {
  return eventually("the phone has taken leave", async () => {
    const { active, keys } = (await readDatabases(page)).streamflow ?? {};
    return active?.length === 0 && keys?.length === 0;
  });
}

/** Switched on without a network the phone shows nobody's work, and has nothing that can be read. @returns its one tab */
async function checkCold(day: FieldDay, orgId: string): Promise<Page> {
  const { phone, proxy, origin, orders, lead } = day;
  await phone.switchOff();
  proxy.cut();
  await phone.switchOn();
  const cold = await phone.newPage();
  for (
    const path of [
      "leads",
      `leads/${lead}`,
      "today",
      "orders",
      `orders/${orders[0]}`,
      "changes",
    ]
  ) {
    await cold.goto(`${origin}/client/${path}`);
    await see(cold, "Log in when you have a network");
    checkText(await cold.content(), path, SECRETS);
  }
  const name = databaseName({ orgId, id: day.worker.id });
  const { leads, workOrders, timesheets, pending } =
    (await readDatabases(cold))[name] ?? {};
  assert.deepEqual([leads, workOrders, timesheets], [[], [], []]);
  assert.equal(pending?.length, 1);
  await checkStorage(cold, phone.folder, SECRETS);
  return cold;
}

async function orgOf(day: FieldDay): Promise<string> {
  const { user } = await day.worker.read<{ user: { orgId: string } }>(
    "/api/me",
  );
  return user.orgId;
}

fieldTest(
  "a login that is refused because the person is in no team leaves nothing readable on the phone, and what was not sent goes on with the next invitation",
  async (day) => {
    const { phone, proxy, origin, page, office, lead } = day;
    const orgId = await orgOf(day);
    await dismiss(day);
    // A session that is only gone says nothing about who may see what.
    await page.deleteCookie(...await page.cookies());
    await page.goto(`${origin}/client/leads`);
    assert.match(page.url(), /\/login/);
    await fillInLogin(page, { ...WORKER, password: "not this one" });
    await see(page, "That did not work.");
    assert.equal((await readDevice(page))?.unsent, 1);
    await fillInLogin(page);
    await see(page, "You are in no company's team at the moment.");
    await seeLeave(page);

    const cold = await checkCold(day, orgId);
    proxy.break(null);
    proxy.pass();
    const desk = await phone.newStranger();
    await logIn(desk, origin, OWNER);
    const link = await inviteWorker(desk, origin, WORKER);
    await desk.browserContext().close();
    await cold.goto(link);
    await fill(cold, { password: WORKER.password });
    await submit(cold, "Join");
    await getReady(cold, origin);
    await eventually(
      "the change arrives",
      async () => (await office.lead(lead)).fields.need === TYPED,
    );
    assert.equal((await office.lead(lead)).version, 2);
  },
);

fieldTest(
  "a phone that finds its membership ended needs no login to forget what it showed",
  async (day) => {
    const { phone, origin, page } = day;
    const orgId = await orgOf(day);
    const other = await phone.newPage();
    await other.goto(`${origin}/client/leads`);
    await see(other, LEAD.name);
    await page.bringToFront();
    await dismiss(day);
    await page.goto(`${origin}/client/leads`);
    assert.match(page.url(), /\/login/);
    checkText(await readPage(page), "the login", SECRETS);
    await seeLeave(page);
    await eventually(
      "the other tab shows nothing of theirs",
      async () => !(await readPage(other)).includes(LEAD.name),
    );
    await checkCold(day, orgId);
  },
);
