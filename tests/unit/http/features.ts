import assert from "node:assert/strict";
import type { Me } from "../../../lib/model/spaces.ts";
import { TenantStore } from "../../../lib/store/tenant_store.ts";
import type { Plan } from "../../../lib/store/tenants.ts";
import { createTenant } from "../../../lib/tenancy/create_tenant.ts";
import {
  blankAudit,
  INSTANCE_KEY,
  keepLead,
  keepOrder,
  MONDAY,
  newId,
} from "../builders.ts";
import { type Door, withDoor } from "../door.ts";

/** A new company of a plan and a trade, and its owner. */
async function companyOf(door: Door, plan: Plan, industry: string) {
  const email = `${newId("usr").toLowerCase()}@alder.example`;
  const made = await createTenant(
    { store: door.store, instanceKey: INSTANCE_KEY, now: () => MONDAY },
    {
      plan,
      industry,
      externalCustomerId: newId("ten"),
      company: "Alder",
      timeZone: "Europe/Berlin",
      owner: { name: "Olga", email, passwordHash: "none" },
      sample: false,
    },
    blankAudit(),
  );
  assert.ok(made.ok);
  const { tenantId, orgId, ownerId } = made.value;
  const owner: Me = {
    id: ownerId ?? "",
    orgId,
    tenantId,
    space: "CLIENT",
    roles: ["OWNER"],
    name: "Olga",
    company: "Alder",
    timeZone: "Europe/Berlin",
  };
  return { owner, tenant: new TenantStore(door.store, orgId) };
}

const text = async (door: Door, path: string, as: Me) => {
  const answer = await door.ask("GET", path, { as });
  assert.equal(answer.status, 200, path);
  return await answer.text();
};

Deno.test("a trade's and a plan's features are what /api/me tells and what pages offer", () =>
  withDoor(async (door) => {
    for (
      const [plan, industry, features] of [
        ["starter", "hvac", ["clock", "leadOrders", "leads", "workOrders"]],
        ["starter", "cleaning", [
          "clock",
          "leads",
          "repeatOrders",
          "workOrders",
        ]],
        ["team", "plumbing", [
          "clock",
          "dispatch",
          "leadOrders",
          "leads",
          "workOrders",
        ]],
      ] as const
    ) {
      const { owner, tenant } = await companyOf(door, plan, industry);
      const me = await door.ask("GET", "/api/me", { as: owner });
      assert.deepEqual((await me.json()).features, features);
      const has = (name: string) => features.some((one) => one === name);

      const lead = await keepLead(tenant);
      const order = await keepOrder(tenant, { title: "Windows, ground floor" });
      const dashboard = `/tenant/${owner.tenantId}/client/dashboard`;
      const board = await text(door, dashboard, owner);
      assert.equal(board.includes("Board of today"), has("dispatch"));
      assert.ok(board.includes("Windows, ground floor"));

      const plans = await text(door, `/client/orders/${order.id}/plan`, owner);
      assert.equal(plans.includes("Plan it again"), has("repeatOrders"));
      const again = `/client/orders/new?again=${order.id}`;
      const repeated = await text(door, again, owner);
      assert.equal(
        repeated.includes("Windows, ground floor"),
        has("repeatOrders"),
      );
      assert.equal(
        repeated.includes('value="2026-11-30"'),
        has("repeatOrders"),
      );

      const blank = await text(door, "/client/orders/new", owner);
      assert.equal(blank.includes("Begin with a lead"), has("leadOrders"));
      const from = `/client/orders/new?lead=${lead.id}`;
      assert.equal(
        (await text(door, from, owner)).includes('value="0171 234567"'),
        has("leadOrders"),
      );
    }
  }));

Deno.test("an order begins with no record of another company, nor with one that is none", () =>
  withDoor(async (door) => {
    const cleaner = await companyOf(door, "starter", "cleaning");
    const plumber = await companyOf(door, "starter", "plumbing");
    const order = await keepOrder(plumber.tenant);
    const lead = await keepLead(cleaner.tenant);
    const bodies = [];
    for (
      const [query, as] of [
        [`again=${order.id}`, cleaner.owner],
        [`again=${newId("wo")}`, cleaner.owner],
        ["again=x", cleaner.owner],
        [`lead=${lead.id}`, plumber.owner],
        [`lead=${newId("lead")}`, plumber.owner],
      ] as const
    ) {
      const answer = await door.ask("GET", `/client/orders/new?${query}`, {
        as,
      });
      assert.equal(answer.status, 404, query);
      bodies.push(await answer.text());
    }
    assert.equal(new Set(bodies).size, 1);
  }));
