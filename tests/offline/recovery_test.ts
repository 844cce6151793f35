import assert from "node:assert/strict";
import type { Lead } from "../../lib/model/lead.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { readStatus } from "../../lib/offline/changes.ts";
import {
  drainInBackground,
  leaveUnless,
} from "../../lib/offline/background.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { databaseName } from "../../lib/offline/schema.ts";
import { readRecord } from "../../lib/offline/local.ts";
import { readLeads } from "../../lib/offline/lead_list.ts";
import { readOrders } from "../../lib/offline/orders.ts";
import { leaveField, openField } from "../../lib/offline/scope.ts";
import { advanceOrder, editOrder } from "../../lib/offline/orders.ts";
import { createLead, editLead } from "../../lib/offline/leads.ts";
import { pressClock } from "../../lib/offline/clock.ts";
import { forgetVanished, lastReceivedOf } from "../../lib/offline/vanished.ts";
import {
  cloneProfile,
  lead,
  opsOf,
  order,
  Profile,
  SELDOM,
  Tab,
  WORKER,
  World,
} from "./world.ts";

Deno.test("a cloned profile goes on under a new name, and nothing is lost or done twice", async () => {
  const world = new World();
  world.server.put(order("1"));
  const first = await world.tab();
  await sync(first.field);
  await advanceOrder(first.field, "wo_1", "START");
  await createLead(first.field, { name: "Both have it" });
  const copy = await cloneProfile(first.profile);
  const second = await world.tab(copy);
  await createLead(first.field, { name: "Only the first" });
  await createLead(second.field, { name: "Only the second" });
  await advanceOrder(second.field, "wo_1", "PAUSE");
  await sync(first.field);
  await sync(second.field);
  const names = [...world.server.state.records.values()].flatMap((record) =>
    "fields" in record ? [record.fields.name] : []
  );
  assert.deepEqual(names.sort(), [
    "Both have it",
    "Only the first",
    "Only the second",
  ]);
  assert.equal(world.server.get<WorkOrder>("wo_1").status, "PAUSED");
  assert.equal(world.server.state.ledgers.size, 2);
  for (const { field } of [first, second]) {
    const { waiting, needsYou } = await readStatus(field);
    assert.deepEqual([waiting, needsYou], [0, 0]);
  }
  const all = world.server.state.applied;
  assert.equal(new Set(all).size, all.length);
});

Deno.test("a server restored to before a fork gets again what the queue sent under its earlier name", async () => {
  const world = new World();
  const first = await world.tab();
  await sync(first.field);
  const backup = world.server.backup();
  const early = await createLead(first.field, { name: "Before the fork" });
  assert(early.ok);
  await sync(first.field);
  const second = await world.tab(await cloneProfile(first.profile));
  await createLead(second.field, { name: "Only the second" });
  await sync(second.field);
  const late = await createLead(first.field, { name: "Only the first" });
  assert(late.ok);
  await sync(first.field);
  await pressClock(first.field, "in");
  await sync(first.field);
  // The first one has forked by now; the second phone is never seen again.
  world.server.restore(backup);
  await sync(first.field);
  await sync(first.field);
  const names = [...world.server.state.records.values()].flatMap((record) =>
    "fields" in record ? [record.fields.name] : []
  );
  assert.deepEqual(names.sort(), ["Before the fork", "Only the first"]);
  const { applied } = world.server.state;
  assert.equal(new Set(applied).size, applied.length);
  const { waiting, needsYou } = await readStatus(first.field);
  assert.deepEqual([waiting, needsYou], [0, 0]);
});

