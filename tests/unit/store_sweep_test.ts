import assert from "node:assert/strict";
import { countAttempt, LOGIN_PER_ACCOUNT } from "../../lib/access/attempts.ts";
import { openSession, readSession } from "../../lib/access/sessions.ts";
import { Counters } from "../../lib/metrics/counters.ts";
import { readCounts } from "../../lib/metrics/read_counts.ts";
import type { MembershipRow } from "../../lib/store/identities.ts";
import { globalKeys, type Key, tenantKeys } from "../../lib/store/keys.ts";
import { LIMITS, TTL } from "../../lib/store/limits.ts";
import { type Store, storeOn } from "../../lib/store/store.ts";
import { readSweep, sweep } from "../../lib/store/sweep.ts";
import {
  type Company,
  DAY,
  HOUR,
  MONDAY,
  newCompany,
  withStore,
} from "./builders.ts";

const sweepAt = (store: Store, at: number, signal?: AbortSignal) => {
  const counters = new Counters();
  return sweep({ store, now: () => at, count: counters.count }, signal).then(
    (removed) => ({ removed, counted: Object.fromEntries(counters.pending) }),
  );
};

/** Sets rows that expire, without a time to live: what the backend's collection has left. */
async function leave(store: Store, rows: [Key, number][]): Promise<void> {
  for (const [key, expiresAt] of rows) {
    const tx = store.transaction();
    tx.set(key, { expiresAt });
    await tx.commit();
  }
}

const log = async ({ store, owner }: Company, now: number) => {
  const key = globalKeys.membership(owner.id, owner.tenantId, "CLIENT");
  const membership = await store.get<MembershipRow>(key);
  assert.ok(membership);
  return await openSession(store, membership, now);
};

for (const backend of Object.keys(LIMITS) as (keyof typeof LIMITS)[]) {
  Deno.test(`the sweep removes what has expired, in every org, and nothing else (${backend})`, () =>
    withStore(async (store) => {
      const companies = [await newCompany(store), await newCompany(store)];
      const gone: [Key, number][] = [];
      const kept: [Key, number][] = [];
      for (const { tenant, owner } of companies) {
        const keys = tenantKeys(tenant.orgId);
        for (let i = 0; i < 130; i++) {
          gone.push([keys.idempotency(owner.id, `old-${i}`), MONDAY - i]);
          gone.push([keys.ledgerKey(owner.id, i), MONDAY]);
          kept.push([keys.ledgerKey(owner.id, 1000 + i), MONDAY + 1]);
        }
        kept.push([keys.idempotency(owner.id, "new"), MONDAY + 1]);
        // The ledger is what dedupe lives by: no age ends it.
        kept.push([keys.ledger(owner.id), 0]);
      }
      for (const i of [0, 1]) {
        const rows = i === 0 ? gone : kept;
        rows.push([globalKeys.invite(`i${i}`), MONDAY + i]);
        rows.push([globalKeys.sessionByUser("usr_x", `s${i}`), MONDAY + i]);
        rows.push([globalKeys.attempts("login", `a${i}`), MONDAY + i]);
        rows.push([globalKeys.session(`s${i}`), MONDAY + i]);
        rows.push([globalKeys.shutOut(`s${i}`), MONDAY + i]);
      }
      await leave(store, [...gone, ...kept]);
      const all = async () =>
        new Set(
          (await store.list({ prefix: [] })).map(({ key }) =>
            JSON.stringify(key)
          ),
        );
      const before = await all();
      const { removed, counted } = await sweepAt(store, MONDAY);
      const after = await all();
      for (const [key] of gone) before.delete(JSON.stringify(key));
      before.add(JSON.stringify(globalKeys.sweep()));
      assert.deepEqual([...after].toSorted(), [...before].toSorted());
      assert.deepEqual(removed, {
        sessions: 1,
        sessions_by_user: 1,
        shut_out: 1,
        invites: 1,
        attempts: 1,
        idem: 260,
        ledger_keys: 260,
      });
      assert.equal(counted["sweep.idem"], 260);
      const row = await readSweep(store);
      assert.equal(row?.succeededAt, MONDAY);
      assert.deepEqual(row.removed, removed);
    }, backend));
}

