import assert from "node:assert/strict";
import { localTime } from "../../lib/model/calendar.ts";
import { readSettings } from "../../lib/store/settings.ts";
import { feedHead, readFeed } from "../../lib/store/changes.ts";
import { pull } from "../../lib/sync/pull.ts";
import { audits } from "./audit_log.ts";
import { keepLead, MONDAY, withCompany } from "./builders.ts";

Deno.test("what was only audited is no change for a device, and its cursor moves past it", () =>
  withCompany(async ({ store, tenant, owner }) => {
    const settings = await readSettings(tenant);
    const pullFrom = async (cursor: string | null) => {
      const page = await pull(tenant, {
        subject: owner,
        cursor,
        timeZone: owner.timeZone,
        settings: { leadForm: settings.template.leadForm },
        settingsVersion: settings.version,
        scope: null,
        now: MONDAY,
      });
      assert.ok(page.ok);
      return page.value;
    };
    const full = await pullFrom(null);
    await audits(store, 5, tenant.orgId);
    const delta = await pullFrom(full.cursor);
    assert.deepEqual([delta.changes, delta.more], [[], false]);
    assert.notEqual(delta.cursor, full.cursor);
    const before = store.counts.keysRead;
    const again = await pullFrom(delta.cursor);
    assert.deepEqual([again.changes, again.cursor], [[], delta.cursor]);
    // The feed's head, and nothing of what was audited.
    assert.ok(store.counts.keysRead - before <= 1);

    await audits(store, 400, tenant.orgId);
    const lead = await keepLead(tenant);
    const first = await pullFrom(again.cursor);
    assert.deepEqual([first.changes, first.more], [[], true]);
    const second = await pullFrom(first.cursor);
    assert.deepEqual(second.changes.map(({ id }) => id), [lead.id]);
    assert.equal(second.more, false);
    assert.equal(second.today, localTime(owner.timeZone, MONDAY).day);
  }));

Deno.test("a feed tells of changes and audit records of one commit, and readers of changes get the changes", () =>
  withCompany(async ({ store, tenant }) => {
    const start = await feedHead(tenant);
    await audits(store, 1, tenant.orgId);
    const lead = await keepLead(tenant);
    await audits(store, 1, tenant.orgId);
    const page = await readFeed(tenant, start, 10);
    assert.deepEqual(page.changes, [{ type: "lead", id: lead.id }]);
    assert.equal(page.position, await feedHead(tenant));
  }));
