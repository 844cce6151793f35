import assert from "node:assert/strict";
import fc from "fast-check";
import type { Lead } from "../../lib/model/lead.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { readStatus } from "../../lib/offline/changes.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { advanceOrder } from "../../lib/offline/orders.ts";
import { createLead, editLead } from "../../lib/offline/leads.ts";
import { pressClock } from "../../lib/offline/clock.ts";
import { lead, order, Profile, type Tab, World } from "./world.ts";

/** Lets everything run that needs no time. */
async function settle(turns = 300): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((r) => setImmediate(r));
}

/** A request that hangs until it is let go. */
function hang(tab: Tab): () => void {
  let go = () => {};
  const gate = new Promise<void>((resolve) => go = resolve);
  tab.fault = (at) => at === "before" ? gate : undefined;
  return go;
}

Deno.test("two tabs drain as one: the second waits for the first", async () => {
  const world = new World();
  const profile = new Profile();
  const a = await world.tab(profile);
  const b = await world.tab(profile);
  for (const name of ["A", "B"]) await createLead(a.field, { name });
  const go = hang(a.tab);
  const first = sync(a.field);
  await settle();
  const second = sync(b.field);
  await settle();
  assert.equal(world.server.requests.length, 0);
  go();
  assert.deepEqual(await Promise.all([first, second]), [
    { kind: "done" },
    { kind: "done" },
  ]);
  assert.equal(world.server.requests.length, 1);
  assert.equal(world.server.state.applied.length, 2);
});

Deno.test("a drainer without a sign of life is replaced within five seconds, and what it writes later is void", async () => {
  const world = new World();
  const profile = new Profile();
  const frozen = await world.tab(profile);
  const other = await world.tab(profile);
  await createLead(frozen.field, { name: "A" });
  const go = hang(frozen.tab);
  const first = sync(frozen.field);
  await settle();
  const second = sync(other.field);
  await settle();
  // Only the other tab's time goes on: the first one is frozen and gives no beat.
  other.tab.pass(3400);
  await settle();
  assert.equal(world.server.requests.length, 0);
  other.tab.pass(1000);
  assert.deepEqual(await second, { kind: "done" });
  assert.equal(world.server.requests.length, 1);
  assert.equal((await first).kind, "later");
  await createLead(other.field, { name: "B" });
  go();
  await settle();
  assert.equal((await readStatus(other.field)).waiting, 1);
  await sync(other.field);
  assert.equal(world.server.state.applied.length, 2);
});

Deno.test("a drainer that gives signs of life is not replaced however long it takes", async () => {
  const world = new World();
  const profile = new Profile();
  const slow = await world.tab(profile);
  const other = await world.tab(profile);
  await createLead(slow.field, { name: "A" });
  const go = hang(slow.tab);
  const first = sync(slow.field);
  await settle();
  const second = sync(other.field);
  await settle();
  for (let s = 0; s < 12; s++) {
    slow.tab.pass(1000);
    await settle(3);
    other.tab.pass(1000);
    await settle(3);
  }
  assert.equal(world.server.requests.length, 0);
  go();
  await Promise.all([first, second]);
  assert.equal(world.server.requests.length, 1);
});

Deno.test("with the locks off two drainers apply each op once", async () => {
  const world = new World();
  const profile = new Profile();
  profile.locks = null;
  const a = await world.tab(profile);
  const b = await world.tab(profile);
  await Promise.all(
    Array.from({ length: 30 }, (_, i) => createLead(a.field, { name: `${i}` })),
  );
  for (let i = 0; i < 10; i++) {
    await Promise.all([sync(a.field), sync(b.field)]);
  }
  assert.equal((await readStatus(a.field)).waiting, 0);
  assert.equal(world.server.state.applied.length, 30);
  assert.equal(new Set(world.server.state.applied).size, 30);
});

type Step =
  | { do: "lead" }
  | { do: "edit"; tab: number; value: number }
  | { do: "office"; value: number }
  | { do: "order"; tab: number }
  | { do: "clock"; tab: number }
  | { do: "sync"; tab: number; faults: number[] }
  | { do: "reload"; tab: number }
  | { do: "restore" };

