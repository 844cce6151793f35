import assert from "node:assert/strict";
import { dirname } from "node:path";
import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import type { Phone } from "../system/phone.ts";
import { startServer } from "../system/server_process.ts";
import { type FieldDay, fieldTest } from "./field_day.ts";
import {
  act,
  clockIn,
  editLead,
  getReady,
  openOrder,
  readDevice,
  REPAIR,
  seeAllReceived,
  seeUnsent,
  takeLead,
  tickRepair,
} from "./field_work.ts";
import { Desk, sessionCookie } from "./office.ts";
import { fillInLogin } from "./people.ts";
import { follow, see } from "./on_page.ts";

/** The presses of the worker's clock that the server has. */
async function presses({ worker }: FieldDay): Promise<string[]> {
  const sheets = await worker.ownTimesheets();
  return sheets.flatMap((sheet) => sheet.events.map((event) => event.kind));
}

async function namesOfLeads({ office }: FieldDay): Promise<string[]> {
  return (await office.leads()).map((lead) => lead.name).sort();
}

fieldTest(
  "two copies of one phone both send: nothing is lost, nothing stands twice",
  async (day) => {
    const { phone, proxy, origin, office, lead } = day;
    proxy.cut();
    await clockIn(day.page, origin);
    await editLead(day.page, origin, lead, { need: "Wants a heat pump" });
    await seeUnsent(day.page, 2);
    await phone.switchOff();
    const copy = await phone.clone();
    day.after(() => copy.discard());

    const goOn = async (which: Phone, name: string): Promise<Page> => {
      await which.switchOn();
      const page = await which.newPage();
      await takeLead(page, origin, { name, step: "visit" });
      await seeUnsent(page, 3);
      return page;
    };
    const first = await goOn(phone, "Rosa Delgado");
    const second = await goOn(copy, "Tayo Okonjo");
    const before = await readDevice(first);
    assert.equal((await readDevice(second))?.deviceId, before?.deviceId);

    proxy.pass();
    await Promise.all([first, second].map(async (page) => {
      await page.goto(`${origin}/client/changes`);
      await seeAllReceived(page);
    }));
    const devices = await Promise.all([first, second].map(readDevice));
    assert.notEqual(devices[0]?.deviceId, devices[1]?.deviceId);
    assert.deepEqual(await presses(day), ["in"]);
    assert.equal((await office.lead(lead)).version, 2);
    assert.deepEqual(await namesOfLeads(day), [
      "Clara Whitcombe",
      "Rosa Delgado",
      "Tayo Okonjo",
    ]);
    // Each copy ends with what the other one did.
    for (const page of [first, second]) {
      await page.goto(`${origin}/client/leads`);
      await see(page, "Rosa Delgado");
      await see(page, "Tayo Okonjo");
    }
  },
);

/** Copies the store's files; the server has stopped. */
async function copyStore(from: string, to: string): Promise<void> {
  for (const end of ["", "-wal", "-shm"]) {
    try {
      await Deno.copyFile(from + end, to + end);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      await Deno.remove(to + end).catch(() => {});
    }
  }
}

fieldTest(
  "a server restored from an older copy gets again what it lost, once",
  async (day) => {
    const { proxy, origin, kv, page, office, worker, lead, orders } = day;
    const restart = async (between: () => Promise<void>) => {
      proxy.cut();
      await day.server.stop();
      await between();
      day.server = await startServer(kv);
      office.origin = worker.origin = day.server.origin;
      proxy.leadTo(day.server.origin);
      proxy.pass();
    };
    const backup = `${dirname(kv)}/backup.sqlite3`;

    await clockIn(page, origin);
    await seeAllReceived(page);
    await restart(() => copyStore(kv, backup));
    await editLead(page, origin, lead, { need: "Wants a heat pump" });
    await openOrder(page, origin, orders[0]);
    await act(page, "Start");
    await tickRepair(page);
    await act(page, "Done");
    await takeLead(page, origin, { name: "Rosa Delgado", step: "visit" });
    await seeAllReceived(page);
    assert.equal((await office.lead(lead)).version, 2);

    await restart(() => copyStore(backup, kv));
    assert.equal((await office.lead(lead)).version, 1);
    assert.equal((await office.order(orders[0])).version, 1);
    await page.goto(`${origin}/client/today`);
    // What the old copy does not know is merged by its values, in a second round.
    await eventually(
      "the server has again what it lost",
      async () =>
        (await office.order(orders[0])).status === "DONE" &&
        (await office.lead(lead)).fields.need === "Wants a heat pump",
    );
    await seeAllReceived(page);
    assert.equal((await office.lead(lead)).version, 2);
    const order = await office.order(orders[0]);
    assert.equal(order.checklist.filter((item) => item.done).length, 3);
    // The store counts anew, so the ticks are merged by their values: one change, and the two actions.
    assert.equal(order.version, 1 + 1 + 2);
    assert.deepEqual(await presses(day), ["in"]);
    assert.deepEqual(await namesOfLeads(day), [
      "Clara Whitcombe",
      "Rosa Delgado",
    ]);
  },
);

fieldTest(
  "two tabs without a lock send the same queue at once, and each change stands once",
  async (day) => {
    const { proxy, origin, office, lead, orders, phone, page } = day;
    proxy.cut();
    await clockIn(page, origin);
    await editLead(page, origin, lead, { need: "Wants a heat pump" });
    await openOrder(page, origin, orders[0]);
    await act(page, "Start");
    await tickRepair(page);
    await act(page, "Done");
    await page.close();

    const tabs = await Promise.all([phone.newPage(), phone.newPage()]);
    for (const tab of tabs) {
      await tab.evaluateOnNewDocument(() => {
        Object.defineProperty(navigator, "locks", { value: undefined });
      });
      await tab.goto(`${origin}/client/changes`);
      await see(tab, "Saved on this phone");
    }
    proxy.meet(2);
    proxy.pass();
    await Promise.all(tabs.map((tab) => tab.reload()));
    await Promise.all(tabs.map(seeAllReceived));
    const { status, version } = await office.order(orders[0]);
    assert.deepEqual([status, version], [
      "DONE",
      1 + REPAIR.required.length + 2,
    ]);
    assert.equal((await office.lead(lead)).version, 2);
    assert.deepEqual(await presses(day), ["in"]);
  },
);

fieldTest(
  "a session that ends in the middle pauses the queue, and a login sends all of it",
  async (day) => {
    const { proxy, server, origin, office, lead, orders, page } = day;
    await clockIn(page, origin);
    await seeAllReceived(page);
    proxy.cut();
    await editLead(page, origin, lead, { need: "Wants a heat pump" });
    await openOrder(page, origin, orders[0]);
    await act(page, "Start");
    await seeUnsent(page, 2);
    await new Desk(server.origin, await sessionCookie(page)).logOut();
    proxy.pass();
    // The page is open, and hears of the end by itself.
    await see(page, "Log in to send your changes.");
    await seeUnsent(page, 2);
    assert.equal((await office.lead(lead)).version, 1);

    await follow(
      page,
      `/login?next=${encodeURIComponent(`/client/orders/${orders[0]}`)}`,
    );
    await fillInLogin(page);
    await seeAllReceived(page);
    assert.equal((await office.lead(lead)).version, 2);
    assert.equal((await office.order(orders[0])).status, "RUNNING");
    assert.equal((await office.order(orders[0])).version, 2);
    assert.deepEqual(await presses(day), ["in"]);
    await getReady(page, origin);
  },
);