Deno.test("of two copies of a profile the second one too says again to a restored server what it lost, and each thing counts once", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const first = await world.tab();
  await sync(first.field);
  await createLead(first.field, { name: "Both sent it" });
  await sync(first.field);
  const backup = world.server.backup();
  const second = await world.tab(await cloneProfile(first.profile));
  await createLead(second.field, { name: "Only the second" });
  await editLead(second.field, "lead_1", { phone: "222222" });
  await sync(second.field);
  world.server.restore(backup);
  // The first one speaks first: its work takes the second one's places in the ledger, and more of them.
  for (const name of ["A", "B", "C"]) await createLead(first.field, { name });
  await sync(first.field);
  await sync(second.field);
  const names = [...world.server.state.records.values()].flatMap((record) =>
    "fields" in record && record.id !== "lead_1" ? [record.fields.name] : []
  );
  assert.deepEqual(names.sort(), [
    "A",
    "B",
    "Both sent it",
    "C",
    "Only the second",
  ]);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "222222");
  const { applied, ledgers } = world.server.state;
  assert.equal(new Set(applied).size, applied.length);
  assert.equal(ledgers.size, 2);
  const { waiting, needsYou } = await readStatus(second.field);
  assert.deepEqual([waiting, needsYou], [0, 0]);
});

Deno.test("a copy that took fewer places of a restored server's ledger than the queue had does not hide what it took them from", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const first = await world.tab();
  await sync(first.field);
  const backup = world.server.backup();
  const second = await world.tab(await cloneProfile(first.profile));
  await createLead(second.field, { name: "Only the second" });
  await editLead(second.field, "lead_1", { phone: "222222" });
  await sync(second.field);
  world.server.restore(backup);
  // The server knows one place of the two that the second one had: it is the first one's work.
  await createLead(first.field, { name: "Only the first" });
  await sync(first.field);
  await sync(second.field);
  const names = [...world.server.state.records.values()].flatMap((record) =>
    "fields" in record && record.id !== "lead_1" ? [record.fields.name] : []
  );
  assert.deepEqual(names.sort(), ["Only the first", "Only the second"]);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "222222");
  const { applied } = world.server.state;
  assert.equal(new Set(applied).size, applied.length);
  const { waiting, needsYou } = await readStatus(second.field);
  assert.deepEqual([waiting, needsYou], [0, 0]);
});

Deno.test("what a restored server still knows is answered as before, and shows nothing old meanwhile", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const { field } = await world.tab();
  await editLead(field, "lead_1", { phone: "111111" });
  await sync(field);
  await editLead(field, "lead_1", { phone: "222222" });
  await sync(field);
  const backup = world.server.backup();
  await createLead(field, { name: "Lost" });
  await sync(field);
  world.server.restore(backup);
  world.server.put({
    ...world.server.get<Lead>("lead_1"),
    fields: { ...world.server.get<Lead>("lead_1").fields, phone: "333333" },
  });
  await sync(field);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "333333");
  const shown = await readRecord<Lead>(field, "lead_1");
  assert.equal(shown?.record.fields.phone, "333333");
  assert.equal(world.server.state.records.size, 2);
  const { applied } = world.server.state;
  assert.equal(new Set(applied).size, applied.length);
  assert((await opsOf(field)).every(({ state }) => state === "received"));
});

Deno.test("a fork does not send what builds on a refused op of the old ledger", async () => {
  const world = new World();
  world.server.put(order("1"));
  const first = await world.tab();
  await sync(first.field);
  await editOrder(first.field, "wo_1", { notes: "bad" });
  await advanceOrder(first.field, "wo_1", "START");
  // The first op is answered, the second is not.
  world.server.stopBefore = {
    index: 1,
    problem: { type: "", title: "", status: 503, code: "busy" },
  };
  await sync(first.field);
  const copy = await cloneProfile(first.profile);
  const second = await world.tab(copy);
  await pressClock(first.field, "in");
  await sync(first.field);
  await pressClock(second.field, "in");
  // The twin took seq 2 and 3: this one is renumbered.
  world.server.state.ledgers.forEach((ledger) => {
    const taken = ledger.results.get(2);
    if (taken) ledger.results.set(2, { ...taken, key: "op_of_the_twin" });
  });
  await sync(second.field);
  const ops = await opsOf(second.field);
  assert.deepEqual(ops.map(({ state }) => state), [
    "parked",
    "parked",
    "received",
  ]);
  assert.equal(ops[1]?.problem?.code, "dependency-rejected");
});

