import assert from "node:assert/strict";
import type { HistoryRow } from "../../lib/model/history.ts";
import type { Change, Op } from "../../lib/model/operation.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import type { FormerHolder } from "../../lib/store/history.ts";
import { putLead } from "../../lib/store/leads.ts";
import {
  type Company,
  hire,
  keepLead,
  keepOrder,
  MINUTE,
  MONDAY,
  newCompany,
  newId,
  withCompany,
} from "./builders.ts";
import { Device, statuses } from "./device.ts";
import { excesses, withMeasuredStore } from "./measured_store.ts";

const CHECKLIST = [
  { id: "power", label: "Unit off", required: true, done: false },
];

/** What came too late for a record, in the order of their keys. */
async function lateOf({ tenant }: Company, id: string): Promise<HistoryRow[]> {
  const rows = await tenant.list<HistoryRow>({
    prefix: tenant.keys.historyOf(id),
  });
  return rows.map(({ value }) => value).filter(({ late }) => late);
}

/** An order that was one's own and is a colleague's now. */
async function lose(
  { tenant }: Company,
  me: Me,
  colleague: Me | null,
): Promise<WorkOrder> {
  const order = await keepOrder(tenant, {
    assigneeId: me.id,
    checklist: CHECKLIST,
  });
  return await keepOrder(tenant, {
    ...order,
    version: 2,
    assigneeId: colleague?.id ?? null,
  });
}

const write = (
  phone: Device,
  id: string,
  fields: Extract<Change["payload"], { fields: unknown }>["fields"],
  base: Op["base"] = { version: 1 },
  more: { discarded?: Record<string, string> } = {},
) =>
  phone.op({
    route: `/api/client/work-orders/${id}`,
    method: "PATCH",
    payload: { fields, ...more },
  }, { base });

function withTwo(
  run: (
    phone: Device,
    company: Company,
    colleague: Me,
  ) => Promise<void>,
): Promise<void> {
  return withCompany(async (company) => {
    const phone = new Device(company, await hire(company, "WORKER", "Mateo"));
    await run(phone, company, await hire(company, "WORKER", "Signe"));
  });
}

Deno.test("a note for an order that was given to somebody else meanwhile is refused, and stands in its history", () =>
  withTwo(async (phone, company, colleague) => {
    const { tenant } = company;
    const order = await lose(company, phone.me, colleague);
    const note = write(phone, order.id, { notes: "Pump replaced" });
    note.claim.elapsedMs = 30 * MINUTE;
    const { results } = await phone.sync([note], {
      sessionSince: MONDAY - 60 * MINUTE,
    });
    assert.deepEqual(statuses(results), [403]);
    assert.deepEqual(
      await tenant.get(tenant.keys.order(order.id)),
      order,
      "the order itself is untouched",
    );
    assert.deepEqual(await lateOf(company, order.id), [{
      by: phone.me.id,
      at: new Date(MONDAY).toISOString(),
      believedAt: new Date(MONDAY - 30 * MINUTE).toISOString(),
      changed: {},
      late: { assigneeId: colleague.id, fields: { notes: "Pump replaced" } },
    }]);
  }));

Deno.test("what builds on a refused change is kept as well: a whole day at an order", () =>
  withTwo(async (phone, company, colleague) => {
    const order = await lose(company, phone.me, colleague);
    const base = (after?: Op) => ({
      version: 1,
      ...(after && { after: after.seq }),
    });
    const start = phone.advance(order.id, "START", base());
    const tick = write(phone, order.id, { "check:power": true }, base(start));
    const note = write(
      phone,
      order.id,
      { notes: "Pump replaced" },
      base(tick),
      { discarded: { notes: "Pump looked at" } },
    );
    const done = phone.advance(order.id, "DONE", base(note));
    const parts = [[start, tick], [note, done]];
    const results = [];
    for (const part of parts) results.push(...(await phone.sync(part)).results);
    assert.deepEqual(statuses(results), [403, 424, 424, 424]);
    const late = await lateOf(company, order.id);
    assert.deepEqual(late.map((row) => row.late?.fields), [
      { status: "RUNNING" },
      { "check:power": true },
      { notes: "Pump replaced" },
      { status: "DONE" },
    ]);
    assert.deepEqual(late[2]?.discarded, { notes: "Pump looked at" });
  }));

