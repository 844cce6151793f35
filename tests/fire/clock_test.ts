import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { type FieldDay, fieldTest } from "../e2e/field_day.ts";
import { readDevice, seeAllReceived, seeUnsent } from "../e2e/field_work.ts";
import { find, press, readPage, see } from "../e2e/on_page.ts";

const HOUR_MS = 3_600_000;

/** How wrong the phone's clock is, one after the other, milliseconds. */
const SKEWS = [
  -25 * HOUR_MS,
  10 * 365 * 24 * HOUR_MS,
  0,
  26 * HOUR_MS,
  -3 * HOUR_MS,
];

/** Makes the clock of every document of the tab one that can be set. */
async function makeClockWrong(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const clock = { skew: 0 };
    Object.assign(globalThis, { streamflowClock: clock });
    const Right = Date;
    globalThis.Date = class extends Right {
      constructor(...given: []) {
        super(
          ...given.length > 0 ? given : [Right.now() + clock.skew] as never,
        );
      }
      static override now() {
        return Right.now() + clock.skew;
      }
    } as DateConstructor;
  });
}

async function setClock(page: Page, skew: number): Promise<void> {
  await page.evaluate((skew) => {
    (globalThis as unknown as { streamflowClock: { skew: number } })
      .streamflowClock.skew = skew;
  }, skew);
}

/** Makes the clock of the tab's next documents wrong from their beginning. */
async function startClock(page: Page, skew: number): Promise<void> {
  await page.evaluateOnNewDocument((skew) => {
    (globalThis as unknown as { streamflowClock: { skew: number } })
      .streamflowClock.skew = skew;
  }, skew);
}

/** Presses the clock. In one step: a button that was found and then drawn anew presses nothing. */
async function pressClock(page: Page, kind: string): Promise<void> {
  await page.evaluate((kind) =>
    document.querySelector<HTMLButtonElement>(
      `button[name="kind"]${kind && `[value="${kind}"]`}`,
    )?.click(), kind);
}

/** The server believes the presses in the order in which they were made, none in the future. */
async function checkPresses(
  { worker }: FieldDay,
  presses: number,
): Promise<void> {
  const events = (await worker.ownTimesheets())
    .flatMap((sheet) => sheet.events)
    .toSorted((a, b) =>
      Date.parse(a.believedAt) - Date.parse(b.believedAt) || a.seq - b.seq
    );
  assert.equal(events.length, presses);
  const latest = Date.now() + 60_000;
  for (const { believedAt } of events) {
    assert.ok(Date.parse(believedAt) <= latest, `${believedAt} is to come`);
  }
  // None is missing, none was taken for another, and none has overtaken another.
  assert.deepEqual(
    events.map(({ seq }) => seq),
    Array.from({ length: presses }, (_, at) => at + 1),
  );
}

fieldTest(
  "a clock that jumps from a day behind to ten years ahead loses no order, wins nothing and makes no conflict",
  async (day) => {
    const { page, proxy, origin, office, lead } = day;
    await makeClockWrong(page);
    await page.goto(`${origin}/client/today`);
    await find(page, ".sync");
    await seeAllReceived(page);
    proxy.cut();
    let presses = 0;
    for (const skew of SKEWS) {
      await setClock(page, skew);
      // What the clock shows on the phone goes by the phone's time; that it is saved is what counts here.
      await pressClock(page, "");
      await seeUnsent(page, ++presses);
    }
    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await seeAllReceived(page);
    await checkPresses(day, presses);

    // The clock is far ahead, and the office writes later into another field, then into the same one.
    await page.goto(`${origin}/client/leads/${lead}`);
    await page.waitForFunction(() =>
      document.querySelector<HTMLFormElement>("main form")?.noValidate
    );
    await setClock(page, SKEWS[1] ?? 0);
    proxy.cut();
    await page.evaluate(() => {
      const field = document.querySelector<HTMLTextAreaElement>(
        '[name="need"]',
      );
      if (field) field.value = "Wants a heat pump";
      document.querySelector<HTMLFormElement>("main form")?.requestSubmit();
    });
    await seeUnsent(page, 1);
    await office.changeLead(lead, { phone: "555 0199" });
    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await seeAllReceived(page);
    const { fields } = await office.lead(lead);
    assert.deepEqual(
      [fields.need, fields.phone],
      ["Wants a heat pump", "555 0199"],
    );
    assert.doesNotMatch(await readPage(page), /need you|needs you/i);
    assert.equal((await readDevice(page))?.unsent, 0);
  },
);

fieldTest(
  "a clock that is put right between two lives of the page ends the shift, on the screen and on the server",
  async (day) => {
    const { page, proxy, origin, worker } = day;
    await makeClockWrong(page);
    await page.goto(`${origin}/client/today`);
    await find(page, ".sync");
    await seeAllReceived(page);
    proxy.cut();
    await setClock(page, HOUR_MS / 12);
    await pressClock(page, "in");
    await seeUnsent(page, 1);
    await page.goto(`${origin}/client/today`);
    await find(page, 'button[value="out"]');
    await pressClock(page, "out");
    await seeUnsent(page, 2);
    await find(page, 'button[value="in"]');
    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await seeAllReceived(page);
    await checkPresses(day, 2);
    const [sheet] = await worker.ownTimesheets();
    assert.equal(sheet?.state.status, "off");
  },
);

fieldTest(
  "a cold start without a network shows the work of a clock that is behind, and tells one that is far ahead why it shows none",
  async ({ page, proxy, origin, lead }) => {
    const days = 24 * HOUR_MS;
    await makeClockWrong(page);
    await page.goto(`${origin}/client/today`);
    await find(page, ".sync");
    await seeAllReceived(page);
    proxy.cut();
    const path = `${origin}/client/leads/${lead}`;
    await startClock(page, -40 * days);
    await page.goto(path);
    await find(page, '[name="need"]');

    await startClock(page, 3650 * days);
    await page.goto(path);
    const year = new Date(Date.now() + 3650 * days).getFullYear();
    await see(page, `${year}. By that date it has not reached`);
    assert.match(await readPage(page), /Nothing is lost/);
    assert.doesNotMatch(await readPage(page), /Nobody is logged in/);

    await startClock(page, 0);
    await press(page, "The date is right now");
    await find(page, '[name="need"]');
  },
);
