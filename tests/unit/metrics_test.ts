import assert from "node:assert/strict";
import { countSync } from "../../lib/metrics/count_sync.ts";
import { Counters } from "../../lib/metrics/counters.ts";
import { readCounts } from "../../lib/metrics/read_counts.ts";
import { problem } from "../../lib/model/problem.ts";
import type { OpResult } from "../../lib/model/protocol.ts";
import { DAY, MONDAY, withStore } from "./builders.ts";
import { Door, withDoor } from "./door.ts";
import { storeOn } from "../../lib/store/store.ts";

const TODAY = "2026-11-23";

Deno.test("what processes count comes together in the sums of the day", () =>
  withStore(async (store) => {
    const [one, other] = [new Counters(), new Counters()];
    for (let i = 0; i < 5; i++) {
      one.count("requests.2xx");
      other.count("requests.2xx", 10);
      other.count("problems.forbidden");
      await Promise.all([one.flush(store, MONDAY), other.flush(store, MONDAY)]);
    }
    one.count("requests.2xx", 7);
    await one.flush(store, MONDAY + DAY);
    assert.deepEqual(await readCounts(store, TODAY), {
      "requests.2xx": 55,
      "problems.forbidden": 5,
    });
    assert.deepEqual(await readCounts(store, "2026-11-24"), {
      "requests.2xx": 7,
    });
    assert.deepEqual(await readCounts(store, "2026-11-22"), {});
  }));

Deno.test("a flush with nothing to tell commits nothing, and reads nothing otherwise", () =>
  withStore(async (store) => {
    const counters = new Counters();
    const { commits, keysRead } = store.counts;
    await counters.flush(store, MONDAY);
    assert.equal(store.counts.commits, commits);
    for (let i = 0; i < 100; i++) counters.count(`requests.${i}`);
    await counters.flush(store, MONDAY);
    assert.equal(store.counts.commits, commits + 1);
    assert.equal(store.counts.keysRead, keysRead);
  }));

Deno.test("what could not be written is kept for the next flush, beside what was counted meanwhile", async () => {
  const kv = await Deno.openKv(":memory:");
  let down = true;
  const failing = new Proxy(kv, {
    get(target, name) {
      if (name === "atomic" && down) throw new Error("The store is away");
      const member = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  down = false;
  const store = await storeOn(failing);
  down = true;
  const counters = new Counters();
  counters.count("requests.2xx", 3);
  const flush = counters.flush(store, MONDAY);
  counters.count("requests.2xx");
  await assert.rejects(flush, /The store is away/);
  down = false;
  await counters.flush(store, MONDAY);
  assert.deepEqual(await readCounts(store, TODAY), { "requests.2xx": 4 });
  store.close();
});

Deno.test("ops are counted by what became of them", () => {
  const counters = new Counters();
  const op = (over: Partial<OpResult>): OpResult => ({
    seq: 1,
    key: "k",
    status: 200,
    ...over,
  });
  const results = [
    op({}),
    op({ status: 201, version: 1 }),
    op({ replayed: true }),
    op({ replayed: true, status: 409, problem: problem("stale-entity") }),
    op({ status: 409, problem: problem("stale-entity") }),
    op({ status: 422, problem: problem("transition-refused") }),
  ];
  countSync(counters.count, { results });
  countSync(counters.count, { results: [] });
  assert.deepEqual(Object.fromEntries(counters.pending), {
    "sync.batches": 2,
    "sync.applied": 2,
    "sync.replayed": 2,
    "sync.refused.stale-entity": 1,
    "sync.conflicts": 1,
    "sync.refused.transition-refused": 1,
  });
});

Deno.test("what devices tell is summed as far as it is known, and of what goes up and down the highest is kept", () =>
  withStore(async (store) => {
    const [one, other] = [new Counters(), new Counters()];
    const conflict = (current: unknown): OpResult => ({
      seq: 1,
      key: "k",
      status: 409,
      problem: problem("stale-entity", { current }),
    });
    countSync(one.count, { results: [conflict({ checklist: [] })] }, {
      queued: 12,
      oldestMs: 5000.4,
      parked: 0,
      drainMs: 300,
      merged: 2,
      "org_canary": 7,
    });
    countSync(one.count, { results: [conflict({ fields: {} })] }, {
      queued: 3,
      drainMs: 100,
      merged: 1,
      failures: 1e300,
    });
    countSync(other.count, { results: [] }, { queued: 40, parked: 2 });
    await one.flush(store, MONDAY);
    await other.flush(store, MONDAY);
    // A later, lower number does not lower the day's highest.
    countSync(one.count, { results: [] }, { queued: 1 });
    await one.flush(store, MONDAY);
    assert.deepEqual(await readCounts(store, TODAY), {
      "device.drainMs": 400,
      "device.drains": 2,
      "device.failures": 1e11,
      "device.merged": 3,
      "peak.device.oldestMs": 5000,
      "peak.device.parked": 2,
      "peak.device.queued": 40,
      "sync.batches": 4,
      "sync.conflicts": 2,
      "sync.conflicts.lead": 1,
      "sync.conflicts.order": 1,
      "sync.refused.stale-entity": 2,
    });
  }));

Deno.test("each answer is counted once by its class, and by its problem's code", () =>
  withDoor(async (door: Door) => {
    await door.ask("GET", "/healthz");
    await door.ask("GET", "/healthz");
    await door.ask("GET", "/client/leads");
    await door.ask("GET", "/nothing/here");
    await door.ask("GET", "/api/client/leads");
    await door.ask("POST", "/login", {
      form: { email: "a@b.example", password: "x" },
      headers: { "sec-fetch-site": "cross-site" },
    });
    assert.deepEqual(Object.fromEntries(door.counters.pending), {
      "requests.2xx": 2,
      "requests.3xx": 1,
      "requests.4xx": 3,
      "problems.unauthenticated": 1,
      "problems.wrong-origin": 1,
    });
  }));
