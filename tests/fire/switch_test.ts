import assert from "node:assert/strict";
import { type FieldDay, fieldTest, LEAD } from "../e2e/field_day.ts";
import { eventually } from "../system/eventually.ts";
import {
  clockIn,
  editLead,
  getReady,
  readDevice,
  seeAllReceived,
  seeUnsent,
} from "../e2e/field_work.ts";
import { Desk, sessionCookie } from "../e2e/office.ts";
import { fill, readPage, see, submit } from "../e2e/on_page.ts";
import {
  inviteWorker,
  type Person,
  signUpCompany,
  WORKER,
} from "../e2e/people.ts";
import { checkStorage, checkText, readStorage } from "../e2e/readable.ts";
import { lookBelow, takePhoto } from "../e2e/take_photo.ts";
import { pressOften } from "./clock_presses.ts";

const PENDING = 200;

/** Of these; the rest are a lead and the photo of an order. */
const PRESSES = PENDING - 2;

/** How far what the server believes may lie from what the test saw, milliseconds. */
const NEAR_MS = 1000;

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

/** Takes a photo on the first order. */
async function photograph({ page, origin, orders }: FieldDay): Promise<void> {
  await page.goto(`${origin}/client/orders/${orders[0]}`);
  await lookBelow(page);
  await takePhoto(page);
  await see(page, "1 of 1 on this phone");
}

/** The office has the one photo of the first order, whole; the other company has nothing of it. */
async function checkPhoto(
  { office, orders }: FieldDay,
  other: Desk,
): Promise<void> {
  const [order] = orders;
  const [hash = "", ...rest] = await eventually(
    "the office knows the photo",
    async () => {
      const { photos } = await office.order(order);
      return photos ? Object.keys(photos) : null;
    },
  );
  assert.deepEqual(rest, []);
  const path = `/api/client/work-orders/${order}/blobs/${hash}`;
  const bytes = await eventually("the photo is whole", async () => {
    const answer = await office.request(path);
    const bytes = await answer.arrayBuffer();
    return answer.ok && bytes;
  });
  const sum = await crypto.subtle.digest("SHA-256", bytes);
  assert.equal(
    new Uint8Array(sum).toBase64({ alphabet: "base64url", omitPadding: true }),
    hash,
  );
  const elsewhere = await other.request(path);
  await elsewhere.body?.cancel();
  assert.equal(elsewhere.status, 404);
}

fieldTest(
  `a switch with ${PENDING} changes unsent loses none, gives none to the other company and leaves nothing readable`,
  async (day) => {
    const { phone, proxy, origin, page, office, worker, lead } = day;
    const cedar = await joinCedar(day);
    const [order] = day.orders;
    proxy.break((path) => ({
      kind: /^\/api\/client\/(?:sync|work-orders)/.test(path) ? "drop" : "pass",
    }));
    await editLead(page, origin, lead, { need: TYPED });
    await photograph(day);
    const began = Date.now();
    await clockIn(page, origin);
    await pressOften(page, PRESSES - 1);
    const ended = Date.now();
    await seeUnsent(page, PENDING);
    await page.goto(`${origin}/account`);
    await submit(page, "Go to Cedar Cooling, Client");

    checkText(await readStorage(page), "the browser's storage", SECRETS);
    checkText(await readPage(page), "the page", SECRETS);
    proxy.break(null);
    await getReady(page, origin);
    await seeAllReceived(page);
    assert.equal((await readDevice(page))?.ops, 0);
    await checkStorage(page, phone.folder, SECRETS);
    assert.deepEqual(await cedar.hours(), []);
    assert.deepEqual(await cedar.leads(), []);
    assert.deepEqual(await office.hours(), []);
    assert.equal((await office.lead(lead)).version, 1);
    assert.equal((await office.order(order)).photos, undefined);

    await page.goto(`${origin}/account`);
    await submit(page, "Go to Brightwater Heating, Client");
    await getReady(page, origin);
    await seeAllReceived(page);
    const events = (await worker.ownTimesheets())
      .flatMap((sheet) => sheet.events);
    assert.equal(events.length, PRESSES);
    assert.equal(new Set(events.map(({ id }) => id)).size, PRESSES);
    // The hours are those of the presses, not of their arrival after two switches.
    for (const { believedAt } of events) {
      const at = Date.parse(believedAt);
      assert.ok(at > began - NEAR_MS && at < ended + NEAR_MS, believedAt);
    }
    const [hours, ...others] = await office.hours();
    assert.deepEqual([hours?.userId, others], [worker.id, []]);
    // What another page made long ago is a claim: the office is told.
    assert.deepEqual(hours?.state.flags, ["doubtful-clock"]);
    await checkPhoto(day, cedar);
    const { version, fields } = await office.lead(lead);
    assert.deepEqual([version, fields.need], [2, TYPED]);
    assert.deepEqual(await cedar.hours(), []);
    assert.deepEqual(await cedar.leads(), []);
  },
);
