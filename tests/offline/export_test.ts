import assert from "node:assert/strict";
import { createHash, createHmac, hkdfSync } from "node:crypto";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import {
  type UnsentFile,
  unsentInfo,
  unsentText,
} from "../../lib/model/unsent_file.ts";
import { readChanges, readStatus } from "../../lib/offline/changes.ts";
import { pressClock } from "../../lib/offline/clock.ts";
import { dismiss, undo } from "../../lib/offline/decisions.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { exportUnsent } from "../../lib/offline/export_unsent.ts";
import { createLead, editLead } from "../../lib/offline/leads.ts";
import { advanceOrder, editOrder } from "../../lib/offline/orders.ts";
import { readRecord } from "../../lib/offline/local.ts";
import { leaveField } from "../../lib/offline/scope.ts";
import { lead, opsOf, order, WORKER, World } from "./world.ts";

/** The share that the fake server gives a database. */
const shareOf = (vault: string) =>
  createHash("sha256").update(`${WORKER.id} ${WORKER.orgId} ${vault}`).digest();

function sealOf(file: UnsentFile): string {
  const key = hkdfSync(
    "sha256",
    shareOf(file.device.vault),
    "",
    unsentInfo(file),
    32,
  );
  return createHmac("sha256", new Uint8Array(key)).update(unsentText(file))
    .digest("hex");
}

Deno.test("the file holds exactly what would be sent next, sealed, also without a network, and changes nothing", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const { field, tab } = await world.tab();
  await pressClock(field, "in");
  await createLead(field, { name: "Refused", phone: "bad" });
  await sync(field);
  world.network = false;
  await createLead(field, { name: "Nora Neu" });
  const edit = await editLead(field, "lead_1", { address: "9 Hill St" });
  assert(edit.ok && edit.value.key);
  await undo(field, edit.value.key);
  tab.pass(90 * 60_000);
  await pressClock(field, "out");
  const before = await opsOf(field);
  const saved = await exportUnsent(field);
  assert.deepEqual(await opsOf(field), before);
  assert.deepEqual([saved.ops, saved.refused], [2, 1]);
  assert.match(saved.name, /^streamflow-unsent-2026-11-22T0930\.json$/);
  // Read as the server reads it.
  const file = JSON.parse(await saved.file.text()) as UnsentFile;
  assert.equal(file.seal, sealOf(file));
  assert.deepEqual([file.format, file.version], ["streamflow-unsent", 2]);
  assert.deepEqual(file.user, { id: WORKER.id, name: "Wanda" });
  assert.deepEqual(file.org, { id: WORKER.orgId, name: "Warm & Co" });
  assert.deepEqual(file.ops.map(({ seq, route, key }) => [seq, route, key]), [
    [3, "/api/client/leads", before[2]?.key],
    [4, "/api/client/noop", before[3]?.key],
    [5, "/api/client/clock-events", before[4]?.key],
  ]);
  assert.equal(file.ops[0]?.claim.elapsedMs, 90 * 60_000);
  assert.deepEqual(
    file.refused.map(({ payload, problem }) => [payload, problem.code]),
    [[before[1]?.payload, "invalid-input"]],
  );
  // The device still sends all of it.
  world.network = true;
  await sync(field);
  assert.equal((await readStatus(field)).waiting, 0);
});

Deno.test("one changed letter breaks the seal", async () => {
  const world = new World();
  const { field } = await world.tab();
  world.network = false;
  await createLead(field, { name: "Nora Neu" });
  const text = await (await exportUnsent(field)).file.text();
  const file = JSON.parse(text.replace("Nora Neu", "Nora New")) as UnsentFile;
  assert.notEqual(file.seal, sealOf(file));
});

Deno.test("after a logout there is nothing that could be written down", async () => {
  const world = new World();
  const { field } = await world.tab();
  world.network = false;
  await createLead(field, { name: "Nora Neu" });
  await leaveField(field);
  await assert.rejects(exportUnsent(field));
});

Deno.test("a change that needs somebody is listed however many came after it", async () => {
  const world = new World();
  const { field } = await world.tab();
  await createLead(field, { name: "Refused", phone: "bad" });
  await sync(field);
  for (let i = 0; i < 12; i++) await createLead(field, { name: `Lead ${i}` });
  await sync(field);
  const states = (await readChanges(field, 10)).map(({ state }) => state.name);
  assert.equal(states.length, 11);
  assert.equal(states.at(-1), "needs-you");
});

Deno.test("what was done to an order that went to somebody else meanwhile stays with its reason, also after it was given up", async () => {
  const world = new World();
  world.server.put(order("1"));
  const { field } = await world.tab();
  await sync(field);
  world.network = false;
  await advanceOrder(field, "wo_1", "START");
  await editOrder(field, "wo_1", { notes: "The fan was stuck." });
  world.server.remove("wo_1");
  world.network = true;
  await sync(field);
  const [note, start] = await readChanges(field);
  assert(start?.state.name === "needs-you");
  assert.equal(start.state.problem.code, "not-found");
  assert(note);
  assert.deepEqual(note.state, { name: "held", by: start.key });
  assert.deepEqual(note.change.payload, {
    fields: { notes: "The fan was stuck." },
  });
  // The order stays readable as long as the question is open, whatever a pull says.
  await sync(field);
  const local = await readRecord<WorkOrder>(field, "wo_1");
  assert.deepEqual([local?.gone, local?.record.title], [
    true,
    "Service boiler",
  ]);
  const { refused } = JSON.parse(
    await (await exportUnsent(field)).file.text(),
  );
  assert.equal(refused.length, 2);
  await dismiss(field, start.key);
  assert.equal((await readStatus(field)).needsYou, 0);
  // The order itself may go now: what was done to it is still told by its name.
  await sync(field);
  assert.equal(await readRecord<WorkOrder>(field, "wo_1"), null);
  const settled = await readChanges(field);
  const about = { number: 1, title: "Service boiler", checklist: [] };
  assert.deepEqual(
    settled.map(({ state, change, about }) => [
      state,
      "fields" in change.payload,
      about,
    ]),
    [
      [{ name: "settled", because: "dismissed" }, true, about],
      [{ name: "settled", because: "dismissed" }, false, about],
    ],
  );
});
