import assert from "node:assert/strict";
import { CLIENT_ROLES } from "../../lib/model/spaces.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import type {
  MemberRow,
  MembershipRow,
  UserRow,
} from "../../lib/store/identities.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import { readSettings } from "../../lib/store/settings.ts";
import type { Store } from "../../lib/store/store.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import type { OrgProfile, Plan, TenantRow } from "../../lib/store/tenants.ts";
import type { NewTenant } from "../../lib/tenancy/create_tenant.ts";
import { TEMPLATES } from "../../lib/tenancy/templates/all.ts";
import { MONDAY, withStore } from "./builders.ts";
import { OLGA, register, registered, registration } from "./registration.ts";

const rowCount = async (store: Store, family: string) =>
  (await store.list({ prefix: [family] })).length;

Deno.test("a tenant stands with everything it needs after one commit", () =>
  withStore(async (store) => {
    const { tenantId, orgId, ownerId, created } = await registered(store);
    assert.deepEqual([created, store.counts.commits], [true, 1]);
    const tenant = new TenantStore(store, orgId);
    const { keys } = tenant;
    const at = new Date(MONDAY).toISOString();
    assert.deepEqual(await store.get<TenantRow>(globalKeys.tenant(tenantId)), {
      v: 1,
      id: tenantId,
      orgId,
      company: "Alder Heating",
      kind: "customer",
      plan: "starter",
      industry: "hvac",
      externalCustomerId: "customer-1",
      status: "active",
      createdAt: at,
    });
    assert.deepEqual(await tenant.get<OrgProfile>(keys.profile()), {
      tenantId,
      company: "Alder Heating",
      timeZone: "Europe/Berlin",
    });
    assert.equal(
      await store.get(globalKeys.userByEmail("olga@alder.example")),
      ownerId,
    );
    assert.equal(
      (await store.get<UserRow>(globalKeys.user(ownerId)))?.passwordHash,
      "hash",
    );
    const membership = await store.get<MembershipRow>(
      globalKeys.membership(ownerId, tenantId, "CLIENT"),
    );
    assert.deepEqual(
      [membership?.roles, membership?.status, membership?.orgId],
      [["OWNER"], "active", orgId],
    );
    assert.deepEqual(
      (await tenant.get<MemberRow>(keys.member("CLIENT", ownerId)))?.roles,
      ["OWNER"],
    );
    const { template } = await readSettings(tenant);
    assert.deepEqual(
      template,
      TEMPLATES.find(({ industry }) => industry === "hvac"),
    );
    assert.deepEqual(
      await store.get(globalKeys.template("hvac", template.version)),
      template,
    );
    const features = await tenant.list({ prefix: keys.features() });
    assert.deepEqual(
      features.map((row) => row.key.at(-1)),
      [...template.features].sort(),
    );
    for (const role of CLIENT_ROLES) {
      assert.ok(await tenant.get(keys.role("CLIENT", role)));
    }
    const audits = await tenant.list<AuditRow>({ prefix: keys.audits() });
    assert.deepEqual(
      audits.map((
        { value },
      ) => [value.actor, value.entries[0]?.action, value.closed]),
      [[ownerId, "tenant.create", true]],
    );
    assert.equal((await tenant.list({ prefix: keys.changes() })).length, 1);
  }));

Deno.test("an owner without a password yet cannot act before the invitation", () =>
  withStore(async (store) => {
    const owner = {
      name: "Olga",
      email: "olga@alder.example",
      passwordHash: null,
    };
    const { tenantId, ownerId } = await registered(
      store,
      registration({ owner }),
    );
    const membership = await store.get<MembershipRow>(
      globalKeys.membership(ownerId, tenantId, "CLIENT"),
    );
    assert.equal(membership?.status, "invited");
  }));

Deno.test("20 registrations of one customer at once make one tenant with one owner, and all answers name it", () =>
  withStore(async (store) => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => registered(store)),
    );
    assert.equal(
      new Set(
        answers.map(({ tenantId, orgId, ownerId }) =>
          `${tenantId} ${orgId} ${ownerId}`
        ),
      ).size,
      1,
    );
    assert.equal(answers.filter(({ created }) => created).length, 1);
    for (
      const family of [
        "tenants",
        "users",
        "users_by_email",
        "memberships",
        "registration",
      ]
    ) {
      assert.equal(await rowCount(store, family), 1, family);
    }
    assert.equal(store.counts.commits - store.counts.conflicts, 1);
  }));

