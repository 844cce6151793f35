import assert from "node:assert/strict";
import type { Lead } from "../../lib/model/lead.ts";
import type { Timesheet } from "../../lib/model/timesheet.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { problem } from "../../lib/model/problem.ts";
import { readChanges, readStatus } from "../../lib/offline/changes.ts";
import { dismiss, tryAgain, undo } from "../../lib/offline/decisions.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { readClock } from "../../lib/offline/clock.ts";
import { readRecord } from "../../lib/offline/local.ts";
import { readLeads } from "../../lib/offline/lead_list.ts";
import { readToday } from "../../lib/offline/orders.ts";
import { advanceOrder, editOrder } from "../../lib/offline/orders.ts";
import { createLead, editLead } from "../../lib/offline/leads.ts";
import { pressClock } from "../../lib/offline/clock.ts";
import { cloneProfile, lead, opsOf, order, Profile, World } from "./world.ts";

async function saved<T>(
  write: Promise<{ ok: true; value: T } | { ok: false; problem: unknown }>,
): Promise<T> {
  const result = await write;
  assert(result.ok, JSON.stringify(result));
  return result.value;
}

Deno.test("a day without a network arrives exactly once when it is back", async () => {
  const world = new World();
  world.server.put(order("1"));
  world.server.put(lead("1"));
  const { field } = await world.tab();
  assert.deepEqual(await sync(field), { kind: "done" });
  world.network = false;
  await saved(pressClock(field, "in"));
  await saved(editLead(field, "lead_1", { phone: "999888" }));
  await saved(advanceOrder(field, "wo_1", "START"));
  await saved(editOrder(field, "wo_1", { notes: "Valve replaced" }));
  await saved(advanceOrder(field, "wo_1", "DONE"));
  const made = await saved(createLead(field, { name: "Neighbour" }));
  assert.equal((await sync(field)).kind, "later");
  assert.equal((await readStatus(field)).waiting, 6);
  assert.equal((await readStatus(field)).reach, "unreachable");
  assert.equal((await readClock(field)).state.status, "on");
  assert.equal(
    (await readRecord<WorkOrder>(field, "wo_1"))?.record.status,
    "DONE",
  );

  world.network = true;
  assert.deepEqual(await sync(field), { kind: "done" });
  const { server } = world;
  assert.equal(server.get<Lead>("lead_1").fields.phone, "999888");
  assert.equal(server.get<WorkOrder>("wo_1").status, "DONE");
  assert.equal(server.get<WorkOrder>("wo_1").notes, "Valve replaced");
  assert.equal(server.get<Lead>(made.record.id).fields.name, "Neighbour");
  assert.equal(
    server.get<Timesheet>("usr_worker/2026-11-22").state.status,
    "on",
  );
  assert.equal(server.state.applied.length, 6);
  const status = await readStatus(field);
  assert.deepEqual([status.waiting, status.needsYou], [0, 0]);
  assert.equal(
    (await readRecord<WorkOrder>(field, "wo_1"))?.standing,
    "received",
  );
  assert.equal((await readClock(field)).events.length, 1);
  assert.deepEqual(
    (await readChanges(field)).map(({ state }) =>
      state.name === "received" && state.receipt
    ),
    [6, 5, 4, 3, 2, 1],
  );
});

Deno.test("op and record are written together or not at all", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const { field } = await world.tab();
  await sync(field);
  await assert.rejects(
    editLead(
      field,
      "lead_1",
      // A value that cannot be stored.
      { phone: 1n as unknown as string },
    ),
  );
  assert.deepEqual(await opsOf(field), []);
  assert.equal(
    (await readRecord<Lead>(field, "lead_1"))?.record.fields.phone,
    "555123",
  );
  await saved(editLead(field, "lead_1", { phone: "1111111" }));
  assert.equal((await opsOf(field))[0]?.seq, 1);
});

Deno.test("every queue transaction asks for strict durability", async () => {
  const world = new World();
  const { field } = await world.tab();
  const seen: (string | undefined)[] = [];
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    if (mode === "readwrite") seen.push(options?.durability);
    return transaction.call(this, stores, mode, options);
  };
  try {
    await saved(pressClock(field, "in"));
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
  assert.deepEqual(seen, ["strict"]);
});

