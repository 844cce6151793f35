import assert from "node:assert/strict";
import type { PulledRecord, PullResponse } from "../../lib/model/protocol.ts";
import type { ClientRole, Me } from "../../lib/model/spaces.ts";
import { readSettings } from "../../lib/store/settings.ts";
import { pull } from "../../lib/sync/pull.ts";
import {
  type Company,
  DAY,
  hire,
  keepLead,
  keepOrder,
  MONDAY,
  newCompany,
  withCompany,
  withStore,
} from "./builders.ts";
import { Device } from "./device.ts";
import { Mirror, pulled } from "./mirror.ts";

function withMember(
  role: ClientRole,
  run: (company: Company, me: Me) => Promise<void>,
): Promise<void> {
  return withCompany(async (company) =>
    run(company, await hire(company, role))
  );
}

const idsOf = (changes: readonly PulledRecord[]) =>
  changes.map(({ id }) => id).sort();

async function expired(company: Company, me: Me, cursor: string, now = MONDAY) {
  const { profile, template, version } = await readSettings(company.tenant);
  const outcome = await pull(company.tenant, {
    subject: me,
    scope: `${me.orgId}:${me.id}`,
    cursor,
    timeZone: profile.timeZone,
    settings: { leadForm: template.leadForm },
    settingsVersion: version,
    now,
  });
  return !outcome.ok && outcome.problem.code === "cursor-expired" &&
    outcome.problem.status === 410;
}

const rewritten = (cursor: string, over: Record<string, unknown>) =>
  btoa(JSON.stringify({ ...JSON.parse(atob(cursor)), ...over }));

Deno.test("a first pull brings everything in scope, page by page, and the settings once", () =>
  withMember("WORKER", async (company, me) => {
    const other = await hire(company, "WORKER");
    const mine = await keepOrder(company.tenant, { assigneeId: me.id });
    await keepOrder(company.tenant, { assigneeId: other.id });
    await keepOrder(company.tenant, { assigneeId: me.id, day: "2026-12-25" });
    const leads = [];
    for (let i = 0; i < 1234; i++) {
      const updatedAt = new Date(MONDAY - (i >> 2)).toISOString();
      leads.push(
        await keepLead(company.tenant, {
          assigneeId: [me.id, null, other.id][i % 3] ?? null,
          updatedAt,
        }),
      );
    }
    await new Device(company, me).sync([new Device(company, me).clock("in")]);
    const pages: PullResponse[] = [];
    let cursor: string | null = null;
    do {
      const page: PullResponse = await pulled(company, me, cursor);
      pages.push(page);
      cursor = page.cursor;
    } while (pages.at(-1)?.more);
    assert.deepEqual(pages.map((page) => page.full), [true, false]);
    assert.deepEqual(pages.map((page) => page.settings !== undefined), [
      true,
      false,
    ]);
    const changes = pages.flatMap((page) => page.changes);
    const inScope = leads.filter((lead) => lead.assigneeId !== other.id).map((
      lead,
    ) => lead.id);
    assert.deepEqual(
      idsOf(changes),
      [...inScope, mine.id, `${me.id}/2026-11-23`].sort(),
    );
    assert.equal(pages[0]?.today, "2026-11-23");
  }));

Deno.test("a device holds the newest 2,000 leads", () =>
  withMember("OWNER", async (company, me) => {
    const leads = [];
    for (let i = 0; i < 2100; i++) {
      leads.push(
        await keepLead(company.tenant, {
          updatedAt: new Date(MONDAY - i * 1000).toISOString(),
        }),
      );
    }
    const mirror = new Mirror(company, me);
    await mirror.pull();
    assert.deepEqual(
      [...mirror.records.keys()].sort(),
      leads.slice(0, 2000).map((lead) => lead.id).sort(),
    );
  }));

Deno.test("a delta brings what changed, and a tombstone for what left the scope", () =>
  withMember("WORKER", async (company, me) => {
    const { tenant } = company;
    const other = await hire(company, "WORKER");
    const [stays, moves, leaves] = [
      await keepOrder(tenant, { assigneeId: me.id }),
      await keepOrder(tenant, { assigneeId: me.id }),
      await keepOrder(tenant, { assigneeId: me.id }),
    ];
    const { cursor } = await pulled(company, me, null);
    assert.deepEqual((await pulled(company, me, cursor)).changes, []);
    await keepOrder(tenant, { ...stays, notes: "Done soon", version: 2 });
    await keepOrder(tenant, { ...moves, assigneeId: other.id, version: 2 });
    await keepOrder(tenant, { ...leaves, day: "2027-01-01", version: 2 });
    await keepOrder(tenant, { assigneeId: other.id });
    const page = await pulled(company, me, cursor);
    const byId = new Map(page.changes.map(({ id, record }) => [id, record]));
    assert.equal((byId.get(stays.id) as typeof stays).notes, "Done soon");
    assert.equal(byId.get(moves.id), null);
    assert.equal(byId.get(leaves.id), null);
    assert.deepEqual([page.full, page.more, page.settings], [
      false,
      false,
      undefined,
    ]);
    const tombstones = page.changes.filter(({ record }) => record === null);
    assert.ok(!JSON.stringify(tombstones).includes("Lindenweg"));
  }));

