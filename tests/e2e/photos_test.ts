import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { readSignature } from "../../lib/model/signature.ts";
import { eventually } from "../system/eventually.ts";
import { fieldTest, OWNER } from "./field_day.ts";
import { openOrder } from "./field_work.ts";
import { click, fill, find, press, see } from "./on_page.ts";
import { logIn } from "./people.ts";
import { CANARY, lookBelow, takePhoto } from "./take_photo.ts";

/** Draws on the pad as a finger does. */
async function draw(page: Page): Promise<void> {
  const pad = await find(page, "canvas.pad");
  await pad.scrollIntoView();
  const box = await pad.boundingBox();
  assert.ok(box);
  const { x, y, width, height } = box;
  await page.mouse.move(x + width * .2, y + height * .5);
  await page.mouse.down();
  for (let i = 1; i < 12; i++) {
    const up = i % 2 ? .3 : .7;
    await page.mouse.move(x + width * (.2 + i * .05), y + height * up);
  }
  await page.mouse.up();
}

/** Whether every picture on the page is shown. */
const allShown = (page: Page) =>
  page.evaluate(() => {
    const pictures = [...document.querySelectorAll<HTMLImageElement>(
      ".shot img, .sign img",
    )];
    return pictures.length === 2 &&
      pictures.every((picture) => picture.complete && picture.naturalWidth > 0);
  });

fieldTest(
  "a photo and a signature made without a network reach the office, and an edit makes the signature void for all to see",
  async (day) => {
    const { page, proxy, origin, orders, office, phone } = day;
    const [order] = orders;
    await page.setViewport({ width: 320, height: 640 });
    const account = await phone.newPage();
    await account.goto(`${origin}/account`);
    // Its islands are alive: they come after the page, and nothing keeps them for a page of the office.
    await see(account, "All received");
    proxy.cut();
    await page.bringToFront();
    await openOrder(page, origin, order);
    await lookBelow(page);
    await takePhoto(page);
    await see(page, "1 of 1 on this phone");
    await see(page, "On this phone");
    await press(page, "Let the customer sign");
    await see(page, "1 photo");
    await fill(page, { signer: "Clara Whitcombe" });
    await draw(page);
    await press(page, "Sign");
    await see(page, "Holds for what is shown");
    assert.ok(await allShown(page));
    const wide = await page.evaluate(() => document.body.scrollWidth);
    assert.ok(wide <= 320, `${wide} pixels wide`);

    await see(account, "2 changes and 2 pictures were not sent.");
    await account.close();

    // Any page of the field sends what waits, not only the order's own.
    await page.goto(`${origin}/client/today`);
    proxy.pass();
    await page.bringToFront();
    const kept = await eventually("the office has both", async () => {
      const kept = await office.order(order);
      return kept.signature && kept.photos ? kept : null;
    });
    const [hash = ""] = Object.keys(kept.photos ?? {});
    const signature = readSignature(kept.signature);
    assert.equal(signature?.name, "Clara Whitcombe");
    const blob = (name: string) =>
      office.request(`/api/client/work-orders/${order}/blobs/${name}`);
    const photo = await eventually("the photo is complete", async () => {
      const answer = await blob(hash);
      const bytes = new Uint8Array(await answer.arrayBuffer());
      return answer.ok && bytes;
    });
    assert.ok(!new TextDecoder("latin1").decode(photo).includes(CANARY));
    await openOrder(page, origin, order);
    await lookBelow(page);
    await see(page, "Received");

    const machine = await phone.newStranger();
    await logIn(machine, origin, OWNER);
    await machine.goto(`${origin}/client/orders/${order}`);
    await lookBelow(machine);
    await eventually("the office sees both", () => allShown(machine));
    const size = await machine.$eval(".shot img", (picture) => {
      const { naturalWidth, naturalHeight } = picture as HTMLImageElement;
      return [naturalWidth, naturalHeight];
    });
    // Turned upright, and its longest side 1,600 pixels.
    assert.deepEqual(size, [800, 1600]);
    await see(machine, "Clara Whitcombe");
    await see(machine, "Holds for what is shown");

    await fill(page, { notes: "And the fan, after all." });
    await click(page, 'button[name="action"][value="SAVE"]');
    await lookBelow(page);
    await see(page, "The order was changed after Clara Whitcombe signed.");
    await eventually(
      "the edit is with the office",
      async () => (await office.order(order)).notes !== null,
    );
    await machine.reload();
    await lookBelow(machine);
    await see(machine, "The order was changed after Clara Whitcombe signed.");
  },
);
