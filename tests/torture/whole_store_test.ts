import assert from "node:assert/strict";
import { openSession } from "../../lib/access/sessions.ts";
import type { MembershipRow } from "../../lib/store/identities.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import { storeOn } from "../../lib/store/store.ts";
import { hire, keepOrder, MONDAY, newCompany } from "../unit/builders.ts";
import { Device } from "../unit/device.ts";
import { faultsOf, readWholeStore } from "./whole_store.ts";

/** Families whose rows stand alone: no other row tells that one of them is missing. */
const ALONE = new Set([
  "attempts",
  // `verifyAudit` looks after it.
  "audit",
  "audit_due",
  "changes",
  "epoch",
  "features",
  "jobs",
  "last_order_number",
  "open_shifts",
  "roles",
  "template",
  "templates",
]);

Deno.test("any row that is missing from a store is noticed", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = await storeOn(kv);
  const company = await newCompany(store);
  const me = await hire(company, "WORKER");
  const membership = await store.get<MembershipRow>(
    globalKeys.membership(me.id, me.tenantId, "CLIENT"),
  );
  await openSession(store, membership as MembershipRow, MONDAY);
  const device = new Device(company, me);
  const order = await keepOrder(company.tenant, { assigneeId: me.id });
  const made = device.lead();
  await device.sync([
    made,
    device.clock("in"),
    device.advance(order.id, "START", { version: 1 }),
  ]);
  const { rows } = await readWholeStore(kv);
  assert.deepEqual(faultsOf(await readWholeStore(kv)), []);
  const missed = new Set<string>();
  for (const { key, value } of rows) {
    await kv.delete(key);
    const family = String(key[0] === "org" ? key[2] : key[0]);
    const faults = faultsOf(await readWholeStore(kv));
    if (faults.length === 0 && !ALONE.has(family)) missed.add(family);
    await kv.set(key, value);
  }
  kv.close();
  assert.deepEqual([...missed], []);
});
