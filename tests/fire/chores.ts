import type { Page } from "puppeteer-core";
import { fieldWords } from "../../islands/field/field_words.ts";
import type { OrderAction, OrderStatus } from "../../lib/model/work_order.ts";
import type { FieldDay } from "../e2e/field_day.ts";
import { readDevice } from "../e2e/field_work.ts";
import { click, fill, press } from "../e2e/on_page.ts";
import { eventually } from "../system/eventually.ts";
import { pressOften } from "./clock_presses.ts";
import type { Draw } from "./random.ts";
import type { Told } from "./told.ts";

/** Who does something at random on the phone, and what is written down of it. */
export interface Doing {
  day: FieldDay;
  told: Told;
  draw: Draw;
  /** Tells the texts of this run from those of others. */
  seed: number;
}

/** Opens a page; it is there from the server or from the device. */
async function open(
  { day: { page, origin } }: Doing,
  path: string,
  ready: () => Promise<boolean>,
): Promise<void> {
  await page.goto(origin + path);
  await eventually(`${path} works`, ready);
}

/** The device has been asked what stands on it, and the screen has what is pressed there. */
const isLive = async (page: Page, selector: string) =>
  await page.$(".sync") !== null && await page.$(selector) !== null;

/** Presses the clock some times. */
export async function workOnToday(doing: Doing): Promise<void> {
  const { day: { page }, told, draw } = doing;
  await open(
    doing,
    "/client/today",
    () => isLive(page, 'button[name="kind"]'),
  );
  const times = 1 + draw.below(4);
  await pressOften(page, times);
  told.presses += times;
}

const isOwnForm = (page: Page) =>
  page.$eval("main form", (form) => (form as HTMLFormElement).noValidate);

async function save(page: Page): Promise<void> {
  await Promise.all([page.waitForNavigation(), press(page, "Save")]);
}

/** Takes a lead down. */
export async function takeLeadDown(doing: Doing): Promise<void> {
  const { day: { page }, told, seed } = doing;
  await open(doing, "/client/leads/new", () => isOwnForm(page));
  const name = `Lead ${told.leads.size} of ${seed}`;
  await fill(page, { name, step: "visit" });
  await save(page);
  told.leads.set(name, [`Name or company: ${name}`]);
}

/** Changes a lead that was taken down here, as soon as there is one; the server may not have it yet. */
export async function editLead(doing: Doing): Promise<void> {
  const { day: { page }, told, draw, seed } = doing;
  if (told.leads.size === 0) return await takeLeadDown(doing);
  const [name, steps] = draw.one([...told.leads]);
  const row = `::-p-xpath(//main//a[contains(., "${name}")])`;
  await open(doing, "/client/leads", async () => await page.$(row) !== null);
  await Promise.all([page.waitForNavigation(), click(page, row)]);
  await eventually("the lead's form works", () => isOwnForm(page));
  const need = `Need ${steps.length} of ${seed}`;
  await fill(page, { need });
  await save(page);
  steps.push(`What do they need?: ${need}`);
}

/**
 * Does something on an order's screen that makes one change, and waits until the phone has it: unlike the clock and an action
 * of the order, a note and a tick look the same before.
 */
async function makeChange(page: Page, act: () => Promise<void>) {
  const device = () => readDevice(page);
  const { ops } = await eventually("the phone can be read", device);
  await act();
  await eventually(
    "the phone has the change",
    async () => (await device())?.ops === ops + 1,
  );
}

async function writeNote({ day: { page }, seed }: Doing, steps: string[]) {
  const notes = `Note ${steps.length} of ${seed}`;
  await makeChange(page, async () => {
    await fill(page, { notes });
    await press(page, "Save");
  });
  steps.push(`Notes: ${notes}`);
}

async function tick({ day: { page } }: Doing, steps: string[], item: string) {
  const box = `input[name="check"][value="${item}"]`;
  const line = `label.tick:has(${box})`;
  const label = await page.$eval(
    `${line} span`,
    (words) => words.firstChild?.textContent,
  );
  const done = await page.$eval(box, (it) => !(it as HTMLInputElement).checked);
  await makeChange(page, () => click(page, line));
  steps.push(`${label}: ${fieldWords("check", done, null)}`);
}

const LEADS_TO: Record<OrderAction, OrderStatus> = {
  START: "RUNNING",
  PAUSE: "PAUSED",
  DONE: "DONE",
};

async function advance(doing: Doing, steps: string[]): Promise<void> {
  const { day: { page }, draw } = doing;
  const isOffered = async (action: OrderAction) =>
    await page.$(`button[value="${action}"]`) !== null;
  const finishes = draw.below(4) === 0 && await isOffered("DONE");
  const action = finishes
    ? "DONE"
    : await isOffered("START")
    ? "START"
    : "PAUSE";
  // An order that is done offers nothing.
  if (!await isOffered(action)) return;
  if (finishes) {
    const open = await page.$$eval(
      ".tick:has(small) input:not(:checked)",
      (all) => all.map((one) => (one as HTMLInputElement).value),
    );
    for (const item of open) await tick(doing, steps, item);
  }
  const button = `button[value="${action}"]`;
  await makeChange(page, () => click(page, button));
  await eventually(
    "the screen shows what comes after it",
    async () => !await isOffered(action),
  );
  steps.push(
    `State of the order: ${fieldWords("status", LEADS_TO[action], null)}`,
  );
}

/** Writes notes, ticks points and advances an order, some times. */
export async function workOnOrder(doing: Doing): Promise<void> {
  const { day: { page }, told, draw } = doing;
  const [id, steps] = draw.one([...told.orders]);
  await open(
    doing,
    `/client/orders/${id}`,
    () => isLive(page, 'input[name="check"]'),
  );
  const items = await page.$$eval(
    'input[name="check"]',
    (all) => all.map((one) => (one as HTMLInputElement).value),
  );
  for (let times = 1 + draw.below(3); times > 0; times--) {
    await draw.one([
      () => writeNote(doing, steps),
      () => tick(doing, steps, draw.one(items)),
      // Twice as often: an order's way is made of many.
      () => advance(doing, steps),
      () => advance(doing, steps),
    ])();
  }
}
