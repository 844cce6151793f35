import assert from "node:assert/strict";
import fc from "fast-check";
import { deviceWords } from "../../lib/access/device_words.ts";
import {
  endOtherSessions,
  endOwnSession,
  listOwnSessions,
} from "../../lib/access/own_sessions.ts";
import {
  closeSession,
  openSession,
  readSession,
  type Session,
} from "../../lib/access/sessions.ts";
import { switchMembership } from "../../lib/access/switch_membership.ts";
import type { Me, Space } from "../../lib/model/spaces.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import type { MembershipRow } from "../../lib/store/identities.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import { TTL } from "../../lib/store/limits.ts";
import type { Store } from "../../lib/store/store.ts";
import type { TenantRow } from "../../lib/store/tenants.ts";
import {
  blankAudit,
  DAY,
  hire,
  join,
  MONDAY,
  newCompany,
  newId,
  withStore,
} from "./builders.ts";
import { race } from "./race.ts";

async function open(store: Store, me: Me, now = MONDAY, device = "Chrome") {
  const key = globalKeys.membership(me.id, me.tenantId, me.space);
  const membership = await store.get<MembershipRow>(key) as MembershipRow;
  const secret = await openSession(store, membership, now, device);
  const session = await readSession(store, secret, now) as Session;
  return { secret, session };
}

const go = (
  store: Store,
  session: Session,
  to: { tenantId: string; space: Space },
  now = MONDAY,
) =>
  switchMembership(
    { store, now: () => now },
    session,
    { tenantId: to.tenantId, space: to.space },
    blankAudit(),
  );

/** Somebody who works in two companies, and does the books of the first. */
async function busy(store: Store) {
  const [alder, birch] = [
    await newCompany(store, "Alder"),
    await newCompany(store, "Birch"),
  ];
  const me = await hire(alder, "WORKER");
  return {
    alder,
    birch,
    me,
    accounting: await join(alder, me, "ACCOUNTING", "CLERK"),
    elsewhere: await join(birch, me, "CLIENT", "MANAGER"),
  };
}

Deno.test("a switch acts elsewhere under another secret, ends when it would have ended, and is told in the new place's audit", () =>
  withStore(async (store) => {
    const { birch, me, elsewhere } = await busy(store);
    const { secret, session } = await open(store, me);
    const later = MONDAY + DAY;
    const outcome = await go(store, session, elsewhere, later);
    assert.ok(outcome.ok);
    assert.notEqual(outcome.value.secret, secret);
    assert.equal(await readSession(store, secret, later), null);
    const next = await readSession(store, outcome.value.secret, later);
    assert.deepEqual(next?.me, elsewhere);
    assert.equal(next?.since, MONDAY);
    const end = MONDAY + TTL.session;
    for (let now = later; now < end; now += 10 * DAY) {
      assert.ok(await readSession(store, outcome.value.secret, now));
    }
    assert.equal(await readSession(store, outcome.value.secret, end), null);
    const audits = await birch.tenant.list<AuditRow>({
      prefix: birch.tenant.keys.audits(),
    });
    assert.deepEqual(
      audits.at(-1)?.value.entries.map(({ action }) => action),
      ["session.switch"],
    );
    assert.equal(audits.at(-1)?.value.space, "CLIENT");
  }));

Deno.test("only an own, active membership of a tenant that runs can be switched to; all else is as unknown", () =>
  withStore(async (store) => {
    const { alder, birch, me, elsewhere } = await busy(store);
    const { session } = await open(store, me);
    const tenantKey = globalKeys.tenant(birch.owner.tenantId);
    const rowKey = globalKeys.membership(me.id, elsewhere.tenantId, "CLIENT");
    const good = await store.get<MembershipRow>(rowKey) as MembershipRow;
    const tenant = await store.get<TenantRow>(tenantKey) as TenantRow;
    const set = async (key: typeof rowKey, value: unknown) => {
      const tx = store.transaction();
      tx.set(key, value);
      await tx.commit();
    };
    const refused = async (to: { tenantId: string; space: Space }) => {
      const outcome = await go(store, session, to);
      assert.ok(!outcome.ok && outcome.problem.code === "not-found");
    };
    await refused({ tenantId: newId("ten"), space: "CLIENT" });
    await refused({ tenantId: birch.owner.tenantId, space: "ACCOUNTING" });
    await refused({ tenantId: alder.owner.tenantId, space: "PROVIDER" });
    for (const status of ["invited", "ended"] as const) {
      await set(rowKey, { ...good, status });
      await refused(elsewhere);
    }
    await set(rowKey, good);
    await set(tenantKey, { ...tenant, status: "suspended" });
    await refused(elsewhere);
    await set(tenantKey, tenant);
    assert.ok((await go(store, session, elsewhere)).ok);
  }));

