import assert from "node:assert/strict";
import { ROUTE_POLICY } from "../../../lib/http/route_policy.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import {
  type Company,
  hire,
  keepLead,
  keepOrder,
  leadFields,
  newCompany,
  newId,
} from "../builders.ts";
import { type Door, problemOf, withDoor } from "../door.ts";
import { type Ask, asksOf, telling } from "../record_asks.ts";

async function twoCompanies(door: Door): Promise<[Company, Company]> {
  return [
    await newCompany(door.store, "CANARYALDER"),
    await newCompany(door.store, "CANARYBIRCH"),
  ];
}

Deno.test("every route with a lead's or an order's id is tried below", () => {
  const withId = Object.keys(ROUTE_POLICY).filter((pattern) =>
    /\/(?:leads|orders|work-orders)\/:id/.test(pattern)
  );
  const tried = asksOf(":id", ":id").map(([, path]) => path);
  assert.deepEqual([...new Set(tried)].sort(), withId.sort());
});

Deno.test("another company's id answers exactly as one that never was, and changes nothing", () =>
  withDoor(async (door) => {
    const [mine, theirs] = await twoCompanies(door);
    const lead = await keepLead(theirs.tenant);
    const order = await keepOrder(theirs.tenant);
    const unknown: [string, string] = [newId("lead"), newId("wo")];
    for (const as of [mine.owner, await hire(mine, "WORKER")]) {
      for (
        const [i, [method, path, asking]] of asksOf(lead.id, order.id).entries()
      ) {
        const [, unknownPath = ""] = asksOf(...unknown)[i] ?? [];
        const ids = [lead.id, order.id, ...unknown];
        const foreign = await telling(
          await door.ask(method, path, { ...asking, as }),
          ids,
        );
        const never = await telling(
          await door.ask(method, unknownPath, { ...asking, as }),
          ids,
        );
        assert.equal(foreign, never, `${method} ${path}`);
        assert.ok(
          foreign.startsWith("404 ") ||
            as !== mine.owner && foreign.startsWith("403 "),
          `${method} ${path}: ${foreign.slice(0, 90)}`,
        );
      }
    }
    const { keys } = theirs.tenant;
    assert.deepEqual(
      await theirs.tenant.getMany([keys.lead(lead.id), keys.order(order.id)]),
      [lead, order],
    );
  }));

Deno.test("ids that are none answer like unknown ones", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    for (
      const id of [
        "x",
        "lead_",
        "wo_1",
        "%00",
        "..%2f..",
        "org",
        "lead_01ARZ3NDEKTSV4RRFFQ69G5FAV%0a",
        "a".repeat(500),
      ]
    ) {
      for (const [method, path, asking] of asksOf(id, id)) {
        const answer = await door.ask(method, path, { ...asking, as: owner });
        assert.equal(answer.status, 404, `${method} ${path}`);
        await answer.body?.cancel();
      }
    }
  }));

Deno.test("an order can be given to a member of the company only", () =>
  withDoor(async (door) => {
    const [mine, theirs] = await twoCompanies(door);
    const order = await keepOrder(mine.tenant);
    const path = `/api/client/work-orders/${order.id}`;
    for (const assigneeId of [theirs.owner.id, newId("usr"), "x"]) {
      const answer = await door.ask("PATCH", path, {
        as: mine.owner,
        json: { fields: { assigneeId } },
        version: 1,
      });
      assert.deepEqual((await problemOf(answer)).fields, ["assigneeId"]);
    }
  }));

/** Two companies whose records have the same ids, each full of its own canary. */
async function fill(
  company: Company,
  canary: string,
  ids: { lead: string; order: string },
): Promise<Me> {
  const worker = await hire(company, "WORKER", `${canary} Worker`);
  const { tenant } = company;
  await keepLead(tenant, {
    id: ids.lead,
    fields: {
      ...leadFields(canary),
      need: canary,
      email: `${canary}@a.example`,
    },
  });
  await keepOrder(tenant, {
    id: ids.order,
    assigneeId: worker.id,
    title: canary,
    customer: canary,
    address: canary,
    brief: canary,
    notes: canary,
    checklist: [{ id: "power", label: canary, required: true, done: false }],
  });
  return worker;
}

Deno.test("two companies with equal record ids never see a word of each other, in no answer and no log", () =>
  withDoor(async (door) => {
    const [alder, birch] = await twoCompanies(door);
    const ids = { lead: newId("lead"), order: newId("wo") };
    const people: [
      canary: string,
      foreign: string,
      company: Company,
      who: Me[],
    ][] = [
      ["CANARYALDER", "CANARYBIRCH", alder, [
        alder.owner,
        await fill(alder, "CANARYALDER", ids),
      ]],
      ["CANARYBIRCH", "CANARYALDER", birch, [
        birch.owner,
        await fill(birch, "CANARYBIRCH", ids),
      ]],
    ];
    let own = 0;
    for (const [canary, foreign, , who] of people) {
      for (const as of who) {
        const pages = Object.keys(ROUTE_POLICY).map((pattern): Ask => [
          "GET",
          pattern.replace(":tenantId", as.tenantId)
            .replace(":id", pattern.includes("lead") ? ids.lead : ids.order)
            .replace(/:\w+/, "today"),
        ]);
        for (
          const [method, path, asking] of [
            ...pages,
            ...asksOf(ids.lead, ids.order),
          ]
        ) {
          const answer = await door.ask(method, path, { ...asking, as });
          const text = await answer.text() +
            JSON.stringify([...answer.headers]);
          assert.ok(!text.includes(foreign), `${method} ${path}`);
          if (text.includes(canary)) own++;
        }
      }
    }
    assert.ok(own > 40, `${own} answers had their own company's words`);
    assert.ok(!/CANARY/.test(JSON.stringify(door.log)));
  }));

Deno.test("the dashboard of another tenant is not there, whoever asks", () =>
  withDoor(async (door) => {
    const [mine, theirs] = await twoCompanies(door);
    const at = (tenantId: string) =>
      door.ask("GET", `/tenant/${tenantId}/client/dashboard`, {
        as: mine.owner,
      });
    const never = newId("ten");
    const ids = [theirs.owner.tenantId, never];
    const foreign = await telling(await at(theirs.owner.tenantId), ids);
    assert.equal(foreign, await telling(await at(never), ids));
    assert.ok(foreign.startsWith("404"));
    assert.equal((await at(mine.owner.tenantId)).status, 200);
  }));
