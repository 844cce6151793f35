import assert from "node:assert/strict";
import { eventually } from "../system/eventually.ts";
import { type FieldDay, fieldTest } from "./field_day.ts";
import {
  clockIn,
  editLead,
  openOrder,
  seeAllReceived,
  seeUnsent,
} from "./field_work.ts";
import { find, press, readPage, see, submit } from "./on_page.ts";
import { logIn, OWNER } from "./people.ts";
import { CANARY, lookBelow, takePhoto } from "./take_photo.ts";

/** Saves what was not sent, and gives the file's path. */
async function saveFile({ page, after }: FieldDay): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "streamflow-downloads-" });
  after(() => Deno.remove(folder, { recursive: true }));
  const wire = await page.createCDPSession();
  await wire.send("Browser.setDownloadBehavior", {
    behavior: "allow",
    downloadPath: folder,
  });
  await press(page, "Save what was not sent");
  await see(page, "is among this phone's downloads");
  return await eventually("the file is written", () => {
    const [file] = [...Deno.readDirSync(folder)];
    return Promise.resolve(
      file?.name.endsWith(".json") ? `${folder}/${file.name}` : null,
    );
  });
}

/** The one photo of an order, as the office has it. */
async function readPhoto(
  { office }: FieldDay,
  order: string,
): Promise<Uint8Array> {
  const hashes = Object.keys((await office.order(order)).photos ?? {});
  assert.equal(hashes.length, 1);
  const answer = await office.request(
    `/api/client/work-orders/${order}/blobs/${hashes[0]}`,
  );
  assert.equal(answer.status, 200);
  return new Uint8Array(await answer.arrayBuffer());
}

fieldTest(
  "what a phone cannot send is saved without a network, taken in by the office without JavaScript, and counts once",
  async (day) => {
    const { page, origin, proxy, office, worker, lead, server, phone } = day;
    const [order] = day.orders;
    proxy.cut();
    await clockIn(page, origin);
    await editLead(page, origin, lead, { need: "Wants a heat pump" });
    await openOrder(page, origin, order);
    await lookBelow(page);
    await takePhoto(page);
    await see(page, "1 of 1 on this phone");
    await seeUnsent(page, 3);
    await page.goto(`${origin}/client/changes`);
    await see(page, "1 picture was not sent yet. It goes into the file too.");
    const path = await saveFile(day);
    await see(page, "In it: 3 changes, 1 picture.");

    const desk = await phone.newStranger();
    await desk.setJavaScriptEnabled(false);
    await logIn(desk, server.origin, OWNER);
    await desk.goto(`${server.origin}/client/import`);
    const chooser = await find(desk, 'input[type="file"]');
    // The selector finds inputs alone.
    await (chooser as Awaited<ReturnType<typeof desk.$<"input">>>)
      ?.uploadFile(path);
    await submit(desk, "Look at it");
    const words = await readPage(desk);
    assert.match(words, /3 changes and 1 picture of .+ can be taken in/);
    assert.match(words, /Picture of order \d+/);
    assert.match(words, /Clocked in/);
    assert.match(words, /Wants a heat pump/);
    assert.equal((await office.lead(lead)).version, 1);
    const [name = ""] = /Take in for .+/.exec(words) ?? [];
    await submit(desk, name.trim());
    assert.match(
      await readPage(desk),
      /3 changes and 1 picture of .+ taken in/,
    );
    assert.equal((await office.lead(lead)).fields.need, "Wants a heat pump");
    const photo = await readPhoto(day, order);
    assert.ok(!new TextDecoder("latin1").decode(photo).includes(CANARY));

    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await seeAllReceived(page);
    assert.equal((await office.lead(lead)).version, 2);
    const presses = (await worker.ownTimesheets()).flatMap((sheet) =>
      sheet.events.map((event) => event.kind)
    );
    assert.deepEqual(presses, ["in"]);
    await openOrder(page, origin, order);
    await lookBelow(page);
    await page.bringToFront();
    await see(page, "Received");
    assert.deepEqual(await readPhoto(day, order), photo);
  },
);
