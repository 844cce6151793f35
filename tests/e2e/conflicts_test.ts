import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import { type FieldDay, fieldTest } from "./field_day.ts";
import {
  act,
  editLead,
  openOrder,
  readDevice,
  REPAIR,
  seeAllReceived,
  seeUnsent,
  tickRepair,
} from "./field_work.ts";
import { checkFits } from "./fits.ts";
import { click, press, readPage, see } from "./on_page.ts";

fieldTest(
  "an order that was started, paused and finished without a network arrives without a conflict",
  async ({ proxy, origin, office, orders, page }) => {
    proxy.cut();
    await openOrder(page, origin, orders[0]);
    await act(page, "Start");
    await tickRepair(page);
    await act(page, "Pause");
    await act(page, "Done");
    const count = REPAIR.required.length + 3;
    await seeUnsent(page, count);
    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await seeAllReceived(page);
    const { status, version } = await office.order(orders[0]);
    assert.deepEqual([status, version], ["DONE", 1 + count]);
    const device = await readDevice(page);
    // No merge made another one.
    assert.equal(device?.ops, count);
  },
);

const MINE = "555 7001";
const THEIRS = "555 9002";

/** Worker and office change the same fields of the lead; the phone hears of it and opens the merge screen. */
async function disagree(
  day: FieldDay,
  mine: Record<string, string> = {},
  theirs: Record<string, string> = {},
): Promise<void> {
  const { proxy, origin, office, lead, page } = day;
  proxy.cut();
  await editLead(page, origin, lead, { phone: MINE, ...mine });
  await office.changeLead(lead, { phone: THEIRS, ...theirs });
  proxy.pass();
  await page.goto(`${origin}/client/changes`);
  await see(page, "Somebody else changed the same meanwhile");
  await press(page, "Choose");
  await see(page, "Choose what stays");
  const text = await readPage(page);
  assert.match(text, new RegExp(`This phone\\s+${MINE}`));
  assert.match(text, new RegExp(`Office\\s+${THEIRS}`));
  assert.match(
    await page.$eval(".sides", (sides) => sides.textContent ?? ""),
    /Office ?\d?\d:\d\d/,
  );
}

type Side = "mine" | "theirs";

async function pick({ page }: FieldDay, name: string, side: Side) {
  await click(
    page,
    `label.pick:has(input[name="${name}"][value="${side}"])`,
  );
}

async function choose(day: FieldDay, side: Side): Promise<void> {
  await pick(day, "phone", side);
  await press(day.page, "Keep these");
}

fieldTest(
  "where office and worker changed the same field, the worker's own is kept when chosen",
  async (day) => {
    await disagree(day);
    await choose(day, "mine");
    await seeAllReceived(day.page);
    const { fields, version } = await day.office.lead(day.lead);
    assert.deepEqual([fields.phone, version], [MINE, 3]);
    assert.doesNotMatch(await readPage(day.page), /Needs you/);
  },
);

fieldTest(
  "where office and worker changed the same field, the office's is kept when chosen",
  async (day) => {
    await disagree(day);
    await choose(day, "theirs");
    await seeAllReceived(day.page);
    const { fields } = await day.office.lead(day.lead);
    assert.equal(fields.phone, THEIRS);
    assert.doesNotMatch(await readPage(day.page), /Needs you/);
    await day.page.goto(`${day.origin}/client/leads/${day.lead}`);
    await eventually(
      "the phone has the office's value",
      () =>
        day.page.$eval(
          '[name="phone"]',
          (field, value) => (field as HTMLInputElement).value === value,
          THEIRS,
        ),
    );
  },
);

const MY_NEED = "Wants a heat pump before winter";
const THEIR_NEED = "Wants the boiler looked at";
const THEIRS_AGAIN = "555 9333";

/** What is chosen on the merge screen, by field. */
const chosen = (page: Page) =>
  page.$$eval(
    ".pick input:checked",
    (all) =>
      Object.fromEntries(
        all.map((one) => [
          (one as HTMLInputElement).name,
          (one as HTMLInputElement).value,
        ]),
      ),
  );

/** The lead's history as the worker reads it, on one line. */
async function readHistory({ page, origin, lead }: FieldDay): Promise<string> {
  await page.goto(`${origin}/client/leads/${lead}/history`);
  return (await readPage(page)).replace(/\s+/g, " ");
}

/** Every value that a record had or was to have, and who decided. */
function checkHistory(text: string, ...words: string[]): void {
  for (const one of words) assert.ok(text.includes(one), `${one}\n${text}`);
}

