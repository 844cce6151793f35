import assert from "node:assert/strict";
import {
  closeSession,
  openSession,
  readSession,
} from "../../lib/access/sessions.ts";
import type { MembershipRow, SessionRow } from "../../lib/store/identities.ts";
import { globalKeys, type Key } from "../../lib/store/keys.ts";
import { TTL } from "../../lib/store/limits.ts";
import type { Store } from "../../lib/store/store.ts";
import type { TenantRow } from "../../lib/store/tenants.ts";
import {
  blankAudit,
  DAY,
  hire,
  MINUTE,
  MONDAY,
  withCompany,
  withStore,
} from "./builders.ts";
import { person } from "./person.ts";

Deno.test("a session ends when it idles too long, and at last in any case", () =>
  withStore(async (store) => {
    const { tryLogin } = await person(store);
    const outcome = await tryLogin("right");
    assert.ok(outcome.ok);
    const { secret } = outcome.value;
    const reads = (now: number) => readSession(store, secret, now);
    assert.ok(await reads(MONDAY + TTL.sessionIdle - 1));
    assert.equal(await reads(MONDAY + 3 * TTL.sessionIdle), null);
    let now = MONDAY;
    for (; now < MONDAY + TTL.session; now += 10 * DAY) {
      assert.ok(await reads(now), `day ${(now - MONDAY) / DAY}`);
    }
    assert.equal(await reads(MONDAY + TTL.session), null);
  }));

Deno.test("a session's use is written down at most every five minutes", () =>
  withStore(async (store) => {
    const { tryLogin } = await person(store);
    const outcome = await tryLogin("right");
    assert.ok(outcome.ok);
    const before = store.counts.commits;
    for (let i = 0; i <= 10; i++) {
      await readSession(store, outcome.value.secret, MONDAY + i * 30_000);
    }
    assert.equal(store.counts.commits - before, 0);
    await readSession(store, outcome.value.secret, MONDAY + 6 * MINUTE);
    assert.equal(store.counts.commits - before, 1);
    const [row] = await store.list<SessionRow>({ prefix: ["sessions"] });
    assert.equal(row?.value.seenAt, MONDAY + 6 * MINUTE);
  }));

Deno.test("a session is over at once when it is closed, the membership ends, or the tenant is suspended", () =>
  withStore(async (store) => {
    const endings = [
      async (secret: string) => {
        const session = await readSession(store, secret, MONDAY);
        if (session) await closeSession(store, session, blankAudit());
      },
      (_secret: string, me: { id: string; tenantId: string }) =>
        change(
          store,
          globalKeys.membership(me.id, me.tenantId, "CLIENT"),
          null,
        ),
      async (_secret: string, me: { tenantId: string }) => {
        const key = globalKeys.tenant(me.tenantId);
        await change(store, key, {
          ...await store.get<TenantRow>(key),
          status: "suspended",
        });
      },
    ];
    for (const end of endings) {
      const { me, tryLogin } = await person(store);
      const outcome = await tryLogin("right");
      assert.ok(outcome.ok);
      await end(outcome.value.secret, me);
      assert.equal(
        await readSession(store, outcome.value.secret, MONDAY),
        null,
      );
    }
  }));

async function change(
  store: Store,
  key: Key,
  value: unknown,
) {
  const tx = store.transaction();
  if (value === null) tx.delete(key);
  else tx.set(key, value);
  await tx.commit();
}

Deno.test("roles are read at every request", () =>
  withStore(async (store) => {
    const { me, tryLogin } = await person(store);
    const outcome = await tryLogin("right");
    assert.ok(outcome.ok);
    const key = globalKeys.membership(me.id, me.tenantId, "CLIENT");
    await change(store, key, {
      ...await store.get<MembershipRow>(key),
      roles: ["MANAGER"],
    });
    assert.deepEqual(
      (await readSession(store, outcome.value.secret, MONDAY))?.me.roles,
      ["MANAGER"],
    );
  }));

Deno.test("a login that lost a race against the end of a membership does not bring it back", () =>
  withCompany(async (company) => {
    const me = await hire(company, "MANAGER");
    const key = globalKeys.membership(me.id, me.tenantId, "CLIENT");
    const seen = await company.store.get<MembershipRow>(key);
    assert.ok(seen);
    await change(company.store, key, { ...seen, roles: ["WORKER"] });
    await openSession(company.store, seen, MONDAY);
    assert.deepEqual((await company.store.get<MembershipRow>(key))?.roles, [
      "WORKER",
    ]);
    await change(company.store, key, null);
    const secret = await openSession(company.store, seen, MONDAY);
    assert.equal(await company.store.get(key), null);
    assert.equal(await readSession(company.store, secret, MONDAY), null);
  }));

Deno.test("a secret that nobody gave out opens nothing", () =>
  withStore(async (store) => {
    for (
      const secret of ["", "x".repeat(43), "x".repeat(5000), "\0".repeat(43)]
    ) {
      assert.equal(await readSession(store, secret, MONDAY), null);
    }
  }));