Deno.test("an order that comes into the window by the passing of days comes with the next pull", () =>
  withMember("WORKER", async (company, me) => {
    const mirror = new Mirror(company, me);
    const order = await keepOrder(company.tenant, {
      assigneeId: me.id,
      day: "2026-12-09",
    });
    await mirror.pull();
    assert.equal(mirror.records.has(order.id), false);
    await mirror.pull(MONDAY + 3 * DAY);
    assert.equal(mirror.records.has(order.id), true);
  }));

Deno.test("changed settings come with the next delta", () =>
  withMember("WORKER", async (company, me) => {
    const { tenant } = company;
    const { cursor } = await pulled(company, me, null);
    const { template } = await readSettings(tenant);
    const tx = tenant.transaction();
    tx.set(tx.keys.template(), { ...template, version: template.version + 1 });
    tx.changed({ type: "settings", id: tenant.orgId });
    await tx.commit();
    const page = await pulled(company, me, cursor);
    assert.ok(page.settings?.leadForm);
    assert.deepEqual(page.changes, []);
    assert.equal((await pulled(company, me, page.cursor)).settings, undefined);
  }));

Deno.test("somebody whose reach changed loads everything anew", () =>
  withMember("WORKER", async (company, me) => {
    const { cursor } = await pulled(company, me, null);
    assert.ok(await expired(company, { ...me, roles: ["DISPATCHER"] }, cursor));
    assert.ok(!await expired(company, me, cursor));
  }));

Deno.test("a cursor of another epoch, of 90 days ago, of another person, ahead of the feed or of nonsense has expired", () =>
  withMember("WORKER", async (company, me) => {
    await keepLead(company.tenant);
    const { cursor } = await pulled(company, me, null);
    const other = await hire(company, "WORKER");
    assert.ok(!await expired(company, me, cursor, MONDAY + 89 * DAY));
    assert.ok(await expired(company, me, cursor, MONDAY + 91 * DAY));
    assert.ok(await expired(company, other, cursor));
    for (
      const wrong of [
        rewritten(cursor, { epoch: "another" }),
        rewritten(cursor, { position: "ffffffffffffffffffff" }),
        rewritten(cursor, { position: "f".repeat(5000) }),
        rewritten(cursor, { position: 7 }),
        rewritten(cursor, { leads: 7 }),
        rewritten(cursor, { leads: "", brought: 5000 }),
        rewritten(cursor, { leads: "", brought: -5000 }),
        rewritten(cursor, { leads: "", brought: "many" }),
        btoa("null"),
        btoa("[]"),
        "",
        "%%%",
        "€".repeat(100),
      ]
    ) assert.ok(await expired(company, me, wrong), wrong.slice(0, 60));
  }));

Deno.test("a pull reads what it brings and little more", () =>
  withMember("WORKER", async (company, me) => {
    const { store, tenant } = company;
    for (let i = 0; i < 40; i++) await keepOrder(tenant, { assigneeId: me.id });
    const { cursor } = await pulled(company, me, null);
    const before = store.counts.keysRead;
    await pulled(company, me, cursor);
    assert.ok(store.counts.keysRead - before <= 5, "an idle pull");
    for (let i = 0; i < 10; i++) await keepLead(tenant);
    const then = store.counts.keysRead;
    assert.equal((await pulled(company, me, cursor)).changes.length, 10);
    assert.ok(
      store.counts.keysRead - then <= 10 + 10 + 5,
      `${store.counts.keysRead - then} keys`,
    );
  }));

Deno.test("more commits than one answer reads come in several, each once", () =>
  withMember("OWNER", async (company, me) => {
    const mirror = new Mirror(company, me);
    await mirror.pull();
    for (let i = 0; i < 650; i++) await keepLead(company.tenant);
    assert.deepEqual(await mirror.pull(), [300, 300, 50]);
    assert.equal(mirror.records.size, 650);
  }));

Deno.test("what happens in another company never comes", () =>
  withStore(async (store) => {
    const [mine, theirs] = [
      await newCompany(store, "Alder"),
      await newCompany(store, "Birch"),
    ];
    const { cursor } = await pulled(mine, mine.owner, null);
    await keepLead(theirs.tenant);
    await keepOrder(theirs.tenant, { assigneeId: mine.owner.id });
    assert.deepEqual((await pulled(mine, mine.owner, cursor)).changes, []);
    assert.deepEqual((await pulled(mine, mine.owner, null)).changes, []);
  }));
