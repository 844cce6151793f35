import assert from "node:assert/strict";
import { ROUTE_POLICY } from "../../../lib/http/route_policy.ts";
import {
  hire,
  keepLead,
  keepOrder,
  leadFields,
  newCompany,
} from "../builders.ts";
import { problemOf, withDoor } from "../door.ts";
import { DOT, keepPicture } from "../picture.ts";
import { type Ask, asksOf } from "../record_asks.ts";

Deno.test("a worker neither reads nor changes what is another's; in an office role all can", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const { tenant } = company;
    const [me, other] = [
      await hire(company, "WORKER"),
      await hire(company, "WORKER", "CANARYOTHER"),
    ];
    const lead = await keepLead(tenant, {
      assigneeId: other.id,
      fields: leadFields("CANARYOTHER"),
    });
    const order = await keepOrder(tenant, {
      assigneeId: other.id,
      customer: "CANARYOTHER",
    });
    await keepPicture(tenant, company.owner, order.id, DOT);
    for (const [method, path, asking] of asksOf(lead.id, order.id)) {
      const answer = await door.ask(method, path, { ...asking, as: me });
      const text = await answer.text();
      assert.equal(
        answer.status,
        403,
        `${method} ${path}: ${text.slice(0, 100)}`,
      );
      assert.ok(!text.includes("CANARYOTHER"));
    }
    const { keys } = tenant;
    assert.deepEqual(
      await tenant.getMany([keys.lead(lead.id), keys.order(order.id)]),
      [lead, order],
    );
    for (
      const path of [
        "/api/client/leads",
        "/api/client/work-orders",
        "/api/client/sync",
        "/api/client/timesheets",
        "/client/leads",
        "/client/orders",
        "/client/today",
      ]
    ) {
      const text = await (await door.ask("GET", path, { as: me })).text();
      assert.ok(!text.includes("CANARYOTHER"), path);
    }
    const office = await hire(company, "DISPATCHER");
    for (
      const [method, path, asking] of asksOf(lead.id, order.id).filter((
        [method],
      ) => method === "GET")
    ) {
      const answer = await door.ask(method, path, { ...asking, as: office });
      assert.equal(answer.status, 200, path);
      await answer.body?.cancel();
    }
  }));

Deno.test("a lead that nobody has yet can be taken by every worker, an order cannot", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const as = await hire(company, "WORKER");
    const lead = await keepLead(company.tenant);
    const order = await keepOrder(company.tenant);
    const statuses = [];
    for (
      const [method, path, asking] of asksOf(lead.id, order.id).slice(0, 4)
    ) {
      const answer = await door.ask(method, path, { ...asking, as });
      statuses.push(answer.status);
      await answer.body?.cancel();
    }
    assert.deepEqual(statuses, [200, 200, 403, 403]);
  }));

Deno.test("what only the office may do is refused to a worker", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const as = await hire(company, "WORKER");
    const mine = await keepOrder(company.tenant, { assigneeId: as.id });
    const asks: Ask[] = [
      ["PATCH", `/api/client/work-orders/${mine.id}`, {
        json: { fields: { day: "2026-12-01" } },
        version: 1,
      }],
      ["PATCH", `/api/client/work-orders/${mine.id}`, {
        json: { fields: { notes: "x", assigneeId: null } },
        version: 1,
      }],
      ["GET", `/client/orders/${mine.id}/plan`],
      ["POST", `/client/orders/${mine.id}/plan`, { form: { title: "x" } }],
      ["GET", "/client/orders/new"],
      ["POST", "/client/orders/new", { form: { title: "x" } }],
      ["GET", "/client/team"],
      ["POST", "/client/team", {
        form: { name: "x", email: "x@alder.example", role: "OWNER" },
      }],
    ];
    for (const [method, path, asking] of asks) {
      const answer = await door.ask(method, path, { ...asking, as });
      assert.equal(answer.status, 403, `${method} ${path}`);
      await answer.body?.cancel();
    }
    assert.deepEqual(
      await company.tenant.get(company.tenant.keys.order(mine.id)),
      mine,
    );
  }));

Deno.test("what another site makes a browser send is refused, on every route and for every method that changes", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    const cookie = await door.cookieOf(owner);
    const commits = door.store.counts.commits;
    const foreign: Record<string, string>[] = [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site", origin: "http://localhost" },
      { origin: "https://evil.example", host: "localhost" },
      { origin: "null", host: "localhost" },
    ];
    const paths = Object.entries(ROUTE_POLICY)
      // No browser has the key that such a route asks for, and no cookie opens it.
      .filter(([, entry]) => !entry.bearer)
      .map(([pattern]) => pattern.replace(/:\w+/g, "x"));
    for (const path of paths) {
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        for (const headers of foreign) {
          const answer = await door.ask(method, path, { cookie, headers });
          const { status, code } = await problemOf(answer);
          assert.deepEqual(
            [status, code],
            [403, "wrong-origin"],
            `${method} ${path} ${JSON.stringify(headers)}`,
          );
        }
      }
    }
    // Nothing but the audit record of each refusal.
    const refused = paths.length * 4 * foreign.length;
    assert.equal(door.store.counts.commits, commits + refused);
    const own = await door.ask("POST", "/logout", {
      cookie,
      headers: { "sec-fetch-site": "same-origin" },
    });
    assert.equal(own.status, 303);
  }));
