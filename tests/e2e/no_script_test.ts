import assert from "node:assert/strict";
import { LEAD, prepareDay, stageTest } from "./field_day.ts";
import { REPAIR } from "./field_work.ts";
import { click, fill, follow, press, readPage, submit } from "./on_page.ts";
import { logIn } from "./people.ts";

/** Chooses points of the checklist, which a page without scripts sends with its form. */
const tick = (item: string) => `label.tick:has(input[value="${item}"])`;

stageTest("the main job is done without JavaScript", async (stage) => {
  const day = await prepareDay(stage);
  const { origin, office, worker, lead, orders, phone } = day;
  const page = await phone.newStranger();
  await page.setJavaScriptEnabled(false);
  await logIn(page, origin);

  await page.goto(`${origin}/client/today`);
  await submit(page, "Clock in");
  assert.match(await readPage(page), /Clock out/);
  await submit(page, "Break");
  await submit(page, "Go on");

  await page.goto(`${origin}/client/leads`);
  await follow(page, `/client/leads/${lead}`);
  await fill(page, { need: "Wants a heat pump" });
  await submit(page, "Save");
  await follow(page, "/client/leads/new");
  await submitInvalid();
  await fill(page, { name: "Rosa Delgado", step: "visit" });
  await submit(page, "Save");
  assert.match(await readPage(page), /Rosa Delgado/);

  await page.goto(`${origin}/client/today`);
  await follow(page, `/client/orders/${orders[0]}`);
  await submit(page, "Start");
  await submit(page, "Done");
  assert.match(await readPage(page), /Do this first/);
  for (const item of REPAIR.required) await click(page, tick(item));
  await fill(page, { notes: "The fan was stuck." });
  await submit(page, "Pause");
  assert.match(await readPage(page), /3 of 4/);
  await submit(page, "Go on");
  await submit(page, "Done");
  assert.equal(await page.$('button[name="action"][value="DONE"]'), null);

  await page.goto(`${origin}/account`);
  await submit(page, "Log out");
  assert.equal(page.url(), `${origin}/login`);
  await page.goto(`${origin}/client/today`);
  assert.equal(new URL(page.url()).pathname, "/login");

  const order = await office.order(orders[0]);
  assert.equal(order.status, "DONE");
  assert.equal(order.notes, "The fan was stuck.");
  // One commit for what was written, one for each action.
  assert.equal(order.version, 1 + 1 + 4);
  const { version, fields } = await office.lead(lead);
  assert.equal(version, 2);
  assert.deepEqual(fields, { ...fields, ...LEAD, need: "Wants a heat pump" });
  const made = await office.leads();
  assert.deepEqual(
    made.map((row) => row.name).filter((name) => !/^Sample:/.test(name)).sort(),
    [LEAD.name, "Rosa Delgado"],
  );
  const sheets = await worker.ownTimesheets();
  assert.deepEqual(
    sheets.flatMap((sheet) => sheet.events.map((event) => event.kind)),
    ["in", "break", "resume"],
  );

  /** A form that the browser would not send; the server answers with what is wrong. */
  async function submitInvalid(): Promise<void> {
    await page.$eval("main form", (form) => {
      (form as HTMLFormElement).noValidate = true;
    });
    await fill(page, { name: " ", step: "visit" });
    await Promise.all([page.waitForNavigation(), press(page, "Save")]);
    assert.ok(await page.$('[name="name"][aria-invalid="true"]'));
  }
});
