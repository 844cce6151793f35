import assert from "node:assert/strict";
import fc from "fast-check";
import type { Lead } from "../../lib/model/lead.ts";
import { listLeads, listLeadsOf } from "../../lib/store/leads.ts";
import { type Page, readPage } from "../../lib/store/page.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import {
  listOrders,
  listOrdersOf,
  ordersOf,
} from "../../lib/store/work_orders.ts";
import { keepLead, keepOrder, MONDAY, withStore } from "./builders.ts";

async function allPages<T>(
  read: (cursor: string | null) => Promise<Page<T>>,
): Promise<T[][]> {
  const pages: T[][] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await read(cursor);
    pages.push(page.rows);
    cursor = page.next;
  } while (cursor !== null);
  return pages;
}

Deno.test("pages together are the whole list, in order, and each reads its rows and one more", () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(fc.nat(4), fc.stringMatching(/^[a-z]{1,3}$/)), {
        maxLength: 25,
        selector: String,
      }),
      fc.integer({ min: 1, max: 7 }),
      fc.boolean(),
      (places, limit, reverse) =>
        withStore(async (store) => {
          const tenant = new TenantStore(store, "org_a");
          const keys = places.map(([time, id]) =>
            tenant.keys.leadByUpdated(`t${time}`, id)
          );
          const setup = tenant.transaction();
          for (const key of keys) setup.set(key, key.slice(3).join("/"));
          setup.set(
            tenant.keys.leadByHolder("x", "t0", "y"),
            "not of this index",
          );
          await setup.commit();
          const pages = await allPages(async (cursor) => {
            const before = store.counts.keysRead;
            const page = await readPage<string>(
              tenant,
              tenant.keys.leadsByUpdated(),
              { cursor, limit, reverse },
            );
            const read = store.counts.keysRead - before;
            assert.equal(read, page.rows.length + (page.next === null ? 0 : 1));
            return page;
          });
          const expected = keys.map((key) => key.slice(3).map(String)).sort(
            byParts,
          ).map((parts) => parts.join("/"));
          if (reverse) expected.reverse();
          assert.deepEqual(pages.flat(), expected);
          assert.ok(pages.slice(0, -1).every((rows) => rows.length === limit));
        }),
    ),
    { numRuns: 60 },
  ));

function byParts(a: string[], b: string[]): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  return at < 0 ? 0 : (a[at] ?? "") < (b[at] ?? "") ? -1 : 1;
}

Deno.test("a cursor that is none starts at the beginning and never leaves the index", () =>
  withStore(async (store) => {
    const tenant = new TenantStore(store, "org_a");
    const lead = await keepLead(tenant);
    await keepLead(new TenantStore(store, "org_b"));
    for (
      const cursor of [
        "",
        "null",
        "{}",
        "[]",
        "[1]",
        '["a","b","c","d","e"]',
        `["${"x".repeat(200)}"]`,
        "%%",
        "[null]",
      ]
    ) {
      const page = await listLeads(tenant, { cursor, limit: 10 });
      assert.deepEqual(page.rows.map(({ id }) => id), [lead.id], cursor);
    }
    for (
      const cursor of ['["\uffff"]', '[""]', '["org","org_b"]', '["zzz","zzz"]']
    ) {
      const page = await listLeads(tenant, { cursor, limit: 10 });
      assert.ok(page.rows.every(({ id }) => id === lead.id), cursor);
    }
  }));

Deno.test("a worker's pages hold their own and nobody's leads, each once, also when many changed at one moment", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          who: fc.constantFrom("usr_me", null, "usr_other"),
          at: fc.nat(2),
        }),
        { maxLength: 30 },
      ),
      fc.integer({ min: 1, max: 6 }),
      (made, limit) =>
        withStore(async (store) => {
          const tenant = new TenantStore(store, "org_a");
          const leads: Lead[] = [];
          for (const { who, at } of made) {
            const updatedAt = new Date(MONDAY + at).toISOString();
            leads.push(await keepLead(tenant, { assigneeId: who, updatedAt }));
          }
          const pages = await allPages((cursor) =>
            listLeadsOf(tenant, "usr_me", { cursor, limit })
          );
          const rows = pages.flat();
          const expected = leads.filter(({ assigneeId }) =>
            assigneeId !== "usr_other"
          ).map(({ id }) => id);
          assert.deepEqual(rows.map(({ id }) => id).sort(), expected.sort());
          const times = rows.map(({ updatedAt }) => updatedAt);
          assert.deepEqual(times, [...times].sort().reverse());
        }),
    ),
    { numRuns: 60 },
  ));

Deno.test("a page of 50 rows reads 51 keys in a list of 2,000 as in one of 100", () =>
  withStore(async (store) => {
    const tenant = new TenantStore(store, "org_a");
    const reads: number[] = [];
    for (const size of [100, 2000]) {
      for (let i = 0; i < size; i++) {
        await keepOrder(tenant, {
          assigneeId: "usr_me",
          day: `2026-11-${10 + i % 20}`,
        });
        if (i % 10 === 0) await keepLead(tenant, { assigneeId: "usr_me" });
      }
      for (
        const read of [
          () => listOrders(tenant, { limit: 50 }),
          () => listOrdersOf(tenant, "usr_me", { limit: 50 }),
          () => listLeads(tenant, { limit: 5 }),
          () =>
            ordersOf(
              tenant,
              "usr_me",
              { from: "2026-11-12", to: "2026-11-13" },
              5,
            ),
        ]
      ) {
        const before = store.counts.keysRead;
        await read();
        reads.push(store.counts.keysRead - before);
      }
    }
    assert.deepEqual(reads, [51, 51, 6, 5, 51, 51, 6, 5]);
  }));
