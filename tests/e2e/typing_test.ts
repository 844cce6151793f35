import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import { type FieldDay, fieldTest } from "./field_day.ts";
import {
  openOrder,
  readDevice,
  REPAIR,
  seeAllReceived,
  tickRepair,
} from "./field_work.ts";
import { click, find, press, readPage, see } from "./on_page.ts";

/** What the person has before them in the notes. */
const written = (page: Page) =>
  page.$eval('[name="notes"]', (field) => (field as HTMLTextAreaElement).value);

const BRIEF = "Mind the dog";

/** The app comes before somebody's eyes again, and asks what is new. */
const lookAgain = (page: Page) =>
  page.evaluate(() => dispatchEvent(new Event("focus")));

/** The office writes a note and a brief; the app hears of it and shows the brief. */
async function hearOf(
  { page, office, orders }: FieldDay,
  notes: string,
): Promise<void> {
  await office.changeOrder(orders[0], { notes, brief: BRIEF });
  await lookAgain(page);
  await see(page, BRIEF);
}

async function typeNotes(page: Page, text: string): Promise<void> {
  const field = await find(page, '[name="notes"]');
  await field.evaluate((area) => {
    const { value } = area as HTMLTextAreaElement;
    (area as HTMLTextAreaElement).focus();
    (area as HTMLTextAreaElement).setSelectionRange(value.length, value.length);
  });
  await page.keyboard.type(text);
}

/** The worker has written a note without leaving its field, and the office has it. */
async function beginToType(day: FieldDay): Promise<void> {
  const { page, origin, orders, office } = day;
  await openOrder(page, origin, orders[0]);
  await typeNotes(page, "Pump leaks");
  await eventually(
    "the office has the note",
    async () => (await office.order(orders[0])).notes === "Pump leaks",
  );
}

fieldTest(
  "what the office writes while the worker types on is asked about, what waits for the answer stands under it, and both can stay",
  async (day) => {
    const { page, proxy, origin, orders, office } = day;
    const [order] = orders;
    await beginToType(day);
    await hearOf(day, "Gate code 4711");
    assert.equal(await written(page), "Pump leaks");
    proxy.cut();
    await typeNotes(page, " at the valve");
    await tickRepair(page);
    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await see(page, "1 needs you");
    await see(page, "Somebody else changed the same meanwhile");
    assert.equal((await office.order(order)).notes, "Gate code 4711");
    const text = await readPage(page);
    assert.match(text, /Needs you\s+1\b/);
    const held = text.match(/It waits for your answer above/g) ?? [];
    assert.equal(held.length, REPAIR.required.length);
    assert.doesNotMatch(text, /Give it up|builds on a change/);

    await press(page, "Choose");
    await click(page, 'label.pick:has(input[value="both"])');
    await press(page, "Keep these");
    await seeAllReceived(page);
    await see(
      page,
      `Wrote a note and ticked ${REPAIR.required.length} points: order`,
    );
    const { notes, checklist } = await office.order(order);
    assert.equal(notes, "Gate code 4711\nPump leaks at the valve");
    assert.equal(
      checklist.filter(({ done }) => done).length,
      REPAIR.required.length,
    );
  },
);

fieldTest(
  "leaving a note as it was saved does not bring it back over the office's",
  async (day) => {
    const { page, orders, office } = day;
    await beginToType(day);
    await hearOf(day, "Gate code 4711");
    await page.$eval("[name=notes]", (area) => (area as HTMLElement).blur());
    await eventually(
      "the office's note is shown",
      async () => await written(page) === "Gate code 4711",
    );
    assert.equal((await office.order(orders[0])).notes, "Gate code 4711");
    assert.doesNotMatch(await readPage(page), /needs you/);
  },
);

fieldTest(
  "what is typed into a lead stays while the office changes the same, and is asked about",
  async (day) => {
    const { page, origin, lead, office } = day;
    await page.goto(`${origin}/client/leads/${lead}`);
    const need = await find(page, '[name="need"]');
    await need.focus();
    await page.keyboard.press("End");
    await page.keyboard.type(" And a boiler.");
    const before = await readDevice(page);
    await office.changeLead(lead, { need: "Has a heat pump now." });
    await lookAgain(page);
    await eventually(
      "the phone has heard of it",
      async () => (await readDevice(page))?.cursor !== before?.cursor,
    );
    assert.equal(
      await need.evaluate((area) => (area as HTMLTextAreaElement).value),
      "Asked about a heat pump. And a boiler.",
    );
    await Promise.all([page.waitForNavigation(), press(page, "Save")]);
    await page.goto(`${origin}/client/changes`);
    await see(page, "1 needs you");
    const { fields } = await office.lead(lead);
    assert.equal(fields.need, "Has a heat pump now.");
  },
);