Deno.test("20 different customers at once make 20 tenants", () =>
  withStore(async (store) => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        registered(
          store,
          registration({
            externalCustomerId: `customer-${i}`,
            owner: {
              name: "Olga",
              email: `olga${i}@alder.example`,
              passwordHash: "hash",
            },
          }),
        )),
    );
    assert.equal(new Set(answers.map(({ orgId }) => orgId)).size, 20);
  }));

Deno.test("the same registration ten years later gives the same tenant", () =>
  withStore(async (store) => {
    const first = await registered(store);
    const later = await registered(
      store,
      registration(),
      MONDAY + 10 * 365 * 86400_000,
    );
    assert.deepEqual(later, { ...first, created: false });
  }));

Deno.test("a password typed anew does not make it another registration", () =>
  withStore(async (store) => {
    const first = await registered(store);
    const owner = { ...OLGA, passwordHash: "another hash" };
    const again = await registered(store, registration({ owner }));
    assert.equal(again.tenantId, first.tenantId);
    assert.equal(
      (await store.get<UserRow>(globalKeys.user(first.ownerId)))?.passwordHash,
      "hash",
    );
  }));

Deno.test("another payload under the same customer is refused and changes nothing", () =>
  withStore(async (store) => {
    const { tenantId } = await registered(store);
    const others: Partial<NewTenant>[] = [
      { company: "Birch Heating" },
      { plan: "team" },
      { timeZone: "UTC" },
      {
        owner: {
          name: "Olga Alder",
          email: "other@alder.example",
          passwordHash: "hash",
        },
      },
    ];
    for (const over of others) {
      const outcome = await register(store, registration(over));
      assert.ok(!outcome.ok);
      assert.deepEqual([outcome.problem.code, outcome.problem.status], [
        "idempotency-payload-mismatch",
        422,
      ]);
    }
    assert.equal(
      (await store.get<TenantRow>(globalKeys.tenant(tenantId)))?.company,
      "Alder Heating",
    );
    assert.equal(await rowCount(store, "tenants"), 1);
  }));

Deno.test("an address that has an account already cannot own a second company by signing up", () =>
  withStore(async (store) => {
    await registered(store);
    const outcome = await register(
      store,
      registration({ externalCustomerId: "customer-2" }),
    );
    assert.ok(!outcome.ok);
    assert.deepEqual(outcome.problem.errors?.map(({ field }) => field), [
      "owner.email",
    ]);
    assert.equal(await rowCount(store, "tenants"), 1);
  }));

Deno.test("bad input names its fields and writes nothing", () =>
  withStore(async (store) => {
    const cases: [over: Partial<NewTenant>, fields: string[]][] = [
      [{ company: "  " }, ["company"]],
      [{ company: "x".repeat(121) }, ["company"]],
      [{ industry: "piracy" }, ["industry"]],
      [{ industry: "toString" }, ["industry"]],
      [{ timeZone: "Nowhere/Land" }, ["timeZone"]],
      [{ externalCustomerId: "" }, ["externalCustomerId"]],
      [{ externalCustomerId: "x".repeat(3000) }, ["externalCustomerId"]],
      [{ company: "", industry: "", timeZone: "" }, [
        "company",
        "timeZone",
        "industry",
      ]],
      [{ plan: "gold" as Plan }, ["plan"]],
      [{ plan: "constructor" as Plan }, ["plan"]],
      [{ owner: { ...OLGA, name: " " } }, ["owner.name"]],
      [{ owner: { ...OLGA, name: "x".repeat(101) } }, ["owner.name"]],
      [{ owner: { ...OLGA, email: "olga" } }, ["owner.email"]],
      [{ company: null, owner: { ...OLGA, name: "" } }, ["owner.name"]],
    ];
    for (const [over, fields] of cases) {
      const outcome = await register(store, registration(over));
      assert.ok(!outcome.ok);
      assert.equal(outcome.problem.code, "invalid-input");
      assert.deepEqual(
        outcome.problem.errors?.map(({ field }) => field),
        fields,
      );
    }
    assert.equal(store.counts.commits, 0);
  }));
