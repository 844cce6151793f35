import assert from "node:assert/strict";
import { acceptInvite, readInvite } from "../../lib/access/accept_invite.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import type { MembershipRow } from "../../lib/store/identities.ts";
import { globalKeys, tenantKeys } from "../../lib/store/keys.ts";
import type { Store } from "../../lib/store/store.ts";
import type { TenantRow } from "../../lib/store/tenants.ts";
import {
  createOperator,
  type NewOperator,
  renewOperatorLink,
} from "../../lib/tenancy/create_operator.ts";
import {
  blankAudit,
  DAY,
  INSTANCE_KEY,
  MONDAY,
  newCompany,
  plainPasswords,
  withStore,
} from "./builders.ts";

const newOperator = (over: Partial<NewOperator> = {}): NewOperator => ({
  company: "Northwind Hosting",
  timeZone: "Europe/Berlin",
  owner: { name: "Pia Provider", email: "Pia@Northwind.example" },
  ...over,
});

const depsAt = (store: Store, now = MONDAY) => ({
  store,
  instanceKey: INSTANCE_KEY,
  passwords: plainPasswords(),
  now: () => now,
});

async function setUp(store: Store, input = newOperator()) {
  const made = await createOperator(depsAt(store), input, blankAudit());
  assert.ok(made.ok, JSON.stringify(made));
  return made.value;
}

const accept = (store: Store, secret: string | null, now = MONDAY) =>
  acceptInvite(
    depsAt(store, now),
    { secret: secret ?? "", password: "long enough a password" },
    blankAudit(),
  );

Deno.test("one link makes the first person provider and developer of the operator's own tenant", () =>
  withStore(async (store) => {
    const { tenantId, orgId, userId, secret, created } = await setUp(store);
    assert.equal(created, true);
    const tenant = await store.get<TenantRow>(globalKeys.tenant(tenantId));
    assert.deepEqual([tenant?.kind, tenant?.company, tenant?.orgId], [
      "operator",
      "Northwind Hosting",
      orgId,
    ]);
    const accepted = await accept(store, secret);
    assert.ok(accepted.ok);
    assert.equal(accepted.value.membership.space, "PROVIDER");
    const rows = await store.list<MembershipRow>({
      prefix: globalKeys.memberships(userId),
    });
    assert.deepEqual(
      rows.map(({ value }) => [value.space, value.roles, value.status]),
      [["DEVELOPER", ["ENGINEER"], "active"], [
        "PROVIDER",
        ["ADMIN"],
        "active",
      ]],
    );
    const again = await accept(store, secret);
    assert.ok(!again.ok);
  }));

Deno.test("the operator's tenant is no customer: no list of tenants has it, and it has no field work", () =>
  withStore(async (store) => {
    const { orgId } = await setUp(store);
    assert.deepEqual(
      await store.list({ prefix: globalKeys.tenantsByCreated() }),
      [],
    );
    assert.equal(await store.get(tenantKeys(orgId).template()), null);
  }));

Deno.test("a second setup finds the first one and makes nothing", () =>
  withStore(async (store) => {
    const first = await setUp(store);
    const commits = store.counts.commits;
    const again = await setUp(
      store,
      newOperator({
        company: "Another",
        owner: { name: "X", email: "x@y.zz" },
      }),
    );
    const { tenantId, orgId, userId } = first;
    assert.deepEqual(again, {
      tenantId,
      orgId,
      userId,
      created: false,
      secret: null,
      waiting: true,
    });
    assert.equal(store.counts.commits, commits);
  }));

Deno.test("ten setups at once make one operator", () =>
  withStore(async (store) => {
    const all = await Promise.all(
      Array.from({ length: 10 }, () => setUp(store)),
    );
    assert.equal(new Set(all.map(({ tenantId }) => tenantId)).size, 1);
    assert.equal(all.filter(({ secret }) => secret !== null).length, 1);
  }));

Deno.test("a new link ends the first one, until somebody has accepted", () =>
  withStore(async (store) => {
    const { secret } = await setUp(store);
    const later = MONDAY + 8 * DAY;
    assert.equal(await readInvite(store, secret ?? "", later), null);
    const renewed = await renewOperatorLink(depsAt(store, later), blankAudit());
    assert.ok(renewed.ok);
    assert.notEqual(renewed.value.secret, secret);
    assert.equal((await accept(store, secret)).ok, false);
    assert.equal((await accept(store, renewed.value.secret, later)).ok, true);
    const refused = await renewOperatorLink(depsAt(store, later), blankAudit());
    assert.ok(!refused.ok);
    assert.equal(refused.problem.code, "conflict");
    assert.equal((await setUp(store)).waiting, false);
  }));

Deno.test("there is no new link before the setup", () =>
  withStore(async (store) => {
    const refused = await renewOperatorLink(depsAt(store), blankAudit());
    assert.ok(!refused.ok);
    assert.equal(refused.problem.code, "not-found");
  }));

Deno.test("somebody who has an account already keeps it", () =>
  withStore(async (store) => {
    const { owner } = await newCompany(store, "Alder Heating", "plain:old one");
    const user = await store.get<{ email: string }>(globalKeys.user(owner.id));
    const { userId, secret } = await setUp(
      store,
      newOperator({ owner: { name: "Olga", email: user?.email ?? "" } }),
    );
    assert.equal(userId, owner.id);
    assert.equal((await accept(store, secret)).ok, false);
    const accepted = await acceptInvite(
      depsAt(store),
      { secret: secret ?? "", password: "old one" },
      blankAudit(),
    );
    assert.ok(accepted.ok);
  }));

Deno.test("what is wrong with a setup is named, and nothing is written", () =>
  withStore(async (store) => {
    const refused = await createOperator(
      depsAt(store),
      { company: " ", timeZone: "Mars", owner: { name: "", email: "pia" } },
      blankAudit(),
    );
    assert.ok(!refused.ok);
    assert.deepEqual(refused.problem.errors?.map(({ field }) => field), [
      "company",
      "timeZone",
      "owner.name",
      "owner.email",
    ]);
    assert.equal(store.counts.commits, 0);
  }));

Deno.test("the operator's setup and its new links are audited, without a word of the link", () =>
  withStore(async (store) => {
    const { orgId, secret } = await setUp(store);
    const renewed = await renewOperatorLink(depsAt(store), blankAudit());
    assert.ok(renewed.ok);
    const rows = await store.list<AuditRow>({
      prefix: tenantKeys(orgId).audits(),
    });
    assert.deepEqual(
      rows.map(({ value }) => value.entries[0]?.action).sort(),
      ["member.invite", "tenant.create"],
    );
    const everything = JSON.stringify(await store.list({ prefix: [] }));
    for (const link of [secret, renewed.value.secret]) {
      assert.ok(link && !everything.includes(link));
    }
  }));