Deno.test("a restored server gets again what it lost", async () => {
  const world = new World();
  world.server.put(lead("1"));
  world.server.put(order("1"));
  const { field } = await world.tab();
  await sync(field);
  await pressClock(field, "in");
  await sync(field);
  const backup = world.server.backup();
  await editLead(field, "lead_1", { phone: "111111" });
  await advanceOrder(field, "wo_1", "START");
  const made = await createLead(field, { name: "New" });
  await sync(field);
  world.server.restore(backup);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "555123");
  // Nothing waits: the pull notices the other epoch.
  await sync(field);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "111111");
  assert.equal(world.server.get<WorkOrder>("wo_1").status, "RUNNING");
  assert(made.ok);
  assert.equal(world.server.get<Lead>(made.value.record.id).fields.name, "New");
  assert.equal(world.server.state.applied.length, 4);
  assert.equal((await readStatus(field)).waiting, 0);
});

Deno.test("what was closed because the server had it already is said again to a server that lost it", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const { field } = await world.tab();
  await sync(field);
  const backup = world.server.backup();
  // The office writes the same at the same time: the merge finds nothing left to do.
  await editLead(field, "lead_1", { phone: "111111" });
  const stored = world.server.get<Lead>("lead_1");
  world.server.put({
    ...stored,
    fields: { ...stored.fields, phone: "111111" },
  });
  await sync(field);
  assert.deepEqual((await opsOf(field)).map(({ why }) => why), ["same"]);
  world.server.restore(backup);
  await sync(field);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "111111");
  const { waiting, needsYou } = await readStatus(field);
  assert.deepEqual([waiting, needsYou], [0, 0]);
});

Deno.test("what of a change was there already is said again to a server that lost it, with the rest of the change", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const { field } = await world.tab();
  await sync(field);
  const backup = world.server.backup();
  // Of the two fields the office writes one, and the same value: the merge states the other one anew.
  await editLead(field, "lead_1", { phone: "111111", address: "1 New Road" });
  const stored = world.server.get<Lead>("lead_1");
  world.server.put({
    ...stored,
    fields: { ...stored.fields, phone: "111111" },
  });
  await sync(field);
  assert.deepEqual(
    (await opsOf(field)).map(({ why }) => why),
    ["replaced", undefined],
  );
  world.server.restore(backup);
  await sync(field);
  const { phone, address } = world.server.get<Lead>("lead_1").fields;
  assert.deepEqual([phone, address], ["111111", "1 New Road"]);
  const { waiting, needsYou } = await readStatus(field);
  assert.deepEqual([waiting, needsYou], [0, 0]);
});

Deno.test("actions that led to where an order stood already are said again together to a server that lost it", async () => {
  const world = new World();
  world.server.put(order("1"));
  const { field } = await world.tab();
  await sync(field);
  const backup = world.server.backup();
  await advanceOrder(field, "wo_1", "START");
  await advanceOrder(field, "wo_1", "PAUSE");
  world.server.put({
    ...world.server.get<WorkOrder>("wo_1"),
    status: "PAUSED",
  });
  await sync(field);
  assert.deepEqual((await opsOf(field)).map(({ why }) => why), [
    "same",
    "same",
  ]);
  world.server.restore(backup);
  await sync(field);
  assert.equal(world.server.get<WorkOrder>("wo_1").status, "PAUSED");
  const { waiting, needsYou } = await readStatus(field);
  assert.deepEqual([waiting, needsYou], [0, 0]);
});

Deno.test("a restored server that is met while sending gets everything from where it stands", async () => {
  const world = new World();
  const { field } = await world.tab();
  const backup = world.server.backup();
  for (const name of ["A", "B", "C"]) await createLead(field, { name });
  await sync(field);
  world.server.restore(backup);
  await createLead(field, { name: "D" });
  await sync(field);
  assert.equal(world.server.state.records.size, 4);
  assert.equal(world.server.state.applied.length, 4);
});

