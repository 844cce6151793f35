import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import type { FieldDay } from "../e2e/field_day.ts";
import { seeAllReceived } from "../e2e/field_work.ts";
import { fill, find, press } from "../e2e/on_page.ts";
import { eventually } from "../system/eventually.ts";
import { startServer } from "../system/server_process.ts";
import { pressOften } from "./clock_presses.ts";
import { drawFault } from "./faults.ts";
import { type Draw, drawFrom } from "./random.ts";

/** What a phone was told is saved, so far. */
export interface Told {
  presses: number;
  leads: string[];
}

/** Kills the server and starts it again on the same file. */
async function killServer(day: FieldDay): Promise<void> {
  await day.server.stop("SIGKILL");
  day.server = await startServer(day.kv);
  day.office.origin = day.worker.origin = day.server.origin;
  day.proxy.leadTo(day.server.origin);
}

/** Opens a page; it is there from the server or from the device. */
async function open(
  { page, origin }: FieldDay,
  path: string,
  ready: () => Promise<boolean>,
): Promise<void> {
  await page.goto(origin + path);
  await eventually(`${path} works`, ready);
}

async function workOnToday(day: FieldDay, told: Told, draw: Draw) {
  const { page } = day;
  await open(
    day,
    "/client/today",
    async () =>
      await page.$(".sync") !== null &&
      await page.$('button[name="kind"]') !== null,
  );
  const times = 1 + draw.below(4);
  await pressOften(page, times);
  told.presses += times;
}

const isOwnForm = (page: Page) =>
  page.$eval("main form", (form) => (form as HTMLFormElement).noValidate);

async function takeLeadDown(day: FieldDay, told: Told, seed: number) {
  const { page } = day;
  await open(day, "/client/leads/new", () => isOwnForm(page));
  const name = `Lead ${told.leads.length} of ${seed}`;
  await fill(page, { name, step: "visit" });
  await Promise.all([page.waitForNavigation(), press(page, "Save")]);
  told.leads.push(name);
}

/** Everything that the screen called saved is on the server, once. */
async function checkServer(
  { worker, office }: FieldDay,
  told: Told,
): Promise<void> {
  const events = (await worker.ownTimesheets()).flatMap((sheet) =>
    sheet.events
  );
  assert.equal(new Set(events.map(({ id }) => id)).size, told.presses);
  assert.equal(events.length, told.presses);
  const rows = (await office.leads()).filter(({ name }) =>
    name.startsWith("Lead ")
  );
  assert.deepEqual(
    rows.map(({ name }) => name).sort(),
    told.leads.toSorted(),
  );
  for (const { id } of rows) assert.equal((await office.lead(id)).version, 1);
}

/**
 * One run under fire: a worker goes on while every request may go wrong and the server is killed; then all is well, and what
 * the screen called saved is compared with what the server has.
 *
 * @param told what the same phone was told in earlier runs; this run adds to it
 */
export async function runUnderFire(
  day: FieldDay,
  told: Told,
  seed: number,
): Promise<void> {
  const draw = drawFrom(seed);
  const { proxy, page, origin } = day;
  proxy.break((path) => drawFault(draw, path));
  // What is done is drawn apart from what goes wrong: how many requests there are depends on time.
  const doing = drawFrom(seed + 1);
  const kill = doing.below(2) === 1 ? killServer(day) : null;
  try {
    if (doing.below(2) === 1) await takeLeadDown(day, told, seed);
    await workOnToday(day, told, doing);
  } finally {
    await kill;
    proxy.break(null);
  }
  await page.goto(`${origin}/client/changes`);
  await find(page, ".sync");
  await seeAllReceived(page);
  await checkServer(day, told);
}
