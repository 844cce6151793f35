import assert from "node:assert/strict";
import { ROUTE_POLICY } from "../../../lib/http/route_policy.ts";
import {
  type Company,
  hire,
  keepLead,
  keepOrder,
  newCompany,
  newId,
} from "../builders.ts";
import { type Door, problemOf, withDoor } from "../door.ts";
import { asksOf, telling } from "../record_asks.ts";

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
