import assert from "node:assert/strict";
import type { Lead } from "../../lib/model/lead.ts";
import { NOTES_RULE } from "../../lib/model/order_notes.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { readChanges, readStatus } from "../../lib/offline/changes.ts";
import { joinsOf, resolveConflict } from "../../lib/offline/conflicts.ts";
import { dismiss, tryAgain } from "../../lib/offline/decisions.ts";
import { sync } from "../../lib/offline/drainer.ts";
import type { Field } from "../../lib/offline/field.ts";
import { readRecord } from "../../lib/offline/local.ts";
import { advanceOrder, editOrder } from "../../lib/offline/orders.ts";
import { editLead } from "../../lib/offline/leads.ts";
import { leaveField } from "../../lib/offline/scope.ts";
import { lead, opsOf, order, World } from "./world.ts";

/** The op with the open question, and the question. */
async function question(field: Field) {
  const found = (await readChanges(field)).find(({ state }) =>
    state.name === "needs-you" && state.conflicts
  );
  assert(found?.state.name === "needs-you" && found.state.conflicts);
  return { key: found.key, conflicts: found.state.conflicts };
}

async function leadEditedOnBothSides(theirs: Lead["fields"]) {
  const world = new World();
  const { server } = world;
  server.put(lead("1"));
  const { field, tab, profile } = await world.tab();
  await sync(field);
  await editLead(field, "lead_1", { phone: "111111", address: "2 Mill Ln" });
  server.put({
    ...server.get<Lead>("lead_1"),
    fields: { ...server.get<Lead>("lead_1").fields, ...theirs },
  });
  return { world, server, field, tab, profile };
}

Deno.test("different fields changed on both sides merge without a question", async () => {
  const { server, field } = await leadEditedOnBothSides({ name: "Kim Lee" });
  await editLead(field, "lead_1", { phone: "222222" });
  await sync(field);
  assert.deepEqual(server.get<Lead>("lead_1").fields, {
    name: "Kim Lee",
    phone: "222222",
    address: "2 Mill Ln",
  });
  assert.equal((await readStatus(field)).needsYou, 0);
  assert.equal((await readStatus(field)).waiting, 0);
  const ops = await opsOf(field);
  assert.equal(ops.at(-1)?.replaces, ops[0]?.key);
  assert.deepEqual(
    (await readRecord<Lead>(field, "lead_1"))?.record.fields,
    server.get<Lead>("lead_1").fields,
  );
});

Deno.test("what fell with a conflict does not overtake a later change when it is tried again", async () => {
  const { server, field } = await leadEditedOnBothSides({ phone: "999999" });
  await editLead(field, "lead_1", { address: "3 Mill Ln" });
  const fallen = (await readChanges(field))[0];
  await sync(field);
  const { key } = await question(field);
  await editLead(field, "lead_1", { address: "4 Mill Ln" });
  await tryAgain(field, fallen?.key as string);
  await resolveConflict(field, key, { phone: "theirs" });
  await sync(field);
  assert.equal((await readStatus(field)).needsYou, 0);
  assert.equal(server.get<Lead>("lead_1").fields.address, "4 Mill Ln");
});

Deno.test("a conflict on a record that left the device with a logout does not wait for ever", async () => {
  const { server, field, profile, world } = await leadEditedOnBothSides({
    phone: "999999",
  });
  await sync(field);
  const { key } = await question(field);
  await leaveField(field);
  server.remove("lead_1");
  const again = (await world.tab(profile)).field;
  await sync(again);
  await resolveConflict(again, key, { phone: "mine" });
  await sync(again);
  const { waiting, needsYou } = await readStatus(again);
  assert.deepEqual({ waiting, needsYou }, { waiting: 0, needsYou: 1 });
  const [change] = await readChanges(again);
  assert(change?.state.name === "needs-you");
  assert.equal(change.state.problem.code, "not-found");
});

