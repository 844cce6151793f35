import assert from "node:assert/strict";
import { MOST_SEARCH, SEARCH_READS } from "../../lib/field/search_leads.ts";
import { searchLeads } from "../../lib/field/search_leads.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { TenantStore } from "../../lib/store/tenant_store.ts";
import { hire, keepLead, newCompany, withCompany } from "./builders.ts";

async function stretch(
  tenant: TenantStore,
  me: Me,
  search: string,
  cursor: string | null = null,
) {
  const found = await searchLeads(tenant, me, search, cursor);
  assert(found.ok, JSON.stringify(found));
  return found.value;
}

/** All that a search finds, stretch by stretch. */
async function all(tenant: TenantStore, me: Me, search: string) {
  const names: string[] = [];
  let looked = 0;
  let cursor: string | null = null;
  do {
    const found = await stretch(tenant, me, search, cursor);
    names.push(...found.rows.map(({ name }) => name));
    looked += found.looked;
    cursor = found.next;
  } while (cursor !== null);
  return { names, looked };
}

Deno.test("a search looks through everything that a form holds, and wants all of its words, in any order and case", () =>
  withCompany(async ({ tenant, owner }) => {
    await keepLead(tenant, {
      fields: { name: "Clara Whitcombe", phone: "555 0142", step: "call" },
    });
    await keepLead(tenant, {
      fields: { name: "Clara Blanc", phone: "555 0199", step: "call" },
    });
    for (
      const [search, names] of [
        ["clara", ["Clara Blanc", "Clara Whitcombe"]],
        ["  WHITCOMBE   clara ", ["Clara Whitcombe"]],
        ["0199", ["Clara Blanc"]],
        ["clara 0142", ["Clara Whitcombe"]],
        ["clara nobody", []],
      ] as const
    ) {
      assert.deepEqual((await all(tenant, owner, search)).names, names, search);
    }
  }));

Deno.test("one request of a search reads a bounded number of keys, and all of them together find the oldest lead once", () =>
  withCompany(async ({ store, tenant, owner }) => {
    await keepLead(tenant, {
      fields: { name: "The very first", step: "call" },
    });
    const more = SEARCH_READS + 200;
    for (let i = 0; i < more; i++) {
      await keepLead(tenant, { fields: { name: `Lead ${i}`, step: "call" } });
    }
    const before = store.counts.keysRead;
    const { rows, next, looked } = await stretch(tenant, owner, "very first");
    assert.deepEqual([rows, looked], [[], SEARCH_READS]);
    // One lead more, to know whether there is a next stretch, and the two rows of the company's settings.
    assert.equal(store.counts.keysRead - before, SEARCH_READS + 3);
    const rest = await stretch(tenant, owner, "very first", next);
    assert.deepEqual(rest.rows.map(({ name }) => name), ["The very first"]);
    assert.deepEqual([rest.next, rest.looked], [null, more + 1 - SEARCH_READS]);
    const everything = await all(tenant, owner, "");
    assert.equal(new Set(everything.names).size, more + 1);
    assert.equal(everything.names.length, more + 1);
  }));

Deno.test("a worker finds their own and nobody's leads, and no search finds another company's", () =>
  withCompany(async (company) => {
    const { store, tenant } = company;
    const worker = await hire(company, "WORKER");
    const other = await hire(company, "WORKER", "Somebody else");
    for (
      const [name, assigneeId] of [
        ["Kettle mine", worker.id],
        ["Kettle nobody's", null],
        ["Kettle another's", other.id],
      ] as const
    ) {
      await keepLead(tenant, { assigneeId, fields: { name, step: "call" } });
    }
    const strangers = await newCompany(store, "Other Heating");
    await keepLead(strangers.tenant, {
      fields: { name: "Kettle of others", step: "call" },
    });
    const { names, looked } = await all(tenant, worker, "kettle");
    assert.deepEqual(names.sort(), ["Kettle mine", "Kettle nobody's"]);
    assert.equal(looked, 3);
  }));

Deno.test("a search that is too long is refused with its field named", () =>
  withCompany(async ({ tenant, owner }) => {
    const refused = await searchLeads(
      tenant,
      owner,
      "x".repeat(MOST_SEARCH + 1),
      null,
    );
    assert(!refused.ok);
    assert.equal(refused.problem.status, 400);
    assert.equal(refused.problem.errors?.[0]?.field, "search");
  }));