Deno.test("a server restored to before what the device still keeps gets the rest under a new name", async () => {
  const world = new World();
  const { field } = await world.tab();
  const backup = world.server.backup();
  await createLead(field, { name: "Long ago" });
  await sync(field);
  world.server.today = "2026-12-20";
  await sync(field);
  await createLead(field, { name: "Now" });
  await sync(field);
  assert.equal((await opsOf(field)).length, 1);
  world.server.restore(backup);
  await createLead(field, { name: "Next" });
  await sync(field);
  const names = [...world.server.state.records.values()].map((record) =>
    "fields" in record && record.fields.name
  );
  assert.deepEqual(names, ["Now", "Next"]);
  assert.equal((await readStatus(field)).waiting, 0);
});

Deno.test("after a restore an unsent edit is merged by its values, also where the version numbers coincide", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const { field } = await world.tab();
  await sync(field);
  const backup = world.server.backup();
  const other = await world.tab();
  // Version 2 in this life of the store: seen by the device.
  await sync(other.field);
  await editLead(other.field, "lead_1", { address: "1 Old Road" });
  await sync(other.field);
  await sync(field);
  world.network = false;
  await editLead(field, "lead_1", { phone: "111111" });
  world.server.restore(backup);
  // Version 2 in the next one: never seen by it.
  const stored = world.server.get<Lead>("lead_1");
  world.server.put({
    ...stored,
    fields: { ...stored.fields, phone: "222222" },
  });
  assert.equal(world.server.get<Lead>("lead_1").version, 2);
  world.network = true;
  await sync(field);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "222222");
  const { needsYou, waiting } = await readStatus(field);
  assert.deepEqual({ needsYou, waiting }, { needsYou: 1, waiting: 0 });
});

Deno.test("both sides' ledgers have the same hash", async () => {
  const world = new World();
  const { field, tab } = await world.tab();
  await pressClock(field, "in");
  await createLead(field, { name: "A", phone: "bad" });
  await sync(field);
  const head = await field.db.run((db) => db.get("meta", "head"));
  assert(head && "hash" in head);
  const ledger = world.server.state.ledgers.get(head.deviceId);
  assert.equal(head.hash, ledger?.hash);
  // An answer whose hash is wrong is asked for again.
  await pressClock(field, "out");
  tab.fault = (at, path) => {
    if (at !== "after" || path !== "/api/client/sync") return;
    tab.fault = () => {};
    return Promise.resolve(Response.json({
      epoch: world.server.epoch,
      lastSeq: 3,
      hash: "wrong",
      results: [world.server.state.ledgers.get(head.deviceId)?.results.get(3)],
    }));
  };
  await sync(field);
  assert.equal((await readStatus(field)).waiting, 0);
  assert.equal(world.server.requests.at(-1)?.ops[0]?.seq, 3);
});

Deno.test("a pull brings deltas and tombstones, and open changes stay on top", async () => {
  const world = new World();
  const { server } = world;
  for (let i = 0; i < 130; i++) server.put(lead(`${i}`));
  server.put(order("1"));
  const { field } = await world.tab();
  await sync(field);
  assert.equal(server.pulls.length, 3);
  assert.equal((await readLeads(field, { limit: 500 })).leads.length, 130);
  server.put({
    ...server.get<Lead>("lead_5"),
    fields: { ...lead("5").fields, name: "Lee" },
  });
  server.remove("lead_6");
  server.remove("wo_1");
  world.network = false;
  await editLead(field, "lead_5", { phone: "111111" });
  await editOrder(field, "wo_1", { notes: "On my way" });
  world.network = true;
  const { pull } = await import("../../lib/offline/pull.ts");
  await pull(field);
  assert.deepEqual((await readRecord<Lead>(field, "lead_5"))?.record.fields, {
    name: "Lee",
    phone: "111111",
    address: null,
  });
  assert.equal(await readRecord<Lead>(field, "lead_6"), null);
  // The order left my scope, but my change of it is open.
  assert.equal(
    (await readRecord<WorkOrder>(field, "wo_1"))?.record.notes,
    "On my way",
  );
  assert.equal((await readRecord<WorkOrder>(field, "wo_1"))?.gone, true);
  await sync(field);
  assert.equal((await readStatus(field)).needsYou, 1);
});