/** The office changes the phone number again; this phone hears of it while the merge screen stands open. */
async function changeAgain({ page, office, lead }: FieldDay): Promise<void> {
  const before = await readDevice(page);
  await office.changeLead(lead, { phone: THEIRS_AGAIN });
  // The app comes before the worker's eyes again.
  await page.evaluate(() => dispatchEvent(new Event("focus")));
  await eventually(
    "the phone has heard of the office's newer value",
    async () => (await readDevice(page))?.cursor !== before?.cursor,
  );
}

fieldTest(
  "what the office changes again before the choice is confirmed is asked again, and the choices for other fields stay",
  async (day) => {
    const { page, office, lead } = day;
    await disagree(day, { need: MY_NEED }, { need: THEIR_NEED });
    await pick(day, "phone", "mine");
    await pick(day, "need", "mine");
    await changeAgain(day);
    await press(page, "Keep these");
    await see(page, "It changed again meanwhile");
    await see(page, THEIRS_AGAIN);
    assert.equal((await office.lead(lead)).fields.phone, THEIRS_AGAIN);
    assert.deepEqual(await chosen(page), { need: "mine" });
    await see(page, "1 of 2 still open");
    await checkFits(page);

    await choose(day, "theirs");
    await seeAllReceived(page);
    assert.doesNotMatch(await readPage(page), /Needs you/);
    const { fields } = await office.lead(lead);
    assert.deepEqual([fields.phone, fields.need], [THEIRS_AGAIN, MY_NEED]);
    checkHistory(
      await readHistory(day),
      `Not taken Phone: ${MINE}`,
      `→ now ${THEIRS} `,
      `→ now ${THEIRS_AGAIN} `,
      `${THEIR_NEED} → now ${MY_NEED}`,
    );
  },
);

fieldTest(
  "a choice does not pass on to the office's newer value that another tab brought under it",
  async (day) => {
    const { page, phone, origin } = day;
    await disagree(day, { need: MY_NEED }, { need: THEIR_NEED });
    await pick(day, "phone", "mine");
    await pick(day, "need", "mine");
    const other = { ...day, page: await phone.newPage() };
    await other.page.goto(`${origin}/client/changes`);
    await press(other.page, "Choose");
    await pick(other, "need", "theirs");
    await changeAgain(other);
    await choose(other, "mine");
    await see(other.page, "It changed again meanwhile");

    await page.bringToFront();
    await see(page, THEIRS_AGAIN);
    assert.deepEqual(await chosen(page), { need: "mine" });
    await see(page, "1 of 2 still open");
  },
);

fieldTest(
  "what the office changes again while a confirmed choice waits for the network is asked again, and alone",
  async (day) => {
    const { page, proxy, office, lead, origin } = day;
    await disagree(day, { need: MY_NEED }, { need: THEIR_NEED });
    proxy.cut();
    await office.changeLead(lead, { phone: THEIRS_AGAIN });
    await pick(day, "need", "theirs");
    await choose(day, "mine");
    await see(page, "Saved on this phone");
    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await press(page, "Choose");
    await see(page, "1 of 1 still open");
    assert.match(
      await readPage(page),
      new RegExp(`Office\\s+${THEIRS_AGAIN}`),
    );
    assert.equal((await office.lead(lead)).fields.phone, THEIRS_AGAIN);

    await choose(day, "mine");
    await seeAllReceived(page);
    assert.doesNotMatch(await readPage(page), /Needs you/);
    const { fields } = await office.lead(lead);
    assert.deepEqual([fields.phone, fields.need], [MINE, THEIR_NEED]);
    checkHistory(
      await readHistory(day),
      `Not taken What do they need?: ${MY_NEED}`,
      `→ now ${THEIRS} `,
      `${THEIRS_AGAIN} → now ${MINE}`,
    );
  },
);

fieldTest(
  "where office and worker changed different fields, both stand and nobody is asked",
  async ({ proxy, origin, office, lead, page }) => {
    proxy.cut();
    await editLead(page, origin, lead, { need: "Wants a heat pump" });
    await office.changeLead(lead, { phone: THEIRS });
    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    const { fields, version } = await eventually(
      "the worker's change arrives",
      async () => {
        const merged = await office.lead(lead);
        return merged.fields.need === "Wants a heat pump" && merged;
      },
    );
    assert.deepEqual([fields.phone, version], [THEIRS, 3]);
    await seeAllReceived(page);
    assert.doesNotMatch(await readPage(page), /Needs you|need you|Choose/);
  },
);
