import assert from "node:assert/strict";
import { SYNC_TAG } from "../../lib/offline/background_sync.ts";
import { eventually } from "../system/eventually.ts";
import { fireBackgroundSync } from "../system/phone.ts";
import { type FieldDay, fieldTest, LEAD } from "./field_day.ts";
import {
  act,
  clockIn,
  editLead,
  openOrder,
  REPAIR,
  seeAllReceived,
  seeUnsent,
  tickRepair,
} from "./field_work.ts";
import { readPage, see } from "./on_page.ts";

const NEED = "Wants to keep the radiators. Boiler of 1994, very loud.";

/** Clock, lead, three points of the checklist, START and DONE. */
const CHANGES = 2 + REPAIR.required.length + 2;

/** The phone is switched off, loses the network, starts cold and does a day's work; its last tab is closed. */
async function workWithoutNetwork(day: FieldDay): Promise<void> {
  const { phone, proxy, origin, lead, orders } = day;
  await phone.switchOff();
  proxy.cut();
  await phone.switchOn();
  const page = await phone.newPage();
  await clockIn(page, origin);
  await editLead(page, origin, lead, { need: NEED });
  await openOrder(page, origin, orders[0]);
  await see(page, "Heat pump shows fault E7");
  await act(page, "Start");
  await tickRepair(page);
  await act(page, "Done");
  await seeUnsent(page, CHANGES);
  await page.close();
}

/** Every change stands on the server, and none stands there twice. */
async function checkServer(day: FieldDay): Promise<void> {
  const { office, worker, lead, orders } = day;
  const order = await eventually("the order is done", async () => {
    const order = await office.order(orders[0]);
    return order.status === "DONE" && order;
  });
  assert.equal(order.version, 1 + REPAIR.required.length + 2);
  assert.deepEqual(
    order.checklist.filter((item) => item.done).map((item) => item.id).sort(),
    [...REPAIR.required].sort(),
  );
  const changed = await office.lead(lead);
  assert.equal(changed.version, 2);
  assert.deepEqual(
    [changed.fields.need, changed.fields.phone],
    [NEED, LEAD.phone],
  );
  const sheets = await worker.ownTimesheets();
  assert.deepEqual(
    sheets.flatMap((sheet) => sheet.events.map((event) => event.kind)),
    ["in"],
  );
  const hours = await office.hours();
  assert.deepEqual(
    hours.map((row) => [row.userId, row.state.status]),
    [[worker.id, "on"]],
  );
  const other = await office.order(orders[1]);
  assert.deepEqual([other.version, other.status], [1, "PLANNED"]);
}

/** What the phone itself says once it is opened again. */
async function checkPhone(day: FieldDay): Promise<void> {
  const page = await day.phone.newPage();
  await page.goto(`${day.origin}/client/changes`);
  await seeAllReceived(page);
  const text = await readPage(page);
  assert.doesNotMatch(text, /Needs you|Waiting/);
  assert.equal(text.match(/Receipt\s+R-\d+/g)?.length, CHANGES);
}

fieldTest(
  "work without a network, from a cold start, is sent by Background Sync with every tab closed",
  async (day) => {
    await workWithoutNetwork(day);
    const before = day.proxy.syncPosts;
    day.proxy.pass();
    await fireBackgroundSync(day.phone, day.origin, SYNC_TAG);
    await checkServer(day);
    assert.equal(day.proxy.syncPosts, before + 1);
    const pages = await day.phone.browser.pages();
    assert.ok(pages.every((page) => !page.url().startsWith(day.origin)));
    await checkPhone(day);
    await checkServer(day);
  },
);

fieldTest(
  "work without a network, on a phone that died, is sent when the app is opened next",
  async (day) => {
    const { phone, proxy, origin } = day;
    await workWithoutNetwork(day);
    await phone.die();
    proxy.pass();
    await phone.switchOn();
    // No Background Sync here: what is sent is sent by the page.
    await phone.browser.defaultBrowserContext()
      .setPermission(origin, {
        permission: { name: "background-sync" },
        state: "denied",
      });
    const page = await phone.newPage();
    await page.goto(`${origin}/client/today`);
    await seeAllReceived(page);
    await checkServer(day);
    await checkPhone(day);
  },
);

fieldTest(
  "an answer that is torn on its way changes nothing twice",
  async (day) => {
    await workWithoutNetwork(day);
    day.proxy.tearNextSyncAnswer(40);
    day.proxy.pass();
    const page = await day.phone.newPage();
    await page.goto(`${day.origin}/client/today`);
    await seeAllReceived(page);
    assert.equal(day.proxy.torn, 1);
    assert.ok(day.proxy.syncPosts >= 2);
    await checkServer(day);
    await checkPhone(day);
  },
);
