import assert from "node:assert/strict";
import type { Lead } from "../../lib/model/lead.ts";
import { MAX_BATCH_OPS } from "../../lib/model/protocol.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import {
  type Company,
  hire,
  keepLead,
  keepOrder,
  withCompany,
} from "./builders.ts";
import { Device, hashOf, statuses } from "./device.ts";

function withPhone(
  run: (phone: Device, company: Company) => Promise<void>,
): Promise<void> {
  return withCompany(async (company) => {
    await run(new Device(company, await hire(company, "WORKER")), company);
  });
}

Deno.test("START, PAUSE, DONE made offline do not conflict with themselves, in one batch or in three", async () => {
  for (const batches of [1, 3]) {
    await withPhone(async (phone, { tenant }) => {
      const order = await keepOrder(tenant, {
        assigneeId: phone.me.id,
        version: 7,
      });
      const start = phone.advance(order.id, "START", { version: 7 });
      const pause = phone.advance(order.id, "PAUSE", {
        version: 7,
        after: start.seq,
      });
      const done = phone.advance(order.id, "DONE", {
        version: 7,
        after: pause.seq,
      });
      const ops = [start, pause, done];
      const parts = batches === 1 ? [ops] : ops.map((op) => [op]);
      const versions: (number | undefined)[] = [];
      for (const part of parts) {
        const { results } = await phone.sync(part);
        assert.ok(results.every((result) => result.status === 200));
        versions.push(...results.map((result) => result.version));
      }
      assert.deepEqual(versions, [8, 9, 10]);
      const now = await tenant.get<WorkOrder>(tenant.keys.order(order.id));
      assert.equal(now?.status, "DONE");
    });
  }
});

Deno.test("an edit of the office between two of the device's own makes the second one stale", () =>
  withPhone(async (phone, { tenant }) => {
    const order = await keepOrder(tenant, { assigneeId: phone.me.id });
    const start = phone.advance(order.id, "START", { version: 1 });
    await phone.sync([start]);
    await keepOrder(tenant, {
      ...order,
      version: 3,
      brief: "Ring twice",
      status: "RUNNING",
    });
    const pause = phone.advance(order.id, "PAUSE", {
      version: 1,
      after: start.seq,
    });
    const { results } = await phone.sync([pause]);
    assert.equal(results[0]?.problem?.code, "stale-entity");
  }));

Deno.test("after a rejected op only what builds on it is rejected too, in the same batch or later", () =>
  withPhone(async (phone, { tenant }) => {
    const order = await keepOrder(tenant, { assigneeId: phone.me.id });
    const pause = phone.advance(order.id, "PAUSE", { version: 1 });
    const start = phone.advance(order.id, "START", {
      version: 1,
      after: pause.seq,
    });
    const lead = phone.lead();
    const done = phone.advance(order.id, "DONE", {
      version: 1,
      after: start.seq,
    });
    const clock = phone.clock("in");
    const first = await phone.sync([pause, start, lead]);
    const second = await phone.sync([done, clock]);
    assert.deepEqual(statuses([...first.results, ...second.results]), [
      422,
      424,
      201,
      424,
      201,
    ]);
    assert.deepEqual(
      [first.results[1]?.problem?.code, second.results[0]?.problem?.code],
      ["dependency-rejected", "dependency-rejected"],
    );
    const now = await tenant.get<WorkOrder>(tenant.keys.order(order.id));
    assert.deepEqual([now?.status, now?.version], ["PLANNED", 1]);
  }));

/** Ops that no use case accepts, by what is wrong with them. */
const BAD_OPS: [
  because: string,
  over: Record<string, unknown>,
  status: number,
][] = [
  ["an unknown route", { route: "/api/client/nothing" }, 422],
  ["a route outside Latin-1", { route: "/api/client/leads/😀€" }, 422],
  ["a record outside Latin-1", {
    route: "/api/client/leads/😀€",
    method: "PATCH",
  }, 404],
  ["another method", { method: "DELETE" }, 422],
  ["a malformed id", { payload: { id: "lead_1", fields: {} } }, 400],
  ["an id of another kind", {
    payload: { id: "wo_01ARZ3NDEKTSV4RRFFQ69G5FAV", fields: {} },
  }, 400],
  ["an id that is not text", { payload: { id: 12, fields: {} } }, 400],
  ["an id that is a list", { payload: { id: ["a"], fields: {} } }, 400],
  ["no payload", { payload: undefined }, 400],
  ["payload null", { payload: null }, 400],
  ["a payload of text", { payload: "lead" }, 400],
  ["an unknown member", {
    payload: {
      id: "lead_01ARZ3NDEKTSV4RRFFQ69G5FAV",
      fields: {},
      roles: ["OWNER"],
    },
  }, 400],
  ["a field that holds an object", {
    payload: { id: "lead_01ARZ3NDEKTSV4RRFFQ69G5FAV", fields: { name: {} } },
  }, 400],
  ["a prototype as a field", {
    payload: JSON.parse(
      '{"id":"lead_01ARZ3NDEKTSV4RRFFQ69G5FAV","fields":{"__proto__":"x"}}',
    ),
  }, 400],
  ["a method that is a number", { method: 7 }, 400],
  ["a route that is too long", { route: `/${"a".repeat(5000)}` }, 400],
  ["no base", { base: undefined }, 400],
  ["a negative version", { base: { version: -1 } }, 400],
  ["no claim", { claim: undefined }, 400],
  ["an elapsed time that JSON could not carry", {
    claim: {
      occurredAt: "2026-11-23T09:00:00Z",
      elapsedMs: null,
      confidence: "high",
    },
  }, 400],
  ["a time that is none", {
    claim: { occurredAt: "yesterday", elapsedMs: 0, confidence: "high" },
  }, 400],
  ["a time with endless digits", {
    claim: {
      occurredAt: `2026-11-23T09:00:00.${"0".repeat(70_000)}Z`,
      elapsedMs: 0,
      confidence: "high",
    },
  }, 400],
  ["an elapsed time beyond any calendar", {
    claim: {
      occurredAt: "2026-11-23T09:00:00Z",
      elapsedMs: 1e300,
      confidence: "high",
    },
    route: "/api/client/clock-events",
    payload: { id: "ts_01ARZ3NDEKTSV4RRFFQ69G5FAV", kind: "in" },
  }, 201],
  ["a version of the form that this server does not know", { v: 99 }, 422],
  ["a version before all versions", { v: 0 }, 422],
];

