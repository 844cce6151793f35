import assert from "node:assert/strict";
import fc from "fast-check";
import type { AuditHead, CheckpointRow } from "../../lib/audit/checkpoint.ts";
import { auditPage } from "../../lib/audit/read_audit.ts";
import { seal, type Sealed } from "../../lib/audit/seal.ts";
import { sealDue } from "../../lib/audit/seal_due.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import { globalKeys, INSTANCE_LOG, tenantKeys } from "../../lib/store/keys.ts";
import { type Store, storeOn } from "../../lib/store/store.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import {
  audit,
  auditRecord,
  audits,
  ORG,
  sealing,
  verified,
  withBackend,
} from "./audit_log.ts";
import {
  hire,
  HOUR,
  MINUTE,
  MONDAY,
  newCompany,
  newId,
  withStore,
} from "./builders.ts";
import { Device } from "./device.ts";
import { excesses, withMeasuredStore } from "./measured_store.ts";
import { race } from "./race.ts";

const checkpointsOf = async (tenant: TenantStore) =>
  (await tenant.list<CheckpointRow>({ prefix: tenant.keys.auditCheckpoints() }))
    .map(({ value }) => value);

const sealedIds = async (store: Store, org = ORG) =>
  (await checkpointsOf(new TenantStore(store, org))).flatMap(({ ids }) => ids);

Deno.test("sealed records stand in signed checkpoints, in the order in which they were committed", () =>
  withBackend(async (store) => {
    const tenant = new TenantStore(store, ORG);
    const deps = sealing(store);
    const first = await audits(store, 3);
    assert.deepEqual(await seal(deps, ORG), { records: 3, upToDate: true });
    const second = await audits(store, 2);
    assert.deepEqual(await seal(deps, ORG), { records: 2, upToDate: true });
    assert.deepEqual(await seal(deps, ORG), { records: 0, upToDate: true });
    const checkpoints = await checkpointsOf(tenant);
    assert.deepEqual(checkpoints.map(({ size }) => size), [3, 5]);
    assert.deepEqual(
      checkpoints.flatMap(({ ids }) => ids),
      [...first, ...second].map(({ id }) => id),
    );
    assert.deepEqual(
      deps.lines.map(({ event, org, size, root }) => ({
        event,
        org,
        size,
        root,
      })),
      checkpoints.map(({ org, size, root }) => ({
        event: "audit-checkpoint",
        org,
        size,
        root,
      })),
    );
    assert.deepEqual(await verified(store), {
      org: ORG,
      sealed: 5,
      unsealed: 0,
      fault: null,
    });
  }));

Deno.test("more records than one checkpoint holds come under several, at about one read a record", () =>
  withBackend(async (store) => {
    await audits(store, 1203);
    const before = { ...store.counts };
    assert.equal((await seal(sealing(store), ORG)).records, 1203);
    assert.equal(store.counts.commits - before.commits, 3);
    assert.ok(store.counts.keysRead - before.keysRead < 1203 + 30);
    assert.deepEqual(await verified(store), {
      org: ORG,
      sealed: 1203,
      unsealed: 0,
      fault: null,
    });
  }));

Deno.test("an open record enters the log once, in the place where it is closed", () =>
  withBackend(async (store) => {
    const deps = sealing(store);
    const batch = auditRecord({ closed: false });
    await audit(store, batch);
    const [before] = await audits(store, 1);
    assert.deepEqual(await seal(deps, ORG), { records: 1, upToDate: false });
    await audit(store, { ...batch, count: 2 });
    const [between] = await audits(store, 1);
    await audit(store, { ...batch, count: 3, closed: true });
    assert.deepEqual(await seal(deps, ORG), { records: 2, upToDate: true });
    assert.deepEqual(await sealedIds(store), [
      before?.id,
      between?.id,
      batch.id,
    ]);
    assert.deepEqual(await seal(deps, ORG), { records: 0, upToDate: true });
    assert.equal((await verified(store)).fault, null);
  }));