Deno.test("the same value given on both sides is settled without another op", async () => {
  const { server, field } = await leadEditedOnBothSides({
    phone: "111111",
    address: "2 Mill Ln",
  });
  await sync(field);
  assert.equal((await opsOf(field)).length, 1);
  assert.equal(server.get<Lead>("lead_1").version, 2);
  assert.deepEqual((await readChanges(field))[0]?.state, {
    name: "settled",
    because: "same",
  });
});

Deno.test("a field changed on both sides is asked for, and both choices keep the loser", async () => {
  const { server, field } = await leadEditedOnBothSides({
    phone: "999999",
    address: "7 High St",
  });
  await sync(field);
  assert.equal((await readStatus(field)).needsYou, 1);
  assert.equal(
    (await readRecord<Lead>(field, "lead_1"))?.record.fields.phone,
    "111111",
  );
  const { key, conflicts } = await question(field);
  assert.deepEqual(conflicts, [
    { field: "phone", base: "555123", mine: "111111", theirs: "999999" },
    { field: "address", base: null, mine: "2 Mill Ln", theirs: "7 High St" },
  ]);
  // Half an answer leaves the question.
  assert.deepEqual(
    (await resolveConflict(field, key, { phone: "mine" }))
      .map((conflict) => conflict.field),
    ["address"],
  );
  assert.deepEqual(
    await resolveConflict(field, key, { phone: "mine", address: "theirs" }),
    [],
  );
  await sync(field);
  const { fields } = server.get<Lead>("lead_1");
  assert.deepEqual([fields.phone, fields.address], ["111111", "7 High St"]);
  assert.deepEqual(server.state.discarded, [
    { id: "lead_1", values: { address: "2 Mill Ln" } },
  ]);
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("choosing everything of theirs still sends what lost", async () => {
  const { server, field } = await leadEditedOnBothSides({ phone: "999999" });
  await sync(field);
  const { key } = await question(field);
  await resolveConflict(field, key, { phone: "theirs" });
  await sync(field);
  const { fields } = server.get<Lead>("lead_1");
  assert.deepEqual([fields.phone, fields.address], ["999999", "2 Mill Ln"]);
  assert.deepEqual(server.state.discarded[0]?.values, { phone: "111111" });
});

Deno.test("a field that lost twice before it was sent keeps both values that lost", async () => {
  const { server, field } = await leadEditedOnBothSides({ phone: "999999" });
  await sync(field);
  await resolveConflict(field, (await question(field)).key, {
    phone: "theirs",
  });
  await editLead(field, "lead_1", { phone: "222222" });
  const stored = server.get<Lead>("lead_1");
  server.put({ ...stored, fields: { ...stored.fields, phone: "888888" } });
  await sync(field);
  await resolveConflict(field, (await question(field)).key, {
    phone: "theirs",
  });
  await sync(field);
  assert.equal(server.get<Lead>("lead_1").fields.phone, "888888");
  assert.deepEqual(
    server.state.discarded.map(({ values }) => values.phone).sort(),
    ["111111", "222222"],
  );
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("a merge survives that the record changed again meanwhile", async () => {
  const { server, field } = await leadEditedOnBothSides({ phone: "999999" });
  await sync(field);
  const { key } = await question(field);
  // Another field: the chosen merge goes through after one more silent merge.
  server.put({
    ...server.get<Lead>("lead_1"),
    fields: { ...server.get<Lead>("lead_1").fields, name: "Kim Lee" },
  });
  await resolveConflict(field, key, { phone: "mine" });
  await sync(field);
  assert.deepEqual(server.get<Lead>("lead_1").fields, {
    name: "Kim Lee",
    phone: "111111",
    address: "2 Mill Ln",
  });
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("a choice counts for what its screen showed, also where another tab had the question put anew", async () => {
  const { server, field } = await leadEditedOnBothSides({ phone: "999999" });
  await sync(field);
  const { key, conflicts } = await question(field);
  const { fields } = server.get<Lead>("lead_1");
  server.put({
    ...server.get<Lead>("lead_1"),
    fields: { ...fields, phone: "888888" },
  });
  await sync(field);
  await resolveConflict(field, key, {});
  const open = await resolveConflict(field, key, { phone: "mine" }, conflicts);
  assert.deepEqual(open.map(({ theirs }) => theirs), ["888888"]);
  await sync(field);
  assert.equal(server.get<Lead>("lead_1").fields.phone, "888888");
});

Deno.test("a choice made for values that changed again is asked again", async () => {
  const { server, field } = await leadEditedOnBothSides({ phone: "999999" });
  await sync(field);
  const { key } = await question(field);
  const office = (phone: string) =>
    server.put({
      ...server.get<Lead>("lead_1"),
      fields: { ...server.get<Lead>("lead_1").fields, phone },
    });
  // Known before the choice, by a pull.
  office("888888");
  await sync(field);
  const again = await resolveConflict(field, key, { phone: "mine" });
  assert.equal(again[0]?.theirs, "888888");
  // Not known before the choice: the server says so.
  office("777777");
  await resolveConflict(field, key, { phone: "mine" });
  await sync(field);
  const next = await question(field);
  assert.deepEqual(next.conflicts, [
    { field: "phone", base: "888888", mine: "111111", theirs: "777777" },
  ]);
  await resolveConflict(field, next.key, { phone: "mine" });
  await sync(field);
  assert.equal(server.get<Lead>("lead_1").fields.phone, "111111");
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("an edit made while the question is open joins it", async () => {
  const { server, field } = await leadEditedOnBothSides({ phone: "999999" });
  await sync(field);
  await editLead(field, "lead_1", { phone: "121212" });
  await sync(field);
  assert.equal(server.get<Lead>("lead_1").fields.phone, "999999");
  const { key, conflicts } = await question(field);
  assert.equal(conflicts[0]?.mine, "121212");
  assert.equal(conflicts[0]?.base, "555123");
  await resolveConflict(field, key, { phone: "mine" });
  await sync(field);
  assert.equal(server.get<Lead>("lead_1").fields.phone, "121212");
  const status = await readStatus(field);
  assert.deepEqual([status.waiting, status.needsYou], [0, 0]);
});

Deno.test("a day's work on an order merges with the office's edits, with the moments at which it was done", async () => {
  const world = new World();
  const { server } = world;
  server.put(order("1", {
    checklist: [{ id: "gas", label: "Gas off", required: true, done: false }],
  }));
  const { field, tab } = await world.tab();
  await sync(field);
  const startedAt = new Date(tab.now()).toISOString();
  await advanceOrder(field, "wo_1", "START");
  tab.pass(3600_000);
  await editOrder(field, "wo_1", { "check:gas": true, notes: "Done" });
  await advanceOrder(field, "wo_1", "DONE");
  tab.pass(60_000);
  server.put({
    ...server.get<WorkOrder>("wo_1"),
    address: "3 New Rd",
  });
  await sync(field);
  const done = server.get<WorkOrder>("wo_1");
  assert.equal(done.status, "DONE");
  assert.equal(done.address, "3 New Rd");
  assert.equal(done.notes, "Done");
  assert.equal(done.startedAt, startedAt);
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("a status that cannot be reached any more is a question that only the office's answer settles", async () => {
  const world = new World();
  const { server } = world;
  server.put(order("1", { status: "RUNNING" }));
  const { field } = await world.tab();
  await sync(field);
  await advanceOrder(field, "wo_1", "PAUSE");
  server.put({ ...server.get<WorkOrder>("wo_1"), status: "DONE" });
  await sync(field);
  const { key, conflicts } = await question(field);
  assert.deepEqual(conflicts, [
    { field: "status", base: "RUNNING", mine: "PAUSED", theirs: "DONE" },
  ]);
  assert.equal(
    (await resolveConflict(field, key, { status: "mine" })).length,
    1,
  );
  assert.deepEqual(await resolveConflict(field, key, { status: "theirs" }), []);
  await sync(field);
  assert.deepEqual(server.state.discarded[0]?.values, { status: "PAUSED" });
  assert.equal(
    (await readRecord<WorkOrder>(field, "wo_1"))?.record.status,
    "DONE",
  );
});

Deno.test("a status that the screen did not show any more when it was written over is not gone", async () => {
  const world = new World();
  const { server } = world;
  const point = { id: "gas", label: "Gas off", required: true, done: true };
  server.put(order("1", { status: "RUNNING", checklist: [point] }));
  const { field } = await world.tab();
  await sync(field);
  await advanceOrder(field, "wo_1", "DONE");
  server.put({
    ...server.get<WorkOrder>("wo_1"),
    checklist: [{ ...point, done: false }],
  });
  await sync(field);
  await question(field);
  const shown = await readRecord<WorkOrder>(field, "wo_1");
  assert.equal(shown?.record.status, "RUNNING");
  await advanceOrder(field, "wo_1", "PAUSE");
  await sync(field);
  assert.equal(server.get<WorkOrder>("wo_1").status, "PAUSED");
  assert.deepEqual(server.state.discarded[0]?.values, { status: "DONE" });
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("what both sides wrote alike is no question when the office changes it again before the rest has arrived", async () => {
  const { server, field } = await leadEditedOnBothSides({
    phone: "111111",
    address: "9 Hill Rd",
  });
  await sync(field);
  const { key, conflicts } = await question(field);
  assert.deepEqual(conflicts.map(({ field }) => field), ["address"]);
  await resolveConflict(field, key, { address: "mine" });
  const { fields } = server.get<Lead>("lead_1");
  server.put({
    ...server.get<Lead>("lead_1"),
    fields: { ...fields, phone: "222222" },
  });
  await sync(field);
  assert.equal((await readStatus(field)).needsYou, 0);
  const { phone, address } = server.get<Lead>("lead_1").fields;
  assert.deepEqual([phone, address], ["222222", "2 Mill Ln"]);
});

Deno.test("a value that stands on the server did not lose, also where it was written over unseen", async () => {
  const { server, field } = await leadEditedOnBothSides({ phone: "111111" });
  const { fields } = lead("1");
  await editLead(field, "lead_1", { phone: "222222" }, { version: 1, fields });
  await sync(field);
  const { key } = await question(field);
  await resolveConflict(field, key, { phone: "theirs" });
  await sync(field);
  assert.equal(server.get<Lead>("lead_1").fields.phone, "111111");
  assert.deepEqual(
    server.state.discarded.map(({ values }) => values),
    [{ phone: "222222" }],
  );
});

/** A worker's notes and ticks against the office's notes, with the question open. */
async function notesOnBothSides(mine: string, theirs: string) {
  const world = new World();
  const { server } = world;
  const items = ["gas", "power", "test", "fan"];
  server.put(order("1", {
    checklist: items.map((id) => ({
      id,
      label: id,
      required: true,
      done: false,
    })),
  }));
  const { field, tab } = await world.tab();
  await sync(field);
  await editOrder(field, "wo_1", { notes: mine });
  for (const id of items) {
    await editOrder(field, "wo_1", { [`check:${id}`]: true });
  }
  server.put({ ...server.get<WorkOrder>("wo_1"), notes: theirs });
  await sync(field);
  const stored = () => server.get<WorkOrder>("wo_1");
  return { world, server, field, tab, stored };
}

Deno.test("what fell with a conflict stands under it, and the counts say what is to be decided", async () => {
  const { field, stored } = await notesOnBothSides("Leaks", "Gate 4711");
  const { key } = await question(field);
  const changes = await readChanges(field);
  assert.deepEqual(changes.map(({ state }) => state.name), [
    "held",
    "held",
    "held",
    "held",
    "needs-you",
  ]);
  assert(
    changes.every(({ state }) => state.name !== "held" || state.by === key),
  );
  const { needsYou, waiting } = await readStatus(field);
  assert.deepEqual({ needsYou, waiting }, { needsYou: 1, waiting: 0 });
  await resolveConflict(field, key, { notes: "theirs" });
  await sync(field);
  assert(stored().checklist.every(({ done }) => done));
});

Deno.test("what fell with a change that waits to be merged waits with it", async () => {
  const { world, server, field } = await notesOnBothSides("Leaks", "Leaks");
  // The module that merges is not there.
  const lost = () => Promise.reject(new Error("Offline"));
  const { conflicts } = field;
  Object.assign(field, { conflicts: lost });
  await editOrder(field, "wo_1", { "check:gas": false });
  await editOrder(field, "wo_1", { "check:fan": false });
  server.put({ ...server.get<WorkOrder>("wo_1"), address: "3 New Rd" });
  await sync(field);
  const open = (await readChanges(field)).filter(({ state }) =>
    state.name === "waiting"
  );
  const { needsYou, waiting } = await readStatus(field);
  assert.deepEqual([open.length, needsYou, waiting], [2, 0, 2]);
  Object.assign(field, { conflicts });
  await sync(field);
  assert.equal((await readStatus(field)).waiting, 0);
  assert.equal(world.server.get<WorkOrder>("wo_1").address, "3 New Rd");
});

Deno.test("both texts are kept where that is chosen: they arrive once, and nothing was discarded", async () => {
  const { world, server, field, tab, stored } = await notesOnBothSides(
    "Leaks",
    "Gate 4711",
  );
  const { key, conflicts } = await question(field);
  assert.deepEqual(await joinsOf(field, "wo_1", conflicts), {
    notes: "Gate 4711\nLeaks",
  });
  assert.deepEqual(await resolveConflict(field, key, { notes: "both" }), []);
  // The answer is lost on its way, and asked for again.
  tab.fault = (at, path) => {
    if (at !== "after" || path !== "/api/client/sync") return;
    tab.fault = () => {};
    throw new TypeError("Failed to fetch");
  };
  await sync(field);
  await sync(field);
  assert.equal(stored().notes, "Gate 4711\nLeaks");
  assert.equal(stored().version, 3);
  assert.deepEqual(server.state.discarded, []);
  const { needsYou, waiting } = await readStatus(field);
  assert.deepEqual({ needsYou, waiting }, { needsYou: 0, waiting: 0 });
  assert.equal(world.server.state.applied.length, 1);
});

Deno.test("both texts are not kept where they do not fit, nor of a field that holds no text", async () => {
  const long = "x".repeat(NOTES_RULE.maxLength as number);
  const { field, stored } = await notesOnBothSides("Leaks", long);
  const { key, conflicts } = await question(field);
  assert.deepEqual(await joinsOf(field, "wo_1", conflicts), {});
  assert.equal(
    (await resolveConflict(field, key, { notes: "both" })).length,
    1,
  );
  assert.equal(stored().notes, long);

  const other = await leadEditedOnBothSides({ phone: "999999" });
  await sync(other.field);
  const asked = await question(other.field);
  assert.deepEqual(
    await joinsOf(other.field, "lead_1", asked.conflicts),
    {},
  );
  assert.equal(
    (await resolveConflict(other.field, asked.key, { phone: "both" })).length,
    1,
  );
  assert.equal(other.server.get<Lead>("lead_1").fields.phone, "999999");
});

Deno.test("a change that was given up keeps the name of its lead", async () => {
  const { server, field } = await leadEditedOnBothSides({});
  server.remove("lead_1");
  await sync(field);
  const [refused] = await readChanges(field);
  await dismiss(field, refused?.key as string);
  const [settled] = await readChanges(field);
  assert.deepEqual(settled?.about, { fields: { name: "Kim" } });
});
