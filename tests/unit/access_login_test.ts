import assert from "node:assert/strict";
import { logIn } from "../../lib/access/log_in.ts";
import { readSession } from "../../lib/access/sessions.ts";
import type { MembershipRow } from "../../lib/store/identities.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import type { TenantRow } from "../../lib/store/tenants.ts";
import { storeOn } from "../../lib/store/store.ts";
import {
  blankAudit,
  DAY,
  hire,
  MINUTE,
  MONDAY,
  newCompany,
  plainPasswords,
  withStore,
} from "./builders.ts";
import { ADDRESS, person } from "./person.ts";

Deno.test("the right password opens a session in which the person acts", () =>
  withStore(async (store) => {
    const { me, tryLogin } = await person(store);
    const outcome = await tryLogin("right", {
      email: `  ${me.email.toUpperCase()} `,
    });
    assert.ok(outcome.ok);
    const session = await readSession(store, outcome.value.secret, MONDAY);
    const { email: _email, ...expected } = me;
    assert.deepEqual(session?.me, expected);
    assert.equal(session?.since, MONDAY);
    assert.match(outcome.value.secret, /^[\w-]{43}$/);
  }));

Deno.test("a wrong password, an unknown account and an account without a password are told alike", () =>
  withStore(async (store) => {
    const { company, tryLogin } = await person(store);
    const invited = await hire(company, "WORKER", "Not yet", null);
    const answers = [
      await tryLogin("wrong"),
      await tryLogin(""),
      await tryLogin("wrong", { email: "nobody@alder.example" }),
      await tryLogin("wrong", { email: "" }),
      await tryLogin("wrong", { email: invited.email }),
      await tryLogin("plain:right"),
    ];
    for (const answer of answers) assert.deepEqual(answer, answers[0]);
    assert.ok(
      !answers[0]?.ok && answers[0]?.problem.code === "unauthenticated",
    );
  }));

Deno.test("a person whose memberships are all invitations cannot log in", () =>
  withStore(async (store) => {
    const { me, tryLogin } = await person(store);
    const key = globalKeys.membership(me.id, me.tenantId, me.space);
    const tx = store.transaction();
    tx.set(key, { ...await tx.get<MembershipRow>(key), status: "invited" });
    await tx.commit();
    const refused = await tryLogin("right");
    assert.ok(!refused.ok && refused.problem.code === "forbidden");
    assert.match(refused.problem.detail ?? "", /link of your invitation/);
    const wrong = await tryLogin("wrong");
    assert.ok(!wrong.ok && wrong.problem.code === "unauthenticated");
  }));

Deno.test("a suspended company's people are told so after the right password, and nobody else is", () =>
  withStore(async (store) => {
    const { me, tryLogin } = await person(store);
    const key = globalKeys.tenant(me.tenantId);
    const tx = store.transaction();
    const tenant = await tx.get<TenantRow>(key);
    tx.set(key, { ...tenant, status: "suspended" });
    await tx.commit();
    const refused = await tryLogin("right");
    assert.ok(!refused.ok);
    assert.equal(refused.problem.status, 403);
    assert.match(refused.problem.detail ?? "", new RegExp(me.company));
    const stranger = await tryLogin("wrong", { email: "no@alder.example" });
    assert.deepEqual(await tryLogin("wrong"), stranger);
  }));

Deno.test("of several memberships the last used one acts", () =>
  withStore(async (store) => {
    const { me, tryLogin } = await person(store);
    const other = await newCompany(store, "Birch");
    const row: MembershipRow = {
      userId: me.id,
      tenantId: other.owner.tenantId,
      orgId: other.owner.orgId,
      space: "CLIENT",
      roles: ["MANAGER"],
      status: "active",
      company: "Birch",
      lastUsedAt: new Date(MONDAY + DAY).toISOString(),
    };
    const tx = store.transaction();
    tx.set(globalKeys.membership(me.id, row.tenantId, "CLIENT"), row);
    await tx.commit();
    const outcome = await tryLogin("right");
    assert.ok(outcome.ok);
    assert.equal(outcome.value.membership.company, "Birch");
  }));

Deno.test("the eleventh try on one account waits, with the right password too, until the window is over", () =>
  withStore(async (store) => {
    const { tryLogin } = await person(store);
    for (let i = 0; i < 10; i++) {
      await tryLogin("wrong", { address: `198.51.100.${i}` });
    }
    const refused = await tryLogin("right", { now: MONDAY + MINUTE });
    assert.ok(!refused.ok);
    assert.deepEqual([
      refused.problem.code,
      refused.problem.status,
      refused.problem.retryAfter,
    ], ["rate-limited", 429, 14 * 60]);
    assert.ok((await tryLogin("right", { now: MONDAY + 15 * MINUTE })).ok);
  }));

Deno.test("an account that does not exist waits alike", () =>
  withStore(async (store) => {
    const { tryLogin } = await person(store);
    const email = "nobody@alder.example";
    for (let i = 0; i < 10; i++) await tryLogin("wrong", { email });
    const refused = await tryLogin("wrong", { email });
    assert.ok(!refused.ok && refused.problem.code === "rate-limited");
    assert.ok((await tryLogin("right")).ok);
  }));

Deno.test("one address that tries many accounts waits, others go on", () =>
  withStore(async (store) => {
    const { tryLogin } = await person(store);
    for (let i = 0; i < 100; i++) {
      await tryLogin("wrong", { email: `guess${i}@alder.example` });
    }
    assert.equal((await tryLogin("right")).ok, false);
    assert.ok((await tryLogin("right", { address: "198.51.100.1" })).ok);
  }));

Deno.test("tries at the same moment are all counted", () =>
  withStore(async (store) => {
    const { tryLogin } = await person(store);
    const tries = await Promise.all(
      Array.from(
        { length: 30 },
        (_, i) => tryLogin("wrong", { address: `198.51.100.${i}` }),
      ),
    );
    const judged = tries.filter((one) =>
      !one.ok && one.problem.code === "unauthenticated"
    );
    assert.ok(judged.length <= 10, `${judged.length} guesses were judged`);
  }));

Deno.test("a success forgets the account's failures", () =>
  withStore(async (store) => {
    const { tryLogin } = await person(store);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 9; i++) await tryLogin("wrong");
      assert.ok((await tryLogin("right")).ok);
    }
  }));

Deno.test("a new process over the same store has forgotten no failure", async () => {
  const kv = await Deno.openKv(":memory:");
  const store = await storeOn(kv);
  const { me, deps, tryLogin } = await person(store);
  for (let i = 0; i < 10; i++) await tryLogin("wrong");
  const restarted = await storeOn(kv);
  assert.equal(restarted.epoch, store.epoch);
  const refused = await logIn({
    ...deps,
    store: restarted,
    passwords: plainPasswords(),
  }, {
    email: me.email,
    password: "right",
    address: "198.51.100.1",
  }, blankAudit());
  assert.ok(!refused.ok && refused.problem.code === "rate-limited");
  restarted.close();
});

Deno.test("neither addresses nor emails nor session secrets stand in the keys of the store", () =>
  withStore(async (store) => {
    const { me, tryLogin } = await person(store);
    await tryLogin("wrong");
    const outcome = await tryLogin("right");
    assert.ok(outcome.ok);
    for (const prefix of ["attempts", "sessions", "sessions_by_user"]) {
      const text = JSON.stringify(await store.list({ prefix: [prefix] }));
      for (const secret of [me.email, ADDRESS, outcome.value.secret]) {
        assert.ok(!text.includes(secret), prefix);
      }
    }
  }));