Deno.test("a session that ended does not come back by a switch, in any interleaving", () =>
  fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      (scheduler) =>
        race(scheduler, async (store, start) => {
          const { me, elsewhere } = await busy(store);
          const here = await open(store, me);
          const lost = await open(store, me);
          const [switched] = await start(() => [
            go(store, lost.session, elsewhere),
            endOtherSessions(store, here.session, blankAudit(), MONDAY)
              .then(() => null),
          ]);
          const list = await listOwnSessions(store, here.session, MONDAY);
          // A switch that began before may end after the last look; then it is in the list, to be ended.
          const found = switched?.ok
            ? await readSession(store, switched.value.secret, MONDAY)
            : null;
          assert.equal(list.length, found ? 2 : 1);
          assert.equal(await readSession(store, lost.secret, MONDAY), null);
        }),
    ),
    { numRuns: 60 },
  ));

Deno.test("two switches of one session at one moment leave one session", () =>
  withStore(async (store) => {
    const { me, elsewhere, accounting } = await busy(store);
    const { session } = await open(store, me);
    const outcomes = await Promise.all([
      go(store, session, elsewhere),
      go(store, session, accounting),
    ]);
    assert.equal(outcomes.filter(({ ok }) => ok).length, 1);
    const lost = outcomes.find(({ ok }) => !ok);
    assert.ok(lost && !lost.ok && lost.problem.code === "unauthenticated");
    assert.equal((await store.list({ prefix: ["sessions"] })).length, 1);
  }));

Deno.test("one's own sessions are listed, this one first, without those that are over", () =>
  withStore(async (store) => {
    const { me, birch } = await busy(store);
    await open(store, birch.owner);
    await open(store, me, MONDAY - TTL.sessionIdle, "Firefox on Linux");
    await open(store, me, MONDAY + 1000, "Edge on Windows");
    const { session } = await open(store, me, MONDAY, "Chrome on Android");
    const closed = await open(store, me);
    await closeSession(store, closed.session, blankAudit());
    const rows = await listOwnSessions(store, session, MONDAY + 2000);
    assert.deepEqual(
      rows.map(({ device, current }) => [device, current]),
      [["Chrome on Android", true], ["Edge on Windows", false]],
    );
  }));

Deno.test("one ends an own session and no other's", () =>
  withStore(async (store) => {
    const { me, birch } = await busy(store);
    const here = await open(store, me);
    const lost = await open(store, me);
    const strange = await open(store, birch.owner);
    const ending = (idHash: string) =>
      endOwnSession(store, here.session, idHash, blankAudit());
    assert.ok((await ending(lost.session.idHash)).ok);
    for (
      const idHash of [
        lost.session.idHash,
        strange.session.idHash,
        "0".repeat(64),
      ]
    ) {
      const outcome = await ending(idHash);
      assert.ok(!outcome.ok && outcome.problem.code === "not-found");
    }
    for (const idHash of ["", "x".repeat(64)]) {
      const outcome = await ending(idHash);
      assert.ok(!outcome.ok && outcome.problem.code === "invalid-input");
    }
    assert.equal(await readSession(store, lost.secret, MONDAY), null);
    assert.ok(await readSession(store, strange.secret, MONDAY));
    assert.ok(await readSession(store, here.secret, MONDAY));
  }));

Deno.test("a device is told by the families of browser and system, and by nothing else", () => {
  const cases: [agent: string | null, words: string][] = [
    [
      "Mozilla/5.0 (Linux; Android 13; SM-A045F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile Safari/537.36",
      "Chrome on Android",
    ],
    [
      "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-A045F) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
      "Samsung Internet on Android",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
      "Safari on iOS",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/129.0.0.0 Safari/537.36 Edg/129.0.0.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
      "Firefox on Linux",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.6 Safari/605.1.15",
      "Safari on macOS",
    ],
    ["curl/8.5.0 <script>", "Unknown device"],
    ["", "Unknown device"],
    [null, "Unknown device"],
  ];
  for (const [agent, words] of cases) assert.equal(deviceWords(agent), words);
});
