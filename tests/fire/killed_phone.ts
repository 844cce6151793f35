import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import type { FieldDay } from "../e2e/field_day.ts";
import { readDatabases, seeAllReceived } from "../e2e/field_work.ts";
import { find } from "../e2e/on_page.ts";
import { drawFrom } from "./random.ts";
import { readStorageLog, setSlowness, watchStorage } from "./storage_watch.ts";

/** The longest time between the screen's word and the kill, milliseconds. */
const LATEST_MS = 50;

/** How long the disk may be busy with one transaction, milliseconds. */
const SLOWEST_MS = 120;

/** How long the screen may take to say it, milliseconds. */
const PATIENCE_MS = 10_000;

/** How often, when, and where. */
export interface Killing {
  rounds: number;
  seed: number;
  /** How long the disk is busy with a press, milliseconds; left out: drawn each time. */
  slowMs?: number;
  /** Presses Today's clock and nothing else. */
  clockOnly?: boolean;
}

/** What came of it. */
export interface Killed {
  /** What was shown as saved and not found after the restart, in words. */
  lost: string[];
  /** Transactions of the queue that were seen. */
  writes: number;
  /** Durabilities other than `strict` that they reported. */
  weak: string[];
}

/** A button of the screen that changes with each press, so that the screen says by itself that the press is saved. */
interface Pressing {
  path: string;
  selector: string;
}

/** Ops that this phone has, by what the database can be asked without its key. */
async function countOps(page: Page): Promise<number> {
  const databases = await readDatabases(page);
  const [ops = 0] = Object.entries(databases).flatMap(([name, stores]) =>
    name === "streamflow" ? [] : [stores.pending?.length ?? 0]
  );
  return ops;
}

/** Presses the button, and settles as soon as the screen shows what comes after it. */
async function pressUntilSaid(
  page: Page,
  { selector }: Pressing,
): Promise<void> {
  const said = Promise.withResolvers<void>();
  await page.exposeFunction("streamflowSaid", () => said.resolve());
  await page.evaluate((selector) => {
    const choices = () =>
      [...document.querySelectorAll<HTMLButtonElement>(selector)]
        .map(({ value }) => value).join();
    const before = choices();
    const look = new MutationObserver(() => {
      if (choices() === before) return;
      look.disconnect();
      (globalThis as unknown as { streamflowSaid(): void }).streamflowSaid();
    });
    look.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
    });
    document.querySelector<HTMLButtonElement>(selector)?.click();
  }, selector);
  const patience = setTimeout(
    () => said.reject(new Error(`The screen says nothing to ${selector}`)),
    PATIENCE_MS,
  );
  await said.promise.finally(() => clearTimeout(patience));
}

/**
 * Kills the browser 0 to 50 ms after the screen says saved, again and again on one profile, without a network; then lets the
 * phone send what it has.
 */
export async function killWhenSaved(
  day: FieldDay,
  { rounds, seed, slowMs, clockOnly }: Killing,
): Promise<Killed> {
  const { phone, proxy, origin, orders, page: first } = day;
  const pressings: Pressing[] = [
    { path: "/client/today", selector: 'button[name="kind"]' },
    {
      path: `/client/orders/${orders[0]}`,
      selector: 'button[name="action"]:is([value="START"], [value="PAUSE"])',
    },
  ];
  const draw = drawFrom(seed);
  const killed: Killed = { lost: [], writes: 0, weak: [] };
  await first.goto(`${origin}/client/orders/${orders[0]}`);
  await phone.switchOff();
  proxy.cut();
  let made = 0;
  let last = "";
  for (let round = 0; round < rounds; round++) {
    await phone.switchOn();
    const page = await phone.newPage();
    await watchStorage(page);
    const pressing = draw.one(clockOnly ? pressings.slice(0, 1) : pressings);
    await page.goto(origin + pressing.path);
    await find(page, pressing.selector);
    const ops = await countOps(page);
    if (ops !== made) killed.lost.push(`${last}: ${made - ops} of ${made}`);
    made = ops;
    const slower = slowMs ?? draw.one([0, draw.below(SLOWEST_MS)]);
    await setSlowness(page, slower);
    await pressUntilSaid(page, pressing);
    const log = await readStorageLog(page);
    const delay = draw.below(LATEST_MS + 1);
    await new Promise((done) => setTimeout(done, delay));
    await phone.die();
    killed.writes += log.writes;
    killed.weak.push(...log.weak);
    last =
      `round ${round}, killed after ${delay} ms, disk slower by ${slower} ms`;
    made++;
  }
  await phone.switchOn();
  const page = await phone.newPage();
  await page.goto(`${origin}/client/changes`);
  const ops = await countOps(page);
  if (ops !== made) killed.lost.push(`${last}: ${made - ops} of ${made}`);
  proxy.pass();
  await page.reload();
  await seeAllReceived(page);
  await checkServer(day, ops);
  return killed;
}

/** The server has each press once. */
async function checkServer(
  { worker, office, orders }: FieldDay,
  ops: number,
): Promise<void> {
  const sheets = await worker.ownTimesheets();
  const presses = sheets.flatMap(({ events }) => events).length;
  const { version } = await office.order(orders[0]);
  assert.equal(presses + version - 1, ops);
}