Deno.test("of a late change nothing is kept twice: not sent again, not by a copy of the profile", () =>
  withTwo(async (phone, company, colleague) => {
    const order = await lose(company, phone.me, colleague);
    const note = write(phone, order.id, { notes: "Pump replaced" });
    await phone.sync([note]);
    await phone.sync([note]);
    const copy = new Device(company, phone.me);
    await copy.sync([{ ...note, seq: ++copy.seq }]);
    // Also when the server has forgotten the key.
    const again = new Device(company, phone.me);
    const later = MONDAY + 100 * 86_400_000;
    const { results } = await again.sync([{ ...note, seq: ++again.seq }], {
      now: later,
    });
    assert.deepEqual(statuses(results), [403]);
    assert.equal((await lateOf(company, order.id)).length, 1);
  }));

Deno.test("a stranger leaves nothing in a history: one who never had the order, of another company, or of no order", () =>
  withTwo(async (phone, company, colleague) => {
    const { tenant, store } = company;
    const other = await hire(company, "WORKER");
    const never = await keepOrder(tenant, { assigneeId: colleague.id });
    const nobodys = await keepOrder(tenant, { assigneeId: null });
    const lost = await lose(company, other, colleague);
    const birch = await newCompany(store, "Birch");
    const foreign = await lose(
      birch,
      await hire(birch, "WORKER"),
      await hire(birch, "WORKER"),
    );
    const ids = [never.id, nobodys.id, lost.id, foreign.id, newId("wo")];
    const before = await store.list({ prefix: ["org"] });
    const { results } = await phone.sync(
      ids.map((id) => write(phone, id, { notes: "Filled" })),
    );
    assert.deepEqual(statuses(results), [403, 403, 403, 404, 404]);
    const after = await store.list({ prefix: ["org"] });
    const histories = (rows: typeof before) =>
      rows.filter(({ key }) =>
        key[2] === "history" || key[2] === "former_holders"
      );
    assert.deepEqual(histories(after), histories(before));
  }));

Deno.test("what the worker could not have done then either is not kept", () =>
  withTwo(async (phone, company, colleague) => {
    const order = await lose(company, phone.me, colleague);
    const { results } = await phone.sync([
      write(phone, order.id, { title: "Free of charge" }),
      write(phone, order.id, { nothing: "such a field" }),
      write(phone, order.id, { notes: "x".repeat(4001) }),
      write(phone, order.id, { "check:power": "yes" }),
      write(phone, order.id, { signature: "{}" }),
      write(phone, order.id, { notes: "a\u0000b" }),
    ]);
    assert.ok(results.every(({ status }) => status === 403));
    assert.deepEqual(await lateOf(company, order.id), []);
  }));

Deno.test("what was refused for another reason is not kept: the record is still the worker's", () =>
  withTwo(async (phone, company) => {
    const order = await keepOrder(company.tenant, { assigneeId: phone.me.id });
    const stale = write(phone, order.id, { notes: "Old" }, { version: 0 });
    const on = write(phone, order.id, { notes: "Older" }, {
      version: 0,
      after: stale.seq,
    });
    const plan = write(phone, order.id, { title: "Mine" });
    const { results } = await phone.sync([stale, on, plan]);
    assert.deepEqual(statuses(results), [409, 424, 403]);
    assert.deepEqual(await lateOf(company, order.id), []);
  }));

Deno.test("an order that is nobody's by then says so, and one that came back takes changes again", () =>
  withTwo(async (phone, company) => {
    const order = await lose(company, phone.me, null);
    await phone.sync([write(phone, order.id, { notes: "Late" })]);
    const [row] = await lateOf(company, order.id);
    assert.equal(row?.late?.assigneeId, null);
    await keepOrder(company.tenant, {
      ...order,
      version: 3,
      assigneeId: phone.me.id,
    });
    const { results } = await phone.sync([
      write(phone, order.id, { notes: "In time" }, { version: 3 }),
    ]);
    assert.deepEqual(statuses(results), [200]);
  }));

