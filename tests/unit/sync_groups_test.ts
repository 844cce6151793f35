import assert from "node:assert/strict";
import type { Op } from "../../lib/model/operation.ts";
import { MAX_BATCH_OPS } from "../../lib/model/protocol.ts";
import { hire, keepLead, keepOrder, newCompany } from "./builders.ts";
import { Device, hashOf, statuses } from "./device.ts";
import { excesses, withMeasuredStore } from "./measured_store.ts";

const BACKENDS = ["embedded", "connect"] as const;

/** A thousand ops of a field day: mostly changes of records, some presses of the clock. */
async function thousandOps(phone: Device): Promise<Op[]> {
  const { tenant } = phone.company;
  const ops: Op[] = [];
  for (let i = 0; i < 250; i++) {
    const order = await keepOrder(tenant, { assigneeId: phone.me.id });
    const lead = await keepLead(tenant, { assigneeId: phone.me.id });
    const start = phone.advance(order.id, "START", { version: 1 });
    ops.push(
      start,
      phone.advance(order.id, "DONE", { version: 1, after: start.seq }),
      phone.rename(lead.id, `Lead ${i}`, { version: 1 }),
      phone.lead(`New ${i}`),
    );
  }
  return ops;
}

async function drain(phone: Device, ops: readonly Op[]): Promise<void> {
  for (let i = 0; i < ops.length; i += MAX_BATCH_OPS) {
    const part = ops.slice(i, i + MAX_BATCH_OPS);
    const answer = await phone.sync(part);
    assert.equal(answer.results.length, part.length);
    assert.ok(answer.results.every((result) => result.status < 300));
  }
}

for (const backend of BACKENDS) {
  const budget = { embedded: 16, connect: 125 }[backend];
  Deno.test(`1,000 queued ops take at most ${budget} commits, each within the limits (${backend})`, () =>
    withMeasuredStore(async (store, sizes) => {
      const company = await newCompany(store);
      const phone = new Device(company, await hire(company, "WORKER"));
      const ops = await thousandOps(phone);
      sizes.length = 0;
      await drain(phone, ops);
      assert.ok(sizes.length <= budget, `${sizes.length} commits`);
      for (const size of sizes) assert.deepEqual(excesses(size, backend), []);
    }, backend));

  Deno.test(`a day of nothing but the clock stays within the limits (${backend})`, () =>
    withMeasuredStore(async (store, sizes) => {
      const company = await newCompany(store);
      const phone = new Device(company, await hire(company, "WORKER"));
      const presses = Array.from(
        { length: 210 },
        (_, i) => phone.clock(i % 2 ? "out" : "in"),
      );
      const { results, hash } = await phone.sync(presses);
      assert.deepEqual(
        [
          results.filter((one) => one.status === 201).length,
          results[200]?.status,
        ],
        [200, 400],
      );
      assert.equal(hash, hashOf(results));
      for (const size of sizes) assert.deepEqual(excesses(size, backend), []);
    }, backend));

  Deno.test(`the largest ops that are accepted fit, whatever they are written in (${backend})`, () =>
    withMeasuredStore(async (store, sizes) => {
      const company = await newCompany(store);
      const phone = new Device(company, await hire(company, "WORKER"));
      const long = (length: number) => "ü€".repeat(length / 2);
      const ops: Op[] = [];
      for (let i = 0; i < 24; i++) {
        const order = await keepOrder(company.tenant, {
          assigneeId: phone.me.id,
        });
        const op = phone.op({
          route: `/api/client/work-orders/${order.id}`,
          method: "PATCH",
          payload: {
            fields: { notes: long(4000) },
            discarded: { notes: long(7000) },
          },
        }, { base: { version: 1 } });
        ops.push({ ...op, key: `${op.key}${"k".repeat(70)}` });
      }
      const { results } = await phone.sync(ops);
      assert.ok(
        results.every((result) => result.status === 200),
        JSON.stringify(results[0]),
      );
      for (const size of sizes) assert.deepEqual(excesses(size, backend), []);
    }, backend));
}

Deno.test("a commit over KV Connect carries eight records beside ledger and authority row", () =>
  withMeasuredStore(async (store, sizes) => {
    const company = await newCompany(store);
    const phone = new Device(company, await hire(company, "WORKER"));
    sizes.length = 0;
    await phone.sync(
      Array.from({ length: 16 }, (_, i) => phone.lead(`Lead ${i}`)),
    );
    assert.deepEqual(sizes.map((size) => size.checks), [10, 10]);
  }, "connect"));

Deno.test("ops that were refused before they read their record make no commit overflow", () =>
  withMeasuredStore(async (store, sizes) => {
    const company = await newCompany(store);
    const phone = new Device(company, await hire(company, "WORKER"));
    const leads = [];
    for (let i = 0; i < 14; i++) {
      leads.push(await keepLead(company.tenant, { assigneeId: phone.me.id }));
    }
    const unread = leads.slice(0, 6).map(({ id }) =>
      phone.op({
        route: `/api/client/leads/${id}`,
        method: "PATCH",
        payload: { wrong: true } as never,
      })
    );
    const renames = [...leads.slice(6), ...leads.slice(0, 6)]
      .map(({ id }) => phone.rename(id, "New", { version: 1 }));
    const { results } = await phone.sync([...unread, ...renames]);
    assert.deepEqual(statuses(results), [
      ...unread.map(() => 400),
      ...renames.map(() => 200),
    ]);
    for (const size of sizes) assert.deepEqual(excesses(size, "connect"), []);
  }, "connect"));

Deno.test("ledger, effects, results, audit and change feed are in one commit", () =>
  withMeasuredStore(async (store, sizes) => {
    const company = await newCompany(store);
    const phone = new Device(company, await hire(company, "WORKER"));
    sizes.length = 0;
    await phone.sync([phone.lead(), phone.clock("in")]);
    assert.equal(sizes.length, 1);
    assert.deepEqual([...new Set(sizes[0]?.families)].sort(), [
      "audit",
      "audit_due",
      "changes",
      "clock_events",
      "history",
      "idem",
      "leads",
      "leads_by_holder",
      "leads_by_updated",
      "ledger_keys",
      "ledgers",
      "open_shifts",
      "timesheets",
      "timesheets_by_day",
    ]);
  }));

Deno.test("a batch that only repeats commits nothing", () =>
  withMeasuredStore(async (store, sizes) => {
    const company = await newCompany(store);
    const phone = new Device(company, await hire(company, "WORKER"));
    const ops = [phone.lead(), phone.lead()];
    await phone.sync(ops);
    sizes.length = 0;
    assert.deepEqual(statuses((await phone.sync(ops)).results), [201, 201]);
    assert.equal(sizes.length, 0);
  }));
