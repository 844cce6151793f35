import assert from "node:assert/strict";
import type { Lead } from "../../lib/model/lead.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { createLead, editLead } from "../../lib/offline/leads.ts";
import { lead, opsOf, World } from "./world.ts";

/** Counts the transactions that work opens, in any connection. */
async function transactionsOf(work: () => Promise<unknown>): Promise<number> {
  const { transaction } = IDBDatabase.prototype;
  let opened = 0;
  IDBDatabase.prototype.transaction = function (...args) {
    opened++;
    return transaction.apply(this, args);
  };
  try {
    await work();
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
  return opened;
}

Deno.test("a change of what this page has at hand is one transaction", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const { field } = await world.tab();
  await sync(field);
  await editLead(field, "lead_1", { phone: "111111" });
  assert.equal(
    await transactionsOf(() => editLead(field, "lead_1", { phone: "222222" })),
    1,
  );
  assert.equal(
    await transactionsOf(() => createLead(field, { name: "New" })),
    1,
  );
});

Deno.test("two tabs that change one record in turn lose nothing and number everything once", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const first = await world.tab();
  await sync(first.field);
  const second = await world.tab(first.profile);
  for (let i = 0; i < 5; i++) {
    await editLead(first.field, "lead_1", { phone: `1111${i}` });
    await editLead(second.field, "lead_1", { address: `${i} Road` });
  }
  const seqs = (await opsOf(first.field)).map(({ seq }) => seq);
  assert.deepEqual(seqs, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await sync(second.field);
  const { fields } = world.server.get<Lead>("lead_1");
  assert.deepEqual([fields.phone, fields.address], ["11114", "4 Road"]);
});

Deno.test("that there is nothing to change is only said of what another tab left", async () => {
  const world = new World();
  world.server.put(lead("1"));
  const first = await world.tab();
  await sync(first.field);
  const second = await world.tab(first.profile);
  await editLead(first.field, "lead_1", { phone: "111111" });
  await editLead(second.field, "lead_1", { phone: "222222" });
  // The first tab last wrote this very value.
  const saved = await editLead(first.field, "lead_1", { phone: "111111" });
  assert(saved.ok && saved.value.key !== null);
  await sync(first.field);
  assert.equal(world.server.get<Lead>("lead_1").fields.phone, "111111");
});