const tabOf = fc.nat({ max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Step>({ do: "lead" }) },
  {
    weight: 4,
    arbitrary: fc.record<Step & { do: "edit" }>({
      do: fc.constant("edit" as const),
      tab: tabOf,
      value: fc.nat(99),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record<Step & { do: "office" }>({
      do: fc.constant("office" as const),
      value: fc.nat(99),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record<Step & { do: "order" }>({
      do: fc.constant("order" as const),
      tab: tabOf,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record<Step & { do: "clock" }>({
      do: fc.constant("clock" as const),
      tab: tabOf,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record<Step & { do: "sync" }>({
      do: fc.constant("sync" as const),
      tab: tabOf,
      faults: fc.array(fc.nat(11), { maxLength: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record<Step & { do: "reload" }>({
      do: fc.constant("reload" as const),
      tab: tabOf,
    }),
  },
  { weight: 1, arbitrary: fc.constant<Step>({ do: "restore" }) },
);

/** What the wire does to the n-th await of a sync: half of the values do nothing. */
function faulty(tab: Tab, faults: number[]): void {
  let n = 0;
  tab.fault = (at) => {
    const fault = faults[n++];
    const html = (status: number) =>
      Promise.resolve(new Response("<html></html>", { status }));
    if (fault === 0) throw new TypeError("dropped");
    if (fault === 1) return html(502);
    if (fault === 2) return html(200);
    if (fault === 3 && at === "after") {
      return Promise.resolve(new Response('{"epoch":"epoch-1","lastSeq":'));
    }
    if (fault === 4 && at === "before") {
      return Promise.resolve(
        Response.json(
          { code: "rate-limited", status: 429, retryAfter: 3 },
          { status: 429 },
        ),
      );
    }
  };
}

for (const locks of [true, false]) {
  Deno.test(`whatever the wire does, each change is on the server once and nothing waits in the end (locks ${locks ? "on" : "off"})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 25 }),
        async (steps) => {
          const world = new World();
          const { server } = world;
          server.put(lead("1"));
          server.put(order("1"));
          const profile = new Profile();
          if (!locks) profile.locks = null;
          const tabs = [await world.tab(profile), await world.tab(profile)];
          await sync(tabs[0]!.field);
          let backup = server.backup();
          const made: string[] = [];
          let restored = false;
          let presses = 0;
          const running: Promise<unknown>[] = [];
          for (const step of steps) {
            const t = tabs["tab" in step ? step.tab : 0]!;
            switch (step.do) {
              case "lead": {
                const saved = await createLead(t.field, { name: "New" });
                if (saved.ok) made.push(saved.value.record.id);
                break;
              }
              case "edit":
                await editLead(t.field, "lead_1", { phone: `${step.value}` });
                break;
              case "office": {
                const record = server.get<Lead>("lead_1");
                server.put({
                  ...record,
                  fields: { ...record.fields, address: `${step.value}` },
                });
                break;
              }
              case "order":
                // Refused by the state machine once it is DONE: that is fine.
                for (const action of ["START", "PAUSE"] as const) {
                  const done = await advanceOrder(t.field, "wo_1", action);
                  if (done.ok) break;
                }
                break;
              case "clock":
                presses++;
                await pressClock(t.field, "in");
                break;
              case "sync":
                faulty(t.tab, step.faults);
                running.push(sync(t.field));
                if (step.faults.length % 2 === 0) await running.at(-1);
                break;
              case "reload":
                tabs[step.tab] = await world.tab(profile);
                break;
              case "restore":
                // What the office wrote since the backup is gone; what the device sent must come back.
                await Promise.all(running);
                if (!restored) server.restore(backup);
                else backup = server.backup();
                restored = true;
            }
          }
          await Promise.all(running);
          for (let i = 0; i < 8; i++) {
            for (const { field, tab } of tabs) {
              tab.fault = () => {};
              await sync(field);
            }
          }
          const { field } = tabs[0]!;
          const status = await readStatus(field);
          assert.equal(status.waiting, 0, "nothing waits");
          assert.equal(status.needsYou, 0, "fields do not overlap");
          const { applied } = server.state;
          assert.equal(new Set(applied).size, applied.length, "once");
          for (const id of made) assert(server.get(id), "every lead is there");
          const sheet = server.get<{ events: unknown[] } & WorkOrder>(
            "usr_worker/2026-11-22",
          );
          assert.equal(sheet?.events.length ?? 0, presses, "every press");
          const edit = steps.findLast((s) => s.do === "edit");
          if (edit?.do === "edit") {
            assert.equal(
              server.get<Lead>("lead_1").fields.phone,
              `${edit.value}`,
              "the last edit stands",
            );
          }
          const head = await field.db.run((db) => db.get("meta", "head"));
          assert(head && "hash" in head);
          const ledger = server.state.ledgers.get(head.deviceId);
          if (ledger) assert.equal(head.hash, ledger.hash, "same ledger");
        },
      ),
      { numRuns: Number(Deno.env.get("RUNS") ?? 60) },
    );
  });
}