Deno.test("a record that is still open after an hour is closed as it stands", () =>
  withBackend(async (store) => {
    const deps = sealing(store);
    const dead = await audit(store, { closed: false });
    deps.at = MONDAY + 59 * MINUTE;
    assert.deepEqual(await seal(deps, ORG), { records: 0, upToDate: false });
    assert.deepEqual(await verified(store), {
      org: ORG,
      sealed: 0,
      unsealed: 1,
      fault: null,
    });
    deps.at = MONDAY + HOUR;
    assert.deepEqual(await seal(deps, ORG), { records: 1, upToDate: true });
    const row = await store.get(tenantKeys(ORG).audit(dead.id));
    assert.deepEqual(row, { ...dead, closed: true, interrupted: true });
    assert.equal((await verified(store)).fault, null);
  }));

Deno.test("many dead requests are closed a few at a time, and none is lost", () =>
  withBackend(async (store) => {
    const deps = sealing(store);
    const dead: string[] = [];
    for (let i = 0; i < 230; i++) {
      dead.push((await audit(store, { closed: false })).id);
    }
    const [alive] = await audits(store, 1);
    deps.at = MONDAY + HOUR;
    let sealed: Sealed;
    do sealed = await seal(deps, ORG); while (!sealed.upToDate);
    assert.deepEqual(
      (await sealedIds(store)).sort(),
      [...dead, alive?.id].sort(),
    );
    assert.equal((await verified(store)).fault, null);
  }));

Deno.test("a batch that slept past the hour stops, and its record stays as it was sealed", () =>
  withStore(async (store) => {
    const company = await newCompany(store);
    const me = await hire(company, "WORKER");
    const phone = new Device(company, me);
    const deps = sealing(store);
    const { orgId } = company.owner;
    const ops = Array.from({ length: 200 }, () => phone.lead());
    let applied = 0;
    const auditId = newId("aud");
    const outcome = await phone.send(ops, {
      auditId,
      async beforeEach() {
        if (++applied !== 160) return;
        deps.at = MONDAY + 2 * HOUR;
        await seal(deps, orgId);
      },
    });
    assert.ok(outcome.ok);
    const { results, stopped, lastSeq } = outcome.value;
    assert.equal(stopped?.code, "busy");
    assert.equal(lastSeq, results.length);
    assert.ok(results.length > 0 && results.length < 200);
    const record = await company.tenant.get<AuditRow>(
      company.tenant.keys.audit(auditId),
    );
    assert.equal(record?.interrupted, true);
    assert.equal(record?.count, results.length);
    const leads = await company.tenant.list({
      prefix: company.tenant.keys.leadsByUpdated(),
    });
    assert.equal(leads.length, results.length);
    await seal(deps, orgId);
    assert.equal((await verified(store, orgId)).fault, null);
  }));

Deno.test("sealers at the same moment take each record once, in any interleaving", () =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.nat(3), async (scheduler, more) => {
      await race(scheduler, async (store, start) => {
        const deps = sealing(store);
        const made = await audits(store, 3);
        await start(() => [
          seal(deps, ORG),
          seal(deps, ORG),
          ...Array.from({ length: more }, async () => {
            made.push(await audit(store));
            return await seal(deps, ORG);
          }),
        ]);
        await seal(deps, ORG);
        assert.deepEqual(
          (await sealedIds(store)).sort(),
          made.map(({ id }) => id).sort(),
        );
        assert.equal((await verified(store)).fault, null);
      });
    }),
    { numRuns: 40 },
  ));

