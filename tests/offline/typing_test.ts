import assert from "node:assert/strict";
import type { FieldValue } from "../../lib/model/form.ts";
import { readSignature } from "../../lib/model/signature.ts";
import type { Lead } from "../../lib/model/lead.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { signOrder } from "../../lib/offline/blobs.ts";
import { readChanges, readStatus } from "../../lib/offline/changes.ts";
import { resolveConflict } from "../../lib/offline/conflicts.ts";
import { sync } from "../../lib/offline/drainer.ts";
import type { Field } from "../../lib/offline/field.ts";
import { editLead } from "../../lib/offline/leads.ts";
import { readRecord } from "../../lib/offline/local.ts";
import { editOrder } from "../../lib/offline/orders.ts";
import type { Seen } from "../../lib/offline/saving.ts";
import { lead, opsOf, order, World } from "./world.ts";

async function orderWithNotes(notes: string | null) {
  const world = new World();
  const { server } = world;
  server.put(order("1", { notes }));
  const { field, tab } = await world.tab();
  await sync(field);
  const office = (more: Partial<WorkOrder>) =>
    server.put({ ...server.get<WorkOrder>("wo_1"), ...more });
  const stored = () => server.get<WorkOrder>("wo_1");
  return { world, server, field, tab, office, stored };
}

/** Somebody in a field of notes that saves by itself: what they save is what they have before them from then on. */
function typist(field: Field, seen: Seen) {
  return async (notes: string) => {
    const was = seen;
    seen = { ...was, fields: { notes } };
    assert((await editOrder(field, "wo_1", { notes }, was)).ok);
  };
}

/** The one question that is open, as people see it. */
async function question(field: Field) {
  const open = (await readChanges(field)).flatMap(({ key, state }) =>
    state.name === "needs-you" && state.conflicts
      ? [{ key, conflicts: state.conflicts }]
      : []
  );
  assert.equal(open.length, 1);
  return open[0] as typeof open[number];
}

const said = (base: FieldValue, mine: FieldValue, theirs: FieldValue) => [
  { field: "notes", base, mine, theirs },
];

Deno.test("what the office writes while somebody types on is a question, not overwritten", async () => {
  const { field, office, stored } = await orderWithNotes(null);
  const type = typist(field, { version: 1, fields: { notes: null } });
  await type("Pump leaks");
  await sync(field);
  assert.equal(stored().notes, "Pump leaks");
  office({ notes: "Gate code 4711" });
  await sync(field);
  await type("Pump leaks at the valve");
  await sync(field);
  assert.equal(stored().notes, "Gate code 4711");
  const { key, conflicts } = await question(field);
  assert.deepEqual(
    conflicts,
    said("Pump leaks", "Pump leaks at the valve", "Gate code 4711"),
  );
  // And they go on typing, with the question open.
  await type("Pump leaks at the valve, again");
  await sync(field);
  assert.equal(stored().notes, "Gate code 4711");
  const again = await question(field);
  assert.equal(again.key, key);
  await resolveConflict(field, again.key, { notes: "theirs" });
  await sync(field);
  assert.equal(stored().notes, "Gate code 4711");
  const { needsYou, waiting } = await readStatus(field);
  assert.deepEqual({ needsYou, waiting }, { needsYou: 0, waiting: 0 });
});

Deno.test("what was decided for the office is asked again when somebody types on", async () => {
  const { field, office, stored } = await orderWithNotes(null);
  const type = typist(field, { version: 1, fields: { notes: null } });
  office({ notes: "Gate code 4711" });
  await sync(field);
  await type("Pump leaks");
  await sync(field);
  await resolveConflict(field, (await question(field)).key, {
    notes: "theirs",
  });
  await type("Pump leaks at the valve");
  await sync(field);
  assert.equal(stored().notes, "Gate code 4711");
  assert.equal((await readStatus(field)).needsYou, 1);
});

Deno.test("saving again and again while typing conflicts with nobody, received or not", async () => {
  const { world, server, field, office, stored } = await orderWithNotes("Ring");
  const type = typist(field, { version: 1, fields: { notes: "Ring" } });
  await type("Ring twice");
  await sync(field);
  // Received, and neither pulled nor shown yet.
  await type("Ring twice, loudly");
  world.network = false;
  await type("Ring twice, loudly, then");
  await type("Ring twice, loudly, then wait");
  world.network = true;
  await sync(field);
  // Somebody else's change of another field is none of the notes'.
  office({ address: "3 New Rd" });
  await sync(field);
  await type("Ring twice, loudly, then wait.");
  await sync(field);
  assert.equal(stored().notes, "Ring twice, loudly, then wait.");
  assert.equal(stored().address, "3 New Rd");
  assert.equal(server.state.applied.length, 5);
  assert.equal((await opsOf(field)).length, 5);
});

Deno.test("a page that is newer than the phone's copy is changed without a question", async () => {
  const { field, office, stored } = await orderWithNotes("Ring");
  const { version } = office({ notes: "Ring twice" });
  const seen = { version, fields: { notes: "Ring twice" } };
  assert((await editOrder(field, "wo_1", { notes: "Knock" }, seen)).ok);
  await sync(field);
  assert.equal(stored().notes, "Knock");
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("a lead's form that stood open asks where the office changed what was typed, and only there", async () => {
  const world = new World();
  const { server } = world;
  server.put(lead("1"));
  const { field } = await world.tab();
  await sync(field);
  const opened = (await readRecord<Lead>(field, "lead_1"))?.record as Lead;
  const seen = { version: opened.version, fields: opened.fields };
  server.put({ ...opened, fields: { ...opened.fields, phone: "999999" } });
  await sync(field);
  assert((await editLead(field, "lead_1", { address: "2 Mill Ln" }, seen)).ok);
  await sync(field);
  assert.equal((await readStatus(field)).needsYou, 0);
  assert((await editLead(field, "lead_1", { phone: "111111" }, seen)).ok);
  await sync(field);
  assert.deepEqual(server.get<Lead>("lead_1").fields, {
    name: "Kim",
    phone: "999999",
    address: "2 Mill Ln",
  });
  assert.equal((await readStatus(field)).needsYou, 1);
});

Deno.test("a signature that arrived while another one was given is not overwritten", async () => {
  const { field, office, stored } = await orderWithNotes(null);
  const sign = (name: string, seen: Seen) =>
    signOrder(field, "wo_1", { name, shown: "shown" }, null, seen);
  const seen = { version: 1, fields: { signature: null } };
  const theirs = JSON.stringify({ ...readSignature(null), name: "Kim" });
  office({ signature: theirs });
  await sync(field);
  assert((await sign("Lee", seen)).ok);
  await sync(field);
  assert.equal(stored().signature, theirs);
  assert.equal((await readStatus(field)).needsYou, 1);
});
