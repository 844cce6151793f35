import assert from "node:assert/strict";
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

/** Worker and office change the same field of the lead; the phone hears of it and opens the merge screen. */
async function disagree(day: FieldDay): Promise<void> {
  const { proxy, origin, office, lead, page } = day;
  proxy.cut();
  await editLead(page, origin, lead, { phone: MINE });
  await office.changeLead(lead, { phone: THEIRS });
  proxy.pass();
  await page.goto(`${origin}/client/changes`);
  await see(page, "Somebody else changed the same meanwhile");
  await press(page, "Choose");
  await see(page, "Choose what stays");
  const text = await readPage(page);
  assert.match(text, new RegExp(`This phone\\s+${MINE}`));
  assert.match(text, new RegExp(`Office\\s+${THEIRS}`));
}

async function choose(
  { page }: FieldDay,
  side: "mine" | "theirs",
): Promise<void> {
  await click(page, `label.pick:has(input[value="${side}"])`);
  await press(page, "Keep these");
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