Deno.test("an expired cursor loads everything anew and drops what is no longer in scope", async () => {
  const world = new World();
  const { server } = world;
  server.put(lead("1"));
  server.put(lead("2"));
  const { field } = await world.tab();
  await sync(field);
  server.state.records.delete("lead_2");
  server.oldestCursor = 99;
  await createLead(field, { name: "Mine" });
  await sync(field);
  const { leads } = await readLeads(field);
  assert.deepEqual(leads.map(({ record }) => record.fields.name), [
    "Mine",
    "Kim",
  ]);
});

Deno.test("orders that left the window are dropped", async () => {
  const world = new World();
  world.server.put(order("1", { day: "2026-11-21", status: "DONE" }));
  world.server.put(order("2", { day: "2026-11-20" }));
  world.server.put(order("3", { day: "2026-12-30" }));
  world.server.put(order("4", { day: "2026-12-01" }));
  const { field } = await world.tab();
  await sync(field);
  world.server.today = "2026-11-23";
  await sync(field);
  assert.deepEqual(
    (await readOrders(field)).map(({ record }) => record.id),
    ["wo_2", "wo_4"],
  );
});

Deno.test("a logout leaves nothing readable, and unsent work goes on at the next login", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const profile = new Profile();
  const { field } = await world.tab(profile);
  await sync(field);
  world.network = false;
  await editLead(field, "lead_1", { phone: "111111" });
  assert.equal(await leaveField(field), 1);
  assert.deepEqual((await readLeads(field)).leads, []);
  const shell = new Tab(world, profile);
  assert.equal(await openField(null, shell, SELDOM), null);
  // Somebody else on the same phone: never sends it.
  world.network = true;
  world.server.userId = "usr_other";
  const other = await world.tab(profile, { ...WORKER, id: "usr_other" });
  await pressClock(other.field, "in");
  await sync(other.field);
  const worker = new Tab(world, profile);
  assert.equal(await drainInBackground(worker, SELDOM), true);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "555123");
  // And back again.
  world.server.userId = WORKER.id;
  const again = await world.tab(profile);
  assert.equal((await readStatus(again.field)).waiting, 1);
  await sync(again.field);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "111111");
  assert.deepEqual((await readLeads(other.field)).leads, []);
});

Deno.test("a page of another place takes leave of who was active: no shell shows them, and nothing unsent is lost", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const profile = new Profile();
  const { field } = await world.tab(profile);
  await sync(field);
  world.network = false;
  await editLead(field, "lead_1", { phone: "111111" });
  const worker = new Tab(world, profile);
  const shell = () => openField(null, new Tab(world, profile), SELDOM);
  await leaveUnless(worker, `${WORKER.orgId}:${WORKER.id}`, SELDOM);
  assert.ok(await shell());
  assert.equal((await readLeads(field)).leads.length, 1);

  for (
    const scope of [
      `org_other:${WORKER.id}`,
      `${WORKER.orgId}:usr_other`,
      "none",
    ]
  ) {
    await leaveUnless(worker, scope, SELDOM);
    assert.equal(await shell(), null);
    assert.deepEqual((await readLeads(field)).leads, []);
    // And back again, by a login: what was not sent is there.
    world.network = true;
    const again = await world.tab(profile);
    world.network = false;
    assert.equal((await readStatus(again.field)).waiting, 1);
  }
  world.network = true;
  await sync((await world.tab(profile)).field);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "111111");
});

