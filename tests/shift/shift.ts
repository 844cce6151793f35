import type { CDPSession, Page } from "puppeteer-core";
import { prepareDay, type Stage } from "../e2e/field_day.ts";
import { takeMany } from "../e2e/take_many.ts";
import { eventually } from "../system/eventually.ts";
import { startServer } from "../system/server_process.ts";
import { countRows, type Storage } from "./count_rows.ts";
import {
  grownBeyond,
  type Memory,
  memoryOf,
  memoryWire,
  workerHeapOf,
} from "./memory.ts";
import { driveClock, forward, forwardWorker, pullsOf } from "./page_clock.ts";
import { AHEAD } from "./server_clock.ts";
import { Walk } from "./walk.ts";

/** How long a shift lasts, and what is looked at. */
export interface ShiftPlan {
  /** Simulated minutes. */
  minutes: number;
  /** Minutes between two looks at the memory. */
  lookEvery: number;
  /** Leads of the company. */
  leads: number;
  /** A third tab goes through the screens as well. */
  walks: boolean;
}

/** What was held at one point of the shift. */
export interface Look {
  minute: number;
  /** Today, open since the beginning. */
  today: Memory;
  /** The list of leads, open since the beginning. */
  leads: Memory;
  /** Today in the tab that goes through the screens, opened anew. */
  walk: Memory | null;
  /** Bytes of the service worker's heap; it never slept. */
  worker: number;
  storage: Storage;
  /** Pulls by the two tabs that stay, changes by the worker and by the office, until now. */
  pulls: number;
  changes: number;
  office: number;
}

const MINUTE = 60_000;
const HALF_MINUTE = 30_000;

/** Minutes between two presses of the clock, and between two changes by the office. */
const PRESS_EVERY = 4;
const OFFICE_EVERY = 3;
/** The tab that goes through the screens does one thing in so many minutes; the list is scrolled through as often. */
const SLOT = 5;
/** The network is gone for the last of so many slots. */
const SLOTS_TO_CUT = 20;

/** Six in the morning by UTC, so that no company's shift here meets midnight. */
function untilMorning(): number {
  const day = 24 * 60 * MINUTE;
  const six = 6 * 60 * MINUTE;
  return (day + six - Date.now() % day) % day;
}

/** The clocks of everything that takes part: they are only ever moved together. */
class Clocks {
  readonly #file: string;
  #ahead: number;
  #worker: CDPSession | null = null;

  constructor(file: string, ahead: number) {
    this.#file = file;
    this.#ahead = ahead;
  }

  get ahead(): number {
    return this.#ahead;
  }