Deno.test("a sealer that dies before or after any of its commits loses no record and takes none twice", async () => {
  for (let fatal = 1; fatal <= 6; fatal++) {
    for (const isAfter of [false, true]) {
      const kv = await Deno.openKv(":memory:");
      let commits = 0;
      let isMortal = false;
      const mortal = new Proxy(kv, {
        get(target, name) {
          if (name !== "atomic") {
            const member = Reflect.get(target, name, target);
            return typeof member === "function" ? member.bind(target) : member;
          }
          return () => {
            const atomic = target.atomic();
            const commit = atomic.commit.bind(atomic);
            atomic.commit = async () => {
              const dies = isMortal && ++commits === fatal;
              if (dies && !isAfter) throw new Error("killed");
              const done = await commit();
              if (dies) throw new Error("killed");
              return done;
            };
            return atomic;
          };
        },
      });
      const store = await storeOn(mortal);
      const deps = sealing(store);
      const made = [
        ...await audits(store, 510),
        ...await audits(store, 2, "org_b"),
      ];
      isMortal = true;
      await sealDue(deps).catch(() => {});
      isMortal = false;
      await sealDue(deps, { all: true });
      assert.deepEqual(
        [...await sealedIds(store), ...await sealedIds(store, "org_b")],
        made.map(({ id }) => id),
        `killed at ${fatal}`,
      );
      assert.equal((await verified(store)).fault, null);
      assert.equal((await verified(store, "org_b")).fault, null);
      assert.deepEqual(
        await store.list({ prefix: globalKeys.auditsDue() }),
        [],
      );
      store.close();
    }
  }
});

Deno.test("records as large as a value can be are sealed and verified", () =>
  withBackend(async (store) => {
    const deps = sealing(store);
    for (const letter of ["x", "€"]) {
      const entries = Array.from({ length: 3000 }, () => ({
        action: letter.repeat(60),
        recordId: "lead_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        status: 201,
      }));
      for (let i = 0; i < 30; i++) await audit(store, { entries, count: 3000 });
      await audit(store, {
        entries,
        count: 3000,
        closed: false,
        device: "dev",
      });
    }
    deps.at = MONDAY + HOUR;
    assert.deepEqual(await seal(deps, ORG), { records: 62, upToDate: true });
    assert.deepEqual(await verified(store), {
      org: ORG,
      sealed: 62,
      unsealed: 0,
      fault: null,
    });
  }));

for (const backend of ["embedded", "connect"] as const) {
  Deno.test(`each checkpoint fits one commit, with the most that it can hold (${backend})`, () =>
    withMeasuredStore(async (store, sizes) => {
      const deps = sealing(store);
      const entries = Array.from({ length: 350 }, () => ({
        action: "€".repeat(60),
        status: 201,
      }));
      const org = `org_${"0".repeat(26)}`;
      for (let i = 0; i < 210; i++) {
        const device = `dev_${i}`;
        const open = { entries, count: 1, closed: false, device };
        await audit(store, open, org);
      }
      await audits(store, 600, org);
      deps.at = MONDAY + HOUR;
      sizes.length = 0;
      let sealed: Sealed;
      do sealed = await seal(deps, org); while (!sealed.upToDate);
      for (const size of sizes) assert.deepEqual(excesses(size, backend), []);
      assert.equal((await verified(store, org)).fault, null);
    }, backend));
}

Deno.test("nothing is signed on top of a head or a checkpoint that somebody changed", () =>
  withBackend(async (store, kv) => {
    const deps = sealing(store);
    const keys = tenantKeys(ORG);
    await audits(store, 2);
    await seal(deps, ORG);
    await audits(store, 1);
    for (const key of [keys.auditHead(), keys.auditCheckpoint(2)]) {
      const { value } = await kv.get<AuditHead>(key as Deno.KvKey);
      for (
        const changed of [
          { ...value, cursor: "" },
          { ...value, size: 1 },
          { ...value, root: "0".repeat(64) },
          null,
        ]
      ) {
        if (changed === null) await kv.delete(key as Deno.KvKey);
        else await kv.set(key as Deno.KvKey, changed);
        await assert.rejects(seal(deps, ORG), /audit:verify/);
      }
      await kv.set(key as Deno.KvKey, value);
    }
    assert.deepEqual(await seal(deps, ORG), { records: 1, upToDate: true });
  }));