Deno.test("one life of the worker writes through each connection that it makes", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const profile = new Profile();
  const worker = new Tab(world, profile);
  for (let round = 1; round <= 3; round++) {
    const { field } = await world.tab(profile);
    await sync(field);
    assert.equal((await readLeads(field)).leads.length, 1, `round ${round}`);
    await leaveUnless(worker, "none", SELDOM);
    assert.deepEqual((await readLeads(field)).leads, [], `round ${round}`);
  }
});

Deno.test("a session of somebody else does not take the queue", async () => {
  const world = new World();
  const { field } = await world.tab();
  await pressClock(field, "in");
  world.server.userId = "usr_other";
  assert.deepEqual(await sync(field), { kind: "login" });
  assert.equal((await readStatus(field)).waiting, 1);
  assert.deepEqual(world.server.state.applied, []);
});

Deno.test("a shell opens the active person's work from the device alone", async () => {
  const world = new World();
  const profile = new Profile();
  world.server.put(order("1"));
  await sync((await world.tab(profile)).field);
  world.network = false;
  const shell = await world.tab(profile, null);
  assert.equal(shell.field.me.name, "Wanda");
  assert.equal((await readOrders(shell.field)).length, 1);
});

Deno.test("a database that the browser deleted is noticed", async () => {
  const world = new World();
  const profile = new Profile();
  const { field } = await world.tab(profile);
  await pressClock(field, "in");
  await sync(field);
  const { deviceId } = (await opsOf(field))[0] ?? {};
  field.db.close();
  await new Promise((done) => {
    profile.indexedDB.deleteDatabase(databaseName(WORKER)).onsuccess = done;
  });
  const again = await world.tab(profile);
  assert.deepEqual((await readStatus(again.field)).lost, {
    deviceId,
    lastSeq: 1,
  });
  // The server says how much of it arrived, until the person has taken note.
  assert.equal(await lastReceivedOf(again.field, String(deviceId)), 1);
  world.network = false;
  assert.equal(await lastReceivedOf(again.field, String(deviceId)), null);
  await forgetVanished(again.field);
  assert.equal((await readStatus(again.field)).lost, null);
});

Deno.test("a connection that died is opened again and the write repeated once", async () => {
  const world = new World();
  const { field } = await world.tab();
  await pressClock(field, "in");
  // Closed under our feet, before and right after the transaction.
  await field.db.run((db) => Promise.resolve(db.close()));
  await pressClock(field, "break");
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const tx = transaction.call(this, stores, mode, options);
    if (mode !== "readwrite") return tx;
    IDBDatabase.prototype.transaction = transaction;
    // Done on the disk, but all that the page hears is that the connection is lost.
    const { addEventListener } = tx;
    tx.addEventListener = function (type: string, listener: unknown) {
      const heard = type === "error" ? "complete" : type;
      if (type !== "complete") {
        addEventListener.call(tx, heard, listener as EventListener);
      }
    };
    return tx;
  };
  await pressClock(field, "resume");
  const kinds = (await opsOf(field)).map(({ payload }) =>
    "kind" in payload && payload.kind
  );
  assert.deepEqual(kinds, ["in", "break", "resume"]);
});

Deno.test("the device counts what happened and tells it once", async () => {
  const world = new World();
  const { field, tab } = await world.tab();
  await pressClock(field, "in");
  tab.fault = (at) => {
    if (at === "after") throw new TypeError("cut");
  };
  await sync(field);
  tab.fault = () => {};
  await sync(field);
  await pressClock(field, "out");
  await sync(field);
  const [first, second, third] = world.server.requests;
  assert.equal(first?.counts?.queued, 1);
  assert.equal(first?.counts?.parked, 0);
  assert.equal(second?.counts?.failures, 1);
  assert.equal(third?.counts?.duplicates, 1);
  assert.equal(third?.counts?.failures, undefined);
});