  /** From now on a service worker's clock goes with the others. */
  async take(worker: CDPSession): Promise<void> {
    await forwardWorker(worker, this.#ahead);
    this.#worker = worker;
  }

  async pass(ms: number, pages: Page[]): Promise<void> {
    this.#ahead += ms;
    // In one piece: the server reads it at any moment.
    await Deno.writeTextFile(`${this.#file}.new`, String(this.#ahead));
    await Deno.rename(`${this.#file}.new`, this.#file);
    if (this.#worker) await forwardWorker(this.#worker, ms);
    await Promise.all(pages.map((page) => forward(page, ms)));
  }
}

/** Presses a button of the clock on Today, and waits until the one after it is there. */
async function pressClock(
  page: Page,
  kind: string,
  next: string,
): Promise<void> {
  // No handles: each would hold its node, and the page is to be measured.
  const has = (kind: string) =>
    page.evaluate(
      (kind) => document.querySelector(`button[value="${kind}"]`) !== null,
      kind,
    );
  await eventually(`the clock offers "${kind}"`, () => has(kind));
  await page.evaluate(
    (kind) =>
      document.querySelector<HTMLElement>(`button[value="${kind}"]`)?.click(),
    kind,
  );
  await eventually(`the clock offers "${next}"`, () => has(next));
}

/** Scrolls through the whole list and back to its beginning. */
async function scrollThrough(page: Page): Promise<void> {
  for (const share of [0.25, 0.5, 0.75, 1, 0.4, 0]) {
    await page.evaluate(
      (share) => scrollTo(0, share * document.documentElement.scrollHeight),
      share,
    );
    await eventually(
      "the entries in sight are open",
      () =>
        page.evaluate(() => {
          const seen = [...document.querySelectorAll<HTMLElement>(
            "main [data-n] > :last-child",
          )].filter((box) => {
            const { top, bottom } = box.getBoundingClientRect();
            return bottom > 0 && top < innerHeight;
          });
          return seen.length > 3 &&
            seen.every((box) => !box.innerText.includes("…"));
        }),
    );
  }
}

/** Waits until what was changed is with the office, as the phone knows it. */
async function seeReceived(page: Page): Promise<void> {
  await eventually("everything is received", async () => {
    if ((await countRows(page)).unsent === 0) return true;
    // A try that failed waits for its time, which the page's clock has to reach.
    await forward(page, 5_000);
    return false;
  }, 2 * MINUTE);
}

/**
 * A worker's shift with its hours compressed, on the production build: two tabs stay open from the beginning to the end
 * (Today, and the list of leads), one goes through the screens. Syncs every half minute, presses of the clock and changes
 * by the office every few minutes, and the network is cut now and then.
 *
 * The clocks of the pages, of the service worker and of the server are driven forward together; between two steps time
 * runs as ever, so that storage, network and locks are the real ones.
 *
 * @param told hears of each look when it was made
 */
export async function workShift(
  stage: Stage,
  plan: ShiftPlan,
  told: (look: Look) => void = () => {},
): Promise<Look[]> {
  const { phone, proxy, origin } = stage;
  // Pages kept for the way back are the browser's own memory, in the process of the tab: now six of them, and now none.
  await phone.switchOff();
  await phone.switchOn(["--disable-features=BackForwardCache"]);
  const clocks = new Clocks(`${stage.kv}.ahead`, untilMorning());
  await clocks.pass(0, []);
  await stage.server.stop();
  stage.server = await startServer(
    stage.kv,
    0,
    { [AHEAD]: `${stage.kv}.ahead` },
    new URL("server_clock.ts", import.meta.url).pathname,
  );
  proxy.leadTo(stage.server.origin);
  const { office, worker, orders, page: first } = await prepareDay(stage);
  const leads = await takeMany(
    worker,
    Array.from({ length: plan.leads }, (_, i) => `Lead ${i}`),
  );

  const open = async (path: string) => {
    const page = await phone.newPage();
    await driveClock(page, clocks.ahead);
    // Else all tabs but one would be hidden, and a hidden one asks for nothing.
    const wire = await page.createCDPSession();
    await wire.send("Emulation.setFocusEmulationEnabled", { enabled: true });
    await page.goto(origin + path);
    return page;
  };
  const today = await open("/client/today");
  const list = await open("/client/leads");
  const walk = plan.walks
    ? new Walk(await open("/client/today"), origin, leads, orders)
    : null;
  await first.close();
  const target = await phone.browser.waitForTarget((target) =>
    target.type() === "service_worker" &&
    target.browserContext() === today.browserContext()
  );
  // While it is watched the browser does not put it to sleep: what it keeps, it keeps for the whole shift.
  const serviceWorker = await target.createCDPSession();
  await clocks.take(serviceWorker);
  const todayWire = await memoryWire(today);
  const listWire = await memoryWire(list);
  const walkWire = walk && await memoryWire(walk.page);

  await eventually(
    "the list is long",
    () => list.evaluate(() => document.querySelector("[data-n]") !== null),
  );
  await pressClock(today, "in", "break");
  let changes = 1;
  let officeChanges = 0;
  const looks: Look[] = [];
  const pages = [today, list];
  for (let minute = 1; minute <= plan.minutes; minute++) {
    for (let at = 0; at < MINUTE; at += HALF_MINUTE) {
      await clocks.pass(HALF_MINUTE, pages);
    }
    if (minute % OFFICE_EVERY === 0) {
      const n = minute / OFFICE_EVERY;
      if (n % 2) {
        await office.changeLead(leads.at(-1 - n % 7) as string, {
          need: `The office heard of it at minute ${minute}`,
        });
      } else {
        await office.changeOrder(orders[1], { brief: `Key ${n} at the desk` });
      }
      officeChanges++;
    }
    if (minute % PRESS_EVERY === 0) {
      const rests = minute / PRESS_EVERY % 2 === 1;
      await pressClock(
        today,
        rests ? "break" : "resume",
        rests ? "resume" : "break",
      );
      changes++;
    }
    // Before the list is scrolled: what it drew on the way is let go of a while after.
    if (minute % plan.lookEvery === 0) {
      proxy.pass();
      await walk?.rest();
      await seeReceived(today);
      const look: Look = {
        minute,
        today: await memoryOf(todayWire),
        leads: await memoryOf(listWire),
        walk: walkWire ? await memoryOf(walkWire) : null,
        worker: await workerHeapOf(serviceWorker),
        storage: await countRows(today),
        pulls: await pullsOf(today) + await pullsOf(list),
        changes,
        office: officeChanges,
      };
      looks.push(look);
      told(look);
    }
    if (minute % SLOT === 0) {
      const slot = minute / SLOT;
      if (slot % SLOTS_TO_CUT === SLOTS_TO_CUT - 2) proxy.cut();
      await scrollThrough(list);
      if (walk) {
        await forward(walk.page, SLOT * MINUTE);
        changes += await walk.next();
      }
      if (slot % SLOTS_TO_CUT === SLOTS_TO_CUT - 1) proxy.pass();
    }
  }
  return looks;
}

/** What grew from the first look to the last one by more than its margin, in words. */
export function leaksOf(looks: Look[]): string[] {
  const [first, last] = [looks[0], looks.at(-1)];
  if (!first || !last || first === last) throw new Error("Too few looks");
  return [
    ...grownBeyond("Today", first.today, last.today),
    ...grownBeyond("Leads", first.leads, last.leads),
    ...first.walk && last.walk
      ? grownBeyond("screens", first.walk, last.walk)
      : [],
    ...grownBeyond(
      "service worker",
      { heap: first.worker },
      { heap: last.worker },
    ),
  ];
}
