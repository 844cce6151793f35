import assert from "node:assert/strict";
import { eventually } from "../system/eventually.ts";
import { type FieldDay, fieldTest } from "./field_day.ts";
import { clockIn, editLead, seeAllReceived, seeUnsent } from "./field_work.ts";
import { find, press, readPage, see, submit } from "./on_page.ts";
import { logIn, OWNER } from "./people.ts";

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

fieldTest(
  "what a phone cannot send is saved without a network, taken in by the office without JavaScript, and counts once",
  async (day) => {
    const { page, origin, proxy, office, worker, lead, server, phone } = day;
    proxy.cut();
    await clockIn(page, origin);
    await editLead(page, origin, lead, { need: "Wants a heat pump" });
    await seeUnsent(page, 2);
    await page.goto(`${origin}/client/changes`);
    const path = await saveFile(day);

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
    assert.match(words, /2 changes of .+ can be taken in/);
    assert.match(words, /Clocked in/);
    assert.match(words, /Wants a heat pump/);
    assert.equal((await office.lead(lead)).version, 1);
    const [name = ""] = /Take in for .+/.exec(words) ?? [];
    await submit(desk, name.trim());
    assert.match(await readPage(desk), /2 changes of .+ taken in/);
    assert.equal((await office.lead(lead)).fields.need, "Wants a heat pump");

    proxy.pass();
    await page.goto(`${origin}/client/changes`);
    await seeAllReceived(page);
    assert.equal((await office.lead(lead)).version, 2);
    const presses = (await worker.ownTimesheets()).flatMap((sheet) =>
      sheet.events.map((event) => event.kind)
    );
    assert.deepEqual(presses, ["in"]);
  },
);