Deno.test("what is due is sealed org by org; one log that cannot be sealed is told and keeps no other waiting", () =>
  withBackend(async (store, kv) => {
    const deps = sealing(store);
    const orgs = ["org_a", "org_b", "org_c", INSTANCE_LOG];
    for (const org of orgs) await audits(store, 2, org);
    await sealDue(deps);
    for (const org of orgs) await audits(store, 1, org);
    await kv.delete(tenantKeys("org_b").auditHead() as Deno.KvKey);
    deps.at += HOUR;
    deps.lines.length = 0;
    await sealDue(deps);
    assert.deepEqual(
      deps.lines.map(({ event, org, size }) => [event, org, size]),
      [
        ["audit-checkpoint", "instance", 3],
        ["audit-checkpoint", "org_a", 3],
        ["audit-not-sealed", "org_b", undefined],
        ["audit-checkpoint", "org_c", 3],
      ],
    );
    assert.deepEqual(
      (await store.list({ prefix: globalKeys.auditsDue() })).map(({ key }) =>
        key.at(-1)
      ),
      ["org_b"],
    );
  }));

Deno.test("a log that was sealed a moment ago waits, unless all is to be sealed; an instance with nothing due reads nothing", () =>
  withBackend(async (store) => {
    const deps = sealing(store);
    await audits(store, 1);
    await sealDue(deps);
    await audits(store, 1);
    deps.at += 10_000;
    await sealDue(deps);
    assert.equal((await verified(store)).unsealed, 1);
    await sealDue(deps, { all: true });
    assert.equal((await verified(store)).unsealed, 0);
    const { keysRead, commits } = store.counts;
    await sealDue(deps);
    assert.deepEqual(
      [store.counts.keysRead - keysRead, store.counts.commits - commits],
      [0, 0],
    );
  }));

Deno.test("more orgs than are looked at together are all sealed", () =>
  withBackend(async (store) => {
    for (let i = 0; i < 230; i++) await audits(store, 1, `org_${i}`);
    const deps = sealing(store);
    await sealDue(deps);
    assert.equal(new Set(deps.lines.map(({ org }) => org)).size, 230);
    assert.deepEqual(await store.list({ prefix: globalKeys.auditsDue() }), []);
  }));

Deno.test("what is audited while its org is sealed is not forgotten", () =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), async (scheduler) => {
      await race(scheduler, async (store, start) => {
        const deps = sealing(store);
        await audits(store, 1);
        await start(() => [
          sealDue(deps, { all: true }),
          audit(store).then(() => {}),
          audit(store).then(() => {}),
        ]);
        await sealDue(deps, { all: true });
        assert.equal((await sealedIds(store)).length, 3);
        assert.deepEqual(
          await store.list({ prefix: globalKeys.auditsDue() }),
          [],
        );
      });
    }),
    { numRuns: 40 },
  ));

Deno.test("a page of records says which are sealed, newest first, and a person's own are found", () =>
  withBackend(async (store) => {
    const tenant = new TenantStore(store, ORG);
    const made = await audits(store, 60);
    await seal(sealing(store), ORG);
    made.push(
      await audit(store, { actor: "usr_b" }),
      ...await audits(store, 2),
    );
    const before = store.counts.keysRead;
    const page = await auditPage(tenant);
    assert.ok(store.counts.keysRead - before <= 55);
    const newest = made.toReversed();
    assert.deepEqual(
      page.rows.map(({ id }) => id),
      newest.slice(0, 50).map(({ id }) => id),
    );
    assert.deepEqual(
      page.rows.map(({ sealed }) => sealed),
      newest.slice(0, 50).map((_, i) => i >= 3),
    );
    assert.deepEqual(page.sealed, {
      size: 60,
      at: new Date(MONDAY).toISOString(),
    });
    const next = await auditPage(tenant, { cursor: page.next });
    assert.deepEqual(
      next.rows.map(({ id }) => id),
      newest.slice(50).map(({ id }) => id),
    );
    assert.equal(next.next, null);
    const theirs = await auditPage(tenant, { actor: "usr_b" });
    assert.deepEqual(
      theirs.rows.map(({ actor, sealed }) => ({ actor, sealed })),
      [{ actor: "usr_b", sealed: false }],
    );
    const some = await auditPage(tenant, { actor: "usr_a", limit: 20 });
    const rest = await auditPage(tenant, {
      actor: "usr_a",
      limit: 100,
      cursor: some.next,
    });
    assert.deepEqual(
      [...some.rows, ...rest.rows].map(({ id }) => id),
      newest.filter(({ actor }) => actor === "usr_a").map(({ id }) => id),
    );
  }));