Deno.test("a session that was idle too long goes; one in use stays and works", () =>
  withStore(async (store) => {
    const company = await newCompany(store);
    await log(company, MONDAY - TTL.sessionIdle);
    const inUse = await log(company, MONDAY - TTL.sessionIdle + 1);
    const { removed } = await sweepAt(store, MONDAY);
    assert.equal(removed?.sessions, 1);
    assert.ok(await readSession(store, inUse, MONDAY));
  }));

Deno.test("a window of attempts that began anew is left alone", () =>
  withStore(async (store) => {
    const start = MONDAY - LOGIN_PER_ACCOUNT.windowMs;
    await countAttempt(store, LOGIN_PER_ACCOUNT, "mika", start);
    await countAttempt(store, LOGIN_PER_ACCOUNT, "olga", start);
    await countAttempt(store, LOGIN_PER_ACCOUNT, "mika", MONDAY);
    assert.equal((await sweepAt(store, MONDAY)).removed?.attempts, 1);
  }));

Deno.test("what is renewed between the look and the removal stays", async () => {
  const kv = await Deno.openKv(":memory:");
  const key = globalKeys.attempts("login", "mika");
  let renews = false;
  const late = new Proxy(kv, {
    get(target, name) {
      const member = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      if (name !== "getMany" || !renews) return member.bind(target);
      return async (...parts: Parameters<Deno.Kv["getMany"]>) => {
        if (parts[0].some(([family]) => family === "attempts")) {
          await kv.set(key as Deno.KvKey, { expiresAt: MONDAY + 1 });
        }
        return await kv.getMany(...parts);
      };
    },
  });
  const store = await storeOn(late);
  try {
    await leave(store, [[key, MONDAY]]);
    renews = true;
    assert.deepEqual((await sweepAt(store, MONDAY)).removed, {});
    assert.deepEqual(await store.get(key), { expiresAt: MONDAY + 1 });
  } finally {
    store.close();
  }
});

Deno.test("counts live 90 days", () =>
  withStore(async (store) => {
    for (const days of [89, 90, 91, 92]) {
      const counters = new Counters();
      counters.count("requests.2xx");
      await counters.flush(store, MONDAY - days * DAY);
    }
    assert.equal((await sweepAt(store, MONDAY)).removed?.counts, 2);
    assert.deepEqual(await readCounts(store, "2026-08-25"), {
      "requests.2xx": 1,
    });
  }));

Deno.test("the store is swept once a day, by one process", () =>
  withStore(async (store) => {
    const sweeps = await Promise.all(
      [1, 2, 3].map(() => sweepAt(store, MONDAY)),
    );
    assert.equal(sweeps.filter(({ removed }) => removed !== null).length, 1);
    assert.equal((await sweepAt(store, MONDAY + DAY - 1)).removed, null);
    assert.notEqual((await sweepAt(store, MONDAY + DAY)).removed, null);
  }));

Deno.test("a sweep that died is made again after its lease, one that was stopped at the next start", () =>
  withStore(async (store) => {
    const company = await newCompany(store);
    await leave(store, [[company.tenant.keys.idempotency("u", "k"), MONDAY]]);
    const tx = store.transaction();
    tx.set(globalKeys.sweep(), {
      startedAt: MONDAY - 1,
      until: MONDAY - 1 + HOUR,
      succeededAt: MONDAY - DAY,
      removed: { idem: 7 },
    });
    await tx.commit();
    assert.equal((await sweepAt(store, MONDAY)).removed, null);
    await sweepAt(store, MONDAY + HOUR, AbortSignal.abort());
    const stopped = await readSweep(store);
    assert.equal(stopped?.succeededAt, MONDAY - DAY);
    assert.deepEqual(stopped.removed, { idem: 7 });
    const { removed } = await sweepAt(store, MONDAY + HOUR + 1);
    assert.deepEqual(removed, { idem: 1 });
    assert.equal((await readSweep(store))?.succeededAt, MONDAY + HOUR + 1);
  }));
