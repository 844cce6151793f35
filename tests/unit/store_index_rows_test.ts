import assert from "node:assert/strict";
import fc from "fast-check";
import { type Lead, leadRow } from "../../lib/model/lead.ts";
import { orderRow, type WorkOrder } from "../../lib/model/work_order.ts";
import type { HistoryRow } from "../../lib/store/history.ts";
import { putLead } from "../../lib/store/leads.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import { putOrder } from "../../lib/store/work_orders.ts";
import { keepOrder, newOrder, withStore } from "./builders.ts";

const AUTHOR = {
  by: "usr",
  at: "2026-11-23T09:00:00.000Z",
  believedAt: "2026-11-23T09:00:00.000Z",
};

/** All rows of an index with their keys, so that leftovers show. */
async function indexRows(
  tenant: TenantStore,
  family: string,
): Promise<[string, unknown][]> {
  const rows = await tenant.list({ prefix: ["org", tenant.orgId, family] });
  return rows.map(({ key, value }) => [key.slice(3).join("/"), value]);
}

const byKey = (rows: [string, unknown][]) =>
  rows.sort(([a], [b]) => a < b ? -1 : 1);
const person = fc.constantFrom("usr_a", "usr_b", null);

Deno.test("after any changes each lead stands once in each index, under what it is now", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          slot: fc.nat(3),
          who: person,
          at: fc.nat(3),
          name: fc.string({ maxLength: 5 }),
        }),
        { maxLength: 25 },
      ),
      (changes) =>
        withStore(async (store) => {
          const tenant = new TenantStore(store, "org_a");
          const leads = new Map<string, Lead>();
          for (const { slot, who, at, name } of changes) {
            const id = `lead_${slot}`;
            const tx = tenant.transaction();
            const previous = await tx.get<Lead>(tx.keys.lead(id));
            const next: Lead = {
              v: 1,
              id,
              orgId: "org_a",
              version: (previous?.version ?? 0) + 1,
              updatedAt: `t${at}`,
              createdAt: "t0",
              createdBy: "usr",
              assigneeId: who,
              fields: { name },
            };
            putLead(tx, previous, next, AUTHOR);
            assert.equal(await tx.commit(), true);
            leads.set(id, next);
          }
          const rows = [...leads.values()].map((lead) => ({
            lead,
            row: leadRow(lead),
          }));
          assert.deepEqual(
            byKey(await indexRows(tenant, "leads_by_updated")),
            byKey(
              rows.map((
                { lead, row },
              ) => [`${lead.updatedAt}/${lead.id}`, row]),
            ),
          );
          assert.deepEqual(
            byKey(await indexRows(tenant, "leads_by_holder")),
            byKey(
              rows.map((
                { lead, row },
              ) => [
                `${lead.assigneeId ?? "-"}/${lead.updatedAt}/${lead.id}`,
                row,
              ]),
            ),
          );
          for (const { version, id } of leads.values()) {
            const history = await tenant.list<HistoryRow>({
              prefix: tenant.keys.historyOf(id),
            });
            assert.equal(history.length, version);
          }
        }),
    ),
    { numRuns: 50 },
  ));

Deno.test("after any changes each order stands once in each index, under what it is now", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          slot: fc.nat(3),
          who: person,
          day: fc.integer({ min: 20, max: 23 }),
          hour: fc.integer({ min: 10, max: 12 }),
        }),
        { maxLength: 25 },
      ),
      (changes) =>
        withStore(async (store) => {
          const tenant = new TenantStore(store, "org_a");
          const orders = new Map<string, WorkOrder>();
          for (const { slot, who, day, hour } of changes) {
            const id = `wo_${slot}`;
            const tx = tenant.transaction();
            const previous = await tx.get<WorkOrder>(tx.keys.order(id));
            const version = (previous?.version ?? 0) + 1;
            const next = newOrder("org_a", {
              id,
              assigneeId: who,
              day: `2026-11-${day}`,
              time: `${hour}:00`,
              version,
            });
            putOrder(tx, previous, next, AUTHOR);
            assert.equal(await tx.commit(), true);
            orders.set(id, next);
          }
          const rows = [...orders.values()].map((order) => ({
            order,
            row: orderRow(order),
          }));
          assert.deepEqual(
            byKey(await indexRows(tenant, "work_orders_by_day")),
            byKey(
              rows.map((
                { order, row },
              ) => [`${order.day}/${order.time}/${order.id}`, row]),
            ),
          );
          assert.deepEqual(
            byKey(await indexRows(tenant, "work_orders_by_holder")),
            byKey(
              rows.map((
                { order, row },
              ) => [
                `${
                  order.assigneeId ?? "-"
                }/${order.day}/${order.time}/${order.id}`,
                row,
              ]),
            ),
          );
        }),
    ),
    { numRuns: 50 },
  ));

Deno.test("history tells what changed from what, and which values gave way", () =>
  withStore(async (store) => {
    const tenant = new TenantStore(store, "org_a");
    const order = await keepOrder(tenant);
    const tx = tenant.transaction();
    const next = {
      ...order,
      version: 2,
      notes: "Mine",
      status: "RUNNING" as const,
    };
    putOrder(tx, order, next, { ...AUTHOR, discarded: { notes: "Theirs" } });
    await tx.commit();
    const row = await tenant.get<HistoryRow>(tenant.keys.history(order.id, 2));
    assert.deepEqual(row, {
      ...AUTHOR,
      changed: {
        status: { from: "PLANNED", to: "RUNNING" },
        notes: { from: null, to: "Mine" },
      },
      discarded: { notes: "Theirs" },
    });
  }));
