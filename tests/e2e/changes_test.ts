import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { eventually } from "../system/eventually.ts";
import { fieldTest, hire, OWNER } from "./field_day.ts";
import {
  clockIn,
  editLead,
  openOrder,
  readDevice,
  seeUnsent,
} from "./field_work.ts";
import { click, fill, find, readPage, see } from "./on_page.ts";
import { logIn, OTHER_WORKER } from "./people.ts";
import { lookBelow, takePhoto } from "./take_photo.ts";

const NOTE = "The fan was stuck, ordered a new one.";

fieldTest(
  "what was done to an order that went to somebody else can be read, and given up without a false word",
  async (day) => {
    const { page, proxy, origin, orders, office, phone } = day;
    const [order] = orders;
    const desk = await phone.newStranger();
    await logIn(desk, origin, OWNER);
    const other = await hire(day, desk, OTHER_WORKER);
    await desk.browserContext().close();
    proxy.cut();
    await openOrder(page, origin, order);
    await fill(page, { notes: NOTE });
    await seeUnsent(page, 1);
    await lookBelow(page);
    await takePhoto(page);
    await see(page, "1 of 1 on this phone");
    await seeUnsent(page, 2);
    const { number } = await office.order(order);
    await office.changeOrder(order, { assigneeId: other.id });
    proxy.pass();
    await page.bringToFront();
    await page.goto(`${origin}/client/changes`);

    await see(page, "This order is now somebody else's");
    await see(page, `Notes: ${NOTE}`);
    await see(page, "Not taken by the office");
    const links = await page.$$eval(
      "main a",
      (all) => all.map((link) => link.textContent),
    );
    assert.deepEqual(links, ["Save the picture"]);
    const size = await eventually(
      "the picture is shown",
      () =>
        page.$eval("main .op img", (picture) => {
          const { complete, naturalWidth } = picture as HTMLImageElement;
          return complete && naturalWidth;
        }),
    );
    assert.ok(size > 0);

    const account = await phone.newPage();
    await account.goto(`${origin}/account`);
    await see(account, "1 change was not sent.");
    assert.doesNotMatch(
      await readPage(account),
      /picture|sent when you log in/,
    );
    await account.close();
    await page.bringToFront();

    await giveAllUp(page);
    await see(page, "Nothing waits.");
    const text = await readPage(page);
    assert.ok(text.includes(`Wrote a note: order ${number}`), text);
    assert.ok(text.includes(`Notes: ${NOTE}`), text);
    assert.doesNotMatch(text, /Not taken|office has everything|phone\.$/m);
    assert.equal((await office.order(order)).notes, null);
  },
);

/** Gives up whatever needs somebody. */
async function giveAllUp(page: Page): Promise<void> {
  await eventually("nothing needs anybody", async () => {
    const [give] = await page.$$(
      '::-p-aria([name="Give it up"][role="button"])',
    );
    await give?.click();
    return !give && !(await readPage(page)).includes("Needs you");
  });
}

fieldTest(
  "what was done without a network can be taken back on a later page, and never arrives",
  async (day) => {
    const { page, proxy, origin, office, worker, lead } = day;
    // As without any network: this browser believes in one, and would wake its worker to send at once.
    await page.evaluateOnNewDocument(() => {
      Reflect.deleteProperty(ServiceWorkerRegistration.prototype, "sync");
    });
    proxy.cut();
    await clockIn(page, origin);
    await editLead(page, origin, lead, { need: "Wants a heat pump" });
    await page.goto(`${origin}/client/changes`);
    await page.reload();
    await seeUnsent(page, 2);
    for (let left = 2; left > 0; left--) {
      await find(page, '::-p-aria([name="Undo"][role="button"])');
      await click(page, '::-p-aria([name="Undo"][role="button"])');
      await eventually("it is taken back", async () => {
        const text = await readPage(page);
        return (text.match(/^Taken back\./gm) ?? []).length === 3 - left;
      });
    }
    proxy.pass();
    await page.reload();
    await eventually(
      "the queue is empty",
      async () => (await readDevice(page))?.unsent === 0,
    );
    assert.equal((await office.lead(lead)).version, 1);
    assert.deepEqual(await worker.ownTimesheets(), []);
  },
);
