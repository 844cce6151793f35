import assert from "node:assert/strict";
import type { Page } from "puppeteer-core";
import { type FieldDay, fieldTest, LEAD } from "../e2e/field_day.ts";
import {
  clockIn,
  editLead,
  getReady,
  readDatabases,
  readDevice,
  seeAllReceived,
  seeUnsent,
} from "../e2e/field_work.ts";
import { Desk, sessionCookie } from "../e2e/office.ts";
import { fill, readPage, submit } from "../e2e/on_page.ts";
import {
  inviteWorker,
  type Person,
  signUpCompany,
  WORKER,
} from "../e2e/people.ts";

import { pressOften } from "./clock_presses.ts";

const PENDING = 200;

/** What a person typed and nobody has received. */
const TYPED = "Key is under the third stone";

/** What belongs to the first company alone. */
const SECRETS = [
  TYPED,
  LEAD.name,
  LEAD.phone,
  "Larkfield Dental",
  "41 Alder Court",
  "Heat pump shows fault E7",
];

const CEDAR: Person = {
  name: "Cora Cedar",
  email: "cora@cedar.example",
  password: "a cedar in the yard",
};

/** The worker joins another company, on another machine. @returns that company's owner */
async function joinCedar(day: FieldDay): Promise<Desk> {
  const { phone, origin, server } = day;
  const desk = await phone.newStranger();
  await signUpCompany(desk, origin, CEDAR, "Cedar Cooling");
  const owner = new Desk(server.origin, await sessionCookie(desk));
  const link = await inviteWorker(desk, origin, WORKER);
  await desk.browserContext().close();
  const machine = await phone.newStranger();
  await machine.goto(link);
  await fill(machine, { password: WORKER.password });
  await submit(machine, "Join");
  await machine.browserContext().close();
  return owner;
}

/** Every row of every database, sealed bytes as text too, and every cached answer. */
async function readStorage(page: Page): Promise<string> {
  const rows = await readDatabases(page);
  const kept = await page.evaluate(async () => {
    const texts: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        texts.push(
          request.url,
          await (await cache.match(request))?.text() ?? "",
        );
      }
    }
    return texts;
  });
  return JSON.stringify(rows, (_name, value) => {
    const bytes = value !== null && typeof value === "object" &&
      Object.keys(value).length > 12 && "0" in value && "12" in value;
    return bytes
      ? String.fromCharCode(...Object.values(value) as number[])
      : value;
  }) + kept.join("\n");
}

/** The browser's own files of databases and caches, byte by byte. */
async function* filesOf(folder: string): AsyncGenerator<[string, string]> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesOf(path);
    else if (/IndexedDB|CacheStorage|Local Storage/.test(path)) {
      const bytes = await Deno.readFile(path).catch(() => new Uint8Array());
      // Chromium writes text in one byte per letter, or in two.
      const text = new TextDecoder("latin1").decode(bytes);
      yield [path, text + text.replaceAll("\0", "")];
    }
  }
}

function checkText(text: string, where: string): void {
  for (const secret of SECRETS) {
    assert.ok(!text.includes(secret), `${secret} can be read in ${where}`);
  }
}

fieldTest(
  `a switch with ${PENDING} changes unsent loses none, gives none to the other company and leaves nothing readable`,
  async (day) => {
    const { phone, proxy, origin, page, office, worker, lead } = day;
    const cedar = await joinCedar(day);
    proxy.break((path) => ({
      kind: path.startsWith("/api/client/sync") ? "drop" : "pass",
    }));
    await editLead(page, origin, lead, { need: TYPED });
    await clockIn(page, origin);
    await pressOften(page, PENDING - 2);
    await seeUnsent(page, PENDING);
    await page.goto(`${origin}/account`);
    await submit(page, "Go to Cedar Cooling, Client");

    checkText(await readStorage(page), "the browser's storage");
    checkText(await readPage(page), "the page");
    proxy.break(null);
    await getReady(page, origin);
    await seeAllReceived(page);
    assert.equal((await readDevice(page))?.ops, 0);
    checkText(await readStorage(page), "the browser's storage");
    let files = 0;
    for await (const [path, text] of filesOf(phone.folder)) {
      files++;
      checkText(text, path);
    }
    assert.ok(files > 2);
    assert.deepEqual(await cedar.hours(), []);
    assert.deepEqual(await cedar.leads(), []);
    assert.equal((await office.lead(lead)).version, 1);

    await page.goto(`${origin}/account`);
    await submit(page, "Go to Brightwater Heating, Client");
    await getReady(page, origin);
    await seeAllReceived(page);
    const events = (await worker.ownTimesheets())
      .flatMap((sheet) => sheet.events);
    assert.equal(events.length, PENDING - 1);
    assert.equal(new Set(events.map(({ id }) => id)).size, PENDING - 1);
    const { version, fields } = await office.lead(lead);
    assert.deepEqual([version, fields.need], [2, TYPED]);
    assert.deepEqual(await cedar.hours(), []);
    assert.deepEqual(await cedar.leads(), []);
  },
);