Deno.test("a lead that somebody took meanwhile keeps what others wrote while it was nobody's", () =>
  withTwo(async (phone, company, colleague) => {
    const { tenant } = company;
    const lead = await keepLead(tenant);
    const tx = tenant.transaction();
    putLead(tx, lead, { ...lead, version: 2, assigneeId: colleague.id }, {
      by: colleague.id,
      at: lead.updatedAt,
      believedAt: lead.updatedAt,
    });
    await tx.commit();
    const { results } = await phone.sync([
      phone.rename(lead.id, "Petra Vogel-Amsel", { version: 1 }),
    ]);
    assert.deepEqual(statuses(results), [403]);
    const [row] = await lateOf(company, lead.id);
    assert.deepEqual(row?.late, {
      assigneeId: colleague.id,
      fields: { name: "Petra Vogel-Amsel" },
    });
  }));

Deno.test("late changes have a room that nobody exceeds, each person their own; another reassignment opens it anew", () =>
  withTwo(async (phone, company, colleague) => {
    const { tenant } = company;
    const order = await lose(company, phone.me, colleague);
    const notes = (n: number) => `${n} `.padEnd(4000, "x");
    const send = async (count: number) => {
      const { results } = await phone.sync(
        Array.from(
          { length: count },
          (_, n) => write(phone, order.id, { notes: notes(n) }),
        ),
      );
      assert.ok(results.every(({ status }) => status === 403));
    };
    await send(50);
    await send(50);
    const kept = (await lateOf(company, order.id)).length;
    assert.ok(kept > 40 && kept < 50, `${kept}`);
    const holder = await tenant.get<FormerHolder>(
      tenant.keys.formerHolder(order.id, phone.me.id),
    );
    assert.ok(holder && holder.kept <= 200_000);
    const third = await hire(company, "WORKER");
    await keepOrder(tenant, { ...order, version: 3, assigneeId: third.id });
    const theirs = new Device(company, colleague);
    await theirs.sync([
      write(theirs, order.id, { notes: "Mine" }, { version: 2 }),
    ]);
    assert.equal((await lateOf(company, order.id)).length, kept + 1);
  }));

for (const backend of ["embedded", "connect"] as const) {
  Deno.test(`the largest late changes fit into their commits, whatever they are written in (${backend})`, () =>
    withMeasuredStore(async (store, sizes) => {
      const company = await newCompany(store);
      const phone = new Device(company, await hire(company, "WORKER"));
      const colleague = await hire(company, "WORKER");
      const long = (length: number) => "ü€".repeat(length / 2);
      const ops: Op[] = [];
      for (let i = 0; i < 24; i++) {
        const order = await lose(company, phone.me, colleague);
        const photos = Array.from({ length: 40 }, (_, n) => [
          `photo:${String(n).padEnd(43, "p")}`,
          "image/jpeg 123456",
        ]);
        const op = write(
          phone,
          order.id,
          { ...Object.fromEntries(photos), notes: long(4000) },
          { version: 1 },
          { discarded: { notes: long(15_900) } },
        );
        ops.push({ ...op, key: `${op.key}${"k".repeat(70)}` });
      }
      sizes.length = 0;
      for (let i = 0; i < ops.length; i += 6) {
        const { results } = await phone.sync(ops.slice(i, i + 6));
        assert.ok(results.every(({ status }) => status === 403));
      }
      for (const size of sizes) assert.deepEqual(excesses(size, backend), []);
      const { value } = (await store.list<HistoryRow>({
        prefix: company.tenant.keys.history("", 0).slice(0, -2),
        limit: 1000,
      })).find((row) => row.value.late) ?? {};
      assert.equal(String(value?.discarded?.notes).length, 15_900);
    }, backend));

  Deno.test(`a queue of late changes takes the commits of any other (${backend})`, () =>
    withMeasuredStore(async (store, sizes) => {
      const company = await newCompany(store);
      const phone = new Device(company, await hire(company, "WORKER"));
      const colleague = await hire(company, "WORKER");
      const ops: Op[] = [];
      for (let i = 0; i < 40; i++) {
        const order = await lose(company, phone.me, colleague);
        const start = phone.advance(order.id, "START", { version: 1 });
        ops.push(
          start,
          write(phone, order.id, { notes: `${i}` }, {
            version: 1,
            after: start.seq,
          }),
        );
      }
      sizes.length = 0;
      const { results } = await phone.sync(ops);
      assert.deepEqual(new Set(statuses(results)), new Set([403, 424]));
      const most = { embedded: 2, connect: 6 }[backend];
      assert.ok(sizes.length <= most, `${sizes.length} commits`);
      for (const size of sizes) assert.deepEqual(excesses(size, backend), []);
    }, backend));
}
