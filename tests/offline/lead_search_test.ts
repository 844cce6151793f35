import assert from "node:assert/strict";
import { sync } from "../../lib/offline/drainer.ts";
import { createLead, editLead } from "../../lib/offline/leads.ts";
import {
  leadIds,
  openRecords,
  searchLeads,
  type SearchStep,
} from "../../lib/offline/long_lists.ts";
import type { Field } from "../../lib/offline/field.ts";
import { lead, World } from "./world.ts";

async function search(field: Field, words: string): Promise<SearchStep[]> {
  const steps: SearchStep[] = [];
  for await (const step of searchLeads(field, words)) steps.push(step);
  return steps;
}

const names = (steps: SearchStep[]) =>
  steps.flatMap(({ here }) => here.map(({ record }) => record.fields.name));

Deno.test("a phone that has all its leads searches them in steps, newest first, and asks nobody", async () => {
  const world = new World();
  for (let i = 0; i < 250; i++) {
    world.server.put(lead(String(i).padStart(3, "0"), { name: `Kim ${i}` }));
  }
  const { field, tab } = await world.tab();
  await sync(field);
  await editLead(field, "lead_003", { phone: "000111" });
  const made = await createLead(field, { name: "Kim new", phone: "000111" });
  assert(made.ok);
  tab.fault = () => {
    throw new TypeError("The search asked the server");
  };
  const steps = await search(field, "KIM");
  assert.deepEqual(steps.map(({ looked }) => looked), [100, 200, 251]);
  assert.deepEqual(names(steps).slice(0, 3), ["Kim new", "Kim 3", "Kim 249"]);
  assert.equal(new Set(names(steps)).size, 251);
  assert.deepEqual(names(await search(field, "000111 kim")), [
    "Kim new",
    "Kim 3",
  ]);
  assert.deepEqual(names(await search(field, "nobody")), []);
});

Deno.test("what is opened of a list is what was asked for", async () => {
  const world = new World();
  for (let i = 0; i < 120; i++) {
    world.server.put(lead(String(i).padStart(3, "0"), { name: `Kim ${i}` }));
  }
  const { field } = await world.tab();
  await sync(field);
  const ids = await leadIds(field);
  assert.deepEqual(ids.slice(0, 2), ["lead_119", "lead_118"]);
  assert.equal(ids.length, 120);
  const opened = await openRecords(field, "leads", [
    "lead_118",
    "lead_never",
    "lead_003",
  ]);
  assert.deepEqual([...opened.keys()], ["lead_118", "lead_003"]);
});