Deno.test("two tabs number their ops without gap or collision", async () => {
  const world = new World();
  const profile = new Profile();
  const a = await world.tab(profile);
  const b = await world.tab(profile);
  await Promise.all(
    [a, b, a, b, a, b, a, b].map(({ field }) => pressClock(field, "in")),
  );
  const ops = await opsOf(a.field);
  assert.deepEqual(ops.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(new Set(ops.map(({ key }) => key)).size, 8);
});

Deno.test("after a lost answer the same keys are sent again and nothing happens twice", async () => {
  const world = new World();
  const { field, tab } = await world.tab();
  await saved(createLead(field, { name: "A" }));
  await saved(createLead(field, { name: "B" }));
  tab.fault = (at) => {
    if (at === "after") throw new TypeError("cut");
  };
  assert.equal((await sync(field)).kind, "later");
  assert.equal(world.server.state.applied.length, 2);
  tab.fault = () => {};
  assert.equal((await sync(field)).kind, "done");
  const [first, second] = world.server.requests;
  assert.deepEqual(
    first?.ops.map(({ key }) => key),
    second?.ops.map(({ key }) => key),
  );
  assert.equal(world.server.state.applied.length, 2);
  assert.equal((await readStatus(field)).waiting, 0);
});

Deno.test("what is not the server's answer changes nothing", async () => {
  const world = new World();
  const { field, tab } = await world.tab();
  await saved(createLead(field, { name: "A" }));
  const instead = [
    new Response("<html>Log in to Wi-Fi</html>", { status: 200 }),
    new Response('{"ok":true}', { status: 200 }),
    new Response("<html>Bad gateway</html>", { status: 502 }),
    new Response('{"epoch":"e","lastSeq":1,"ha', { status: 200 }),
    new Response('{"error":"login"}', { status: 401 }),
    Response.json({
      epoch: "e",
      lastSeq: 1,
      hash: "0",
      results: [{ seq: 1, key: "op_other", status: 201 }],
    }),
  ];
  for (const response of instead) {
    tab.fault = (at) =>
      at === "before" ? Promise.resolve(response.clone()) : undefined;
    assert.equal((await sync(field)).kind, "later");
    const [op] = await opsOf(field);
    assert.equal(op?.state, "waiting");
    assert.equal((await readStatus(field)).loginNeeded, false);
  }
  tab.fault = () => {};
  assert.equal((await sync(field)).kind, "done");
});

Deno.test("an ended session pauses the queue and keeps everything", async () => {
  const world = new World();
  const { field, profile } = await world.tab();
  await saved(pressClock(field, "in"));
  world.server.loggedIn = false;
  assert.deepEqual(await sync(field), { kind: "login" });
  const status = await readStatus(field);
  assert.equal(status.loginNeeded, true);
  assert.equal(status.waiting, 1);
  world.server.loggedIn = true;
  const again = await world.tab(profile);
  assert.equal((await readStatus(again.field)).loginNeeded, false);
  assert.deepEqual(await sync(again.field), { kind: "done" });
  assert.equal(world.server.state.applied.length, 1);
});

Deno.test("a batch that is stopped in its middle goes on from there", async () => {
  const world = new World();
  const { field } = await world.tab();
  for (const name of ["A", "B", "C"]) await saved(createLead(field, { name }));
  world.server.stopBefore = {
    index: 1,
    problem: problem("busy", { retryAfter: 7 }),
  };
  const outcome = await sync(field);
  assert(outcome.kind === "later" && outcome.waitMs >= 7000);
  assert.equal((await readStatus(field)).waiting, 2);
  await sync(field);
  assert.equal(world.server.state.applied.length, 3);
  assert.deepEqual(
    world.server.requests[1]?.ops.map(({ seq }) => seq),
    [2, 3],
  );
});

Deno.test("more ops than a request may carry travel in several", async () => {
  const world = new World();
  const { field } = await world.tab();
  await Promise.all(
    Array.from({ length: 260 }, () => pressClock(field, "in")),
  );
  await sync(field);
  assert.deepEqual(
    world.server.requests.map(({ ops }) => ops.length),
    [250, 10],
  );
  assert.equal(world.server.state.applied.length, 260);
});

Deno.test("START, PAUSE and DONE made offline do not conflict with themselves", async () => {
  const world = new World();
  world.server.put(order("1"));
  const { field } = await world.tab();
  await sync(field);
  await saved(advanceOrder(field, "wo_1", "START"));
  await saved(advanceOrder(field, "wo_1", "PAUSE"));
  await saved(advanceOrder(field, "wo_1", "DONE"));
  await sync(field);
  assert.equal(world.server.get<WorkOrder>("wo_1").status, "DONE");
  assert.equal(world.server.requests.length, 1);
  // And again between answer and pull.
  await saved(editOrder(field, "wo_1", { notes: "Paid" }));
  await sync(field);
  assert.equal(world.server.get<WorkOrder>("wo_1").notes, "Paid");
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("a transition that the state machine refuses is told at once and queues nothing", async () => {
  const world = new World();
  world.server.put(order("1"));
  const { field } = await world.tab();
  await sync(field);
  const result = await advanceOrder(field, "wo_1", "PAUSE");
  assert.equal(!result.ok && result.problem.code, "transition-refused");
  assert.deepEqual(await opsOf(field), []);
});

Deno.test("a refused op parks with what depends on it, and everything else arrives", async () => {
  const world = new World();
  world.server.put(order("1"));
  world.server.put(order("2"));
  const { field } = await world.tab();
  await sync(field);
  await saved(editOrder(field, "wo_1", { notes: "bad" }));
  await saved(advanceOrder(field, "wo_1", "START"));
  await saved(advanceOrder(field, "wo_2", "START"));
  await saved(pressClock(field, "in"));
  await sync(field);
  const names = (await readChanges(field)).reverse().map(({ state }) =>
    state.name
  );
  assert.deepEqual(names, ["needs-you", "held", "received", "received"]);
  assert.equal((await readStatus(field)).needsYou, 1);
  assert.equal(
    (await readRecord<WorkOrder>(field, "wo_1"))?.standing,
    "needs-you",
  );
  // A later edit of the same record is not held up by it.
  await saved(editOrder(field, "wo_1", { notes: "good" }));
  await sync(field);
  assert.equal(world.server.get<WorkOrder>("wo_1").notes, "good");
});

Deno.test("trying again sends a refused op and its dependents as new ops", async () => {
  const world = new World();
  world.server.put(order("1"));
  const { field } = await world.tab();
  await sync(field);
  const { key } = await saved(editOrder(field, "wo_1", { notes: "bad" }));
  await saved(advanceOrder(field, "wo_1", "START"));
  await sync(field);
  assert.equal(await tryAgain(field, key as string), true);
  await sync(field);
  const status = await readStatus(field);
  assert.deepEqual([status.waiting, status.needsYou], [0, 1]);
  const ops = await opsOf(field);
  assert.deepEqual(ops.map(({ state }) => state), [
    "closed",
    "closed",
    "parked",
    "parked",
  ]);
  assert.equal(ops[2]?.replaces, key);
  assert.equal(await dismiss(field, ops[2]?.key as string), true);
  assert.equal(
    (await readRecord<WorkOrder>(field, "wo_1"))?.record.status,
    "PLANNED",
  );
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("a lead that was refused is sent corrected in its place", async () => {
  const world = new World();
  const { field } = await world.tab();
  const { record } = await saved(
    createLead(field, { name: "A", phone: "bad" }),
  );
  await saved(editLead(field, record.id, { address: "5 Low Rd" }));
  await sync(field);
  assert.equal((await readStatus(field)).needsYou, 1);
  await saved(editLead(field, record.id, { phone: "555777" }));
  await sync(field);
  assert.deepEqual(world.server.get<Lead>(record.id).fields, {
    name: "A",
    phone: "555777",
    address: "5 Low Rd",
  });
  assert.equal((await readStatus(field)).needsYou, 0);
});

Deno.test("an undo before sending keeps its place and has no effect", async () => {
  const world = new World();
  world.server.put(order("1"));
  const { field } = await world.tab();
  await sync(field);
  world.network = false;
  const start = await saved(advanceOrder(field, "wo_1", "START"));
  const pause = await saved(advanceOrder(field, "wo_1", "PAUSE"));
  assert.equal(await undo(field, start.key as string), false);
  assert.equal(await undo(field, pause.key as string), true);
  assert.equal(
    (await readRecord<WorkOrder>(field, "wo_1"))?.record.status,
    "RUNNING",
  );
  world.network = true;
  await sync(field);
  assert.equal(world.server.get<WorkOrder>("wo_1").status, "RUNNING");
  assert.equal(world.server.requests.at(-1)?.ops[1]?.route, "/api/client/noop");
  assert.equal(await undo(field, start.key as string), false);
  assert.equal((await readStatus(field)).waiting, 0);
});

Deno.test("a correction of a refused lead cannot be undone: the lead would be gone with it", async () => {
  const world = new World();
  const { field } = await world.tab();
  const refused = await saved(createLead(field, { name: "A", phone: "bad" }));
  await sync(field);
  world.network = false;
  const { key } = await saved(
    editLead(field, refused.record.id, { phone: "555777" }),
  );
  const [change] = await readChanges(field);
  assert.deepEqual(change?.state, { name: "waiting", canUndo: false });
  assert.equal(await undo(field, key as string), false);
  world.network = true;
  await sync(field);
  assert.equal(
    world.server.get<Lead>(refused.record.id).fields.phone,
    "555777",
  );
});

Deno.test("what one copy of a profile takes back before sending, the other copy's sending still does", async () => {
  const world = new World();
  const { field, profile } = await world.tab();
  const made = await saved(createLead(field, { name: "A" }));
  const copy = await world.tab(await cloneProfile(profile));
  assert.equal(await undo(field, made.key as string), true);
  await sync(field);
  assert.equal(world.server.state.records.size, 0);
  assert.deepEqual(await sync(copy.field), { kind: "done" });
  assert.equal(world.server.get<Lead>(made.record.id).fields.name, "A");
});

Deno.test("an op that a request has carried cannot be undone", async () => {
  const world = new World();
  const { field, tab } = await world.tab();
  const { key } = await saved(pressClock(field, "in"));
  tab.fault = (at) => {
    if (at === "after") throw new TypeError("cut");
  };
  await sync(field);
  assert.equal(await undo(field, key as string), false);
});

Deno.test("leads come newest first in slices", async () => {
  const world = new World();
  for (let i = 0; i < 120; i++) {
    world.server.put(lead(String(i).padStart(3, "0"), { name: `Kim ${i}` }));
  }
  const { field } = await world.tab();
  await sync(field);
  await saved(editLead(field, "lead_003", { phone: "000111" }));
  const seen: string[] = [];
  let slice = await readLeads(field, { limit: 50 });
  for (;;) {
    seen.push(...slice.leads.map(({ record }) => record.id));
    if (!slice.next) break;
    slice = await readLeads(field, { limit: 50, after: slice.next });
  }
  assert.equal(new Set(seen).size, 120);
  assert.deepEqual(seen.slice(0, 3), ["lead_003", "lead_119", "lead_118"]);
});

Deno.test("today shows my orders by time, on the server's day", async () => {
  const world = new World();
  world.server.put(order("1", { time: "13:00" }));
  world.server.put(order("2", { time: "08:00" }));
  world.server.put(order("3", { day: "2026-11-23" }));
  const { field, tab } = await world.tab();
  tab.skew = 400 * 86400_000;
  await sync(field);
  const ids = async () =>
    (await readToday(field)).map(({ record }) => record.id);
  assert.deepEqual(await ids(), ["wo_2", "wo_1"]);
  tab.pass(86400_000);
  assert.deepEqual(await ids(), ["wo_3"]);
});
