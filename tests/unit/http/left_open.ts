import assert from "node:assert/strict";
import { openSession } from "../../../lib/access/sessions.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import type { AuditRow } from "../../../lib/store/audit.ts";
import type { MembershipRow } from "../../../lib/store/identities.ts";
import { globalKeys } from "../../../lib/store/keys.ts";
import { hire, join, keepLead, keepOrder, newCompany } from "../builders.ts";
import { type Door, withDoor } from "../door.ts";

/** The hidden fields of a page's forms, as a browser would send them. */
function hidden(page: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [tag] of page.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1];
    if (name) {
      fields[name] = (/value="([^"]*)"/.exec(tag)?.[1] ?? "")
        .replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    }
  }
  return fields;
}

const FILLED: Record<string, Record<string, string>> = {
  "/client/today": { kind: "in" },
  "/client/orders/new": {
    title: "Windows",
    customer: "Petra",
    address: "Lindenweg 4",
    day: "2026-11-24",
    time: "08:00",
    minutes: "60",
  },
  "/client/orders/:order": { action: "START" },
  "/client/orders/:order/plan": {
    title: "Windows",
    customer: "Petra",
    address: "Lindenweg 4",
    day: "2026-11-24",
    time: "08:00",
    minutes: "60",
  },
  "/client/leads/new": { name: "Petra", step: "new" },
  "/client/leads/:lead": { name: "Petra", step: "new" },
  "/client/team": { name: "Ida", email: "ida@new.example", role: "WORKER" },
  "/client/team/:member": { action: "role", role: "DISPATCHER" },
};

/** The cookie of a session in one place: a door keeps one for each person. */
async function cookieAt(door: Door, me: Me): Promise<string> {
  const key = globalKeys.membership(me.id, me.tenantId, me.space);
  const membership = await door.store.get<MembershipRow>(key);
  assert.ok(membership);
  const secret = await openSession(door.store, membership, door.now);
  return `__Host-streamflow=${secret}`;
}

/** All that the store holds, but for what tells of the refusal. */
const rows = async (door: Door) => {
  const found = await door.store.list({ prefix: [] });
  return found.filter(({ key }) =>
    key[2] !== "audit" && key[2] !== "changes" && key[0] !== "audit_due"
  ).map(({ key, value }) => Deno.inspect([key, value], { depth: 9 }));
};

for (const [pattern, filled] of Object.entries(FILLED)) {
  Deno.test(`a form of ${pattern} that was left open is not taken for one of the place where the person works now`, () =>
    withDoor(async (door) => {
      const alder = await newCompany(door.store, "Alder");
      const birch = await newCompany(door.store, "Birch");
      const there: Me = await join(birch, alder.owner, "CLIENT", "OWNER");
      const worker = await hire(alder, "WORKER");
      await join(birch, worker, "CLIENT", "WORKER");
      const order = await keepOrder(alder.tenant);
      const lead = await keepLead(alder.tenant);
      await keepOrder(birch.tenant, { id: order.id });
      await keepLead(birch.tenant, { id: lead.id });
      const path = pattern.replace(":order", order.id).replace(":lead", lead.id)
        .replace(":member", worker.id);
      const page = await door.ask("GET", path, { as: alder.owner });
      assert.equal(page.status, 200);
      const form = { ...hidden(await page.text()), ...filled };
      assert.match(form.key ?? "", /^op_[0-9A-Z]{26}\.[0-9a-f]{16}$/);

      const elsewhere = await cookieAt(door, there);
      const before = await rows(door);
      const refused = await door.ask("POST", path, { cookie: elsewhere, form });
      assert.equal(refused.status, 403);
      assert.match(await refused.text(), /You work somewhere else now/);
      assert.deepEqual(await rows(door), before);
      const audits = await birch.tenant
        .list<AuditRow>({ prefix: birch.tenant.keys.audits() });
      assert.deepEqual(audits.at(-1)?.value.entries, [
        { action: "scope-mismatch", status: 403 },
      ]);

      const own = await door.ask("POST", path, { as: alder.owner, form });
      assert.ok([200, 303].includes(own.status), `${own.status}`);
    }));
}