Deno.test("one bad op among 250 gets a final refusal of its own and harms no other", async () => {
  for (const [because, over, status] of BAD_OPS) {
    await withPhone(async (phone, { tenant }) => {
      const ops = Array.from(
        { length: MAX_BATCH_OPS },
        (_, i) => ({ ...phone.lead(`Lead ${i}`), ...(i === 100 && over) }),
      );
      const answer = await phone.sync(ops);
      assert.equal(answer.results.length, MAX_BATCH_OPS, because);
      assert.deepEqual(
        statuses(answer.results),
        ops.map((_, i) => i === 100 ? status : 201),
        `${because}: ${JSON.stringify(answer.results[100])}`,
      );
      assert.equal(answer.hash, hashOf(answer.results), because);
      const again = await phone.sync([ops[100]]);
      assert.deepEqual(statuses(again.results), [status], because);
      const leads = await tenant.list({
        prefix: ["org", tenant.orgId, "leads"],
      });
      assert.equal(leads.length, MAX_BATCH_OPS - 1, because);
    });
  }
});

Deno.test("an op that cannot be given a result because its seq or key is unreadable refuses the request", () =>
  withPhone(async (phone) => {
    for (
      const over of [{ seq: "1" }, { seq: 0 }, { seq: 1.5 }, { key: "short" }, {
        key: 7,
      }, { key: "a\nb".repeat(9) }]
    ) {
      const refusal = await phone.refused([{ ...phone.lead(), ...over }]);
      assert.equal(refusal.code, "invalid-input");
      assert.match(refusal.errors?.[0]?.field ?? "", /^ops\.0\.(?:seq|key)$/);
    }
  }));

Deno.test("bad frames of a request are refused and name what is wrong", () =>
  withPhone(async (phone) => {
    const tooMany = Array.from(
      { length: MAX_BATCH_OPS + 1 },
      () => phone.lead(),
    );
    assert.equal((await phone.refused(tooMany)).errors?.[0]?.field, "ops");
    assert.equal((await phone.refused([null])).errors?.[0]?.field, "ops.0");
    phone.id = "dev_nothing";
    assert.equal((await phone.refused([])).errors?.[0]?.field, "deviceId");
  }));

Deno.test("an id that exists is refused as taken, and as taken only", () =>
  withPhone(async (phone, { tenant }) => {
    const lead = await keepLead(tenant);
    const clock = phone.clock("in");
    const { results } = await phone.sync([
      clock,
      phone.lead("Mine", lead.id),
      { ...phone.clock("out"), payload: clock.payload },
    ]);
    assert.deepEqual(results.map((result) => result.problem?.code), [
      undefined,
      "id-taken",
      "id-taken",
    ]);
    assert.equal(
      (await tenant.get<Lead>(tenant.keys.lead(lead.id)))?.fields.name,
      "Petra Vogel",
    );
    assert.ok(!JSON.stringify(results).includes("Lindenweg"));
  }));

Deno.test("an undone op still takes its seq", () =>
  withPhone(async (phone) => {
    const undone = phone.op({
      route: "/api/client/noop",
      method: "POST",
      payload: {},
    });
    const answer = await phone.sync([undone, phone.lead()]);
    assert.deepEqual(statuses(answer.results), [200, 201]);
    assert.equal(answer.lastSeq, 2);
  }));

Deno.test("somebody who left the company since the session began changes nothing any more", () =>
  withPhone(async (phone, { tenant }) => {
    const tx = tenant.transaction();
    tx.delete(tx.keys.member("CLIENT", phone.me.id));
    await tx.commit();
    assert.equal((await phone.refused([phone.lead()])).code, "forbidden");
  }));

Deno.test("roles count as they are at the commit, not as the session had them", () =>
  withCompany(async (company) => {
    const boss = await hire(company, "DISPATCHER");
    const phone = new Device(company, boss);
    const order = await keepOrder(company.tenant);
    const tx = company.tenant.transaction();
    const key = tx.keys.member("CLIENT", boss.id);
    tx.set(key, {
      ...await tx.get<Record<string, unknown>>(key),
      roles: ["WORKER"],
    });
    await tx.commit();
    const { results } = await phone.sync([
      phone.advance(order.id, "START", { version: 1 }),
    ]);
    assert.deepEqual(statuses(results), [403]);
  }));
