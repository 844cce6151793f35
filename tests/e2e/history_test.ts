import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { type FieldDay, fieldTest, hire } from "./field_day.ts";
import {
  act,
  editLead,
  openOrder,
  seeAllReceived,
  seeUnsent,
} from "./field_work.ts";
import { click, fill, press, readPage, see, submit } from "./on_page.ts";
import { logIn, OTHER_WORKER, OWNER, WORKER } from "./people.ts";
import { checkFits } from "./fits.ts";
import { PHONE_SCREEN } from "../system/chromium.ts";

/** Opens the owner's browser, which runs no scripts: the office finds everything without them. */
async function sitAtDesk({ phone, origin }: FieldDay) {
  const desk = await phone.newStranger();
  await desk.setJavaScriptEnabled(false);
  await logIn(desk, origin, OWNER);
  return desk;
}

/** Follows the link from a record to its history. */
async function openHistory(desk: Page): Promise<void> {
  await Promise.all([
    desk.waitForNavigation(),
    click(desk, 'a[href$="/history"]'),
  ]);
}

fieldTest(
  "the value that was not chosen is found by the office in the lead's history",
  async (day) => {
    const { proxy, origin, office, lead, page } = day;
    proxy.cut();
    await editLead(page, origin, lead, { phone: "555 7001" });
    await office.changeLead(lead, { phone: "555 9002" });
    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await see(page, "Somebody else changed the same meanwhile");
    await press(page, "Choose");
    await click(page, 'label.pick:has(input[value="theirs"])');
    await press(page, "Keep these");
    await seeAllReceived(page);

    const desk = await sitAtDesk(day);
    await desk.goto(`${origin}/client/leads/${lead}`);
    await openHistory(desk);
    const text = (await readPage(desk)).replace(/\s+/g, " ");
    assert.match(text, /Not taken Phone: 555 7001/);
    assert.match(text, /Phone: 555 0142 → .*555 9002/);
    assert.ok(
      text.indexOf(`Decided by ${WORKER.name}`) <
        text.indexOf("Changed by you"),
      text,
    );
  },
);

fieldTest(
  "what a worker did to an order that was given to somebody else meanwhile is found by the office in its history",
  async (day) => {
    const { proxy, origin, page, orders: [order], phone } = day;
    const owner = await phone.newStranger();
    await logIn(owner, origin, OWNER);
    const other = await hire(day, owner, OTHER_WORKER);
    await owner.browserContext().close();

    proxy.cut();
    await openOrder(page, origin, order);
    await act(page, "Start");
    await fill(page, { notes: "Pump replaced, needs a second visit" });
    await press(page, "Save");
    await seeUnsent(page, 2);

    const desk = await sitAtDesk({ ...day, origin: day.server.origin });
    await desk.goto(`${day.server.origin}/client/orders/${order}/plan`);
    await fill(desk, { assigneeId: other.id });
    await submit(desk, "Save the plan");

    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await see(page, "1 needs you");
    await seeUnsent(page, 0);

    await desk.goto(`${day.server.origin}/client/orders/${order}`);
    await openHistory(desk);
    const text = (await readPage(desk)).replace(/\s+/g, " ");
    for (
      const words of [
        `Sent too late by ${WORKER.name}`,
        `The order was ${OTHER_WORKER.name}’s by then.`,
        "Not taken Notes: Pump replaced, needs a second visit",
        "Not taken State of the order: Running",
        `Worker: ${WORKER.name} → now ${OTHER_WORKER.name}`,
      ]
    ) assert.ok(text.includes(words), `${words}\n${text}`);
    await desk.setViewport({ ...PHONE_SCREEN, width: 320 });
    await desk.setJavaScriptEnabled(true);
    await desk.goto(`${day.server.origin}/client/orders/${order}/history`);
    await checkFits(desk);
  },
);
