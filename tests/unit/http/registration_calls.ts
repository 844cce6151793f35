import assert from "node:assert/strict";
import {
  REGISTER_PER_ADDRESS,
  REGISTER_PER_KEY,
} from "../../../lib/access/attempts.ts";
import type { AuditRow } from "../../../lib/store/audit.ts";
import type {
  InviteRow,
  MembershipRow,
  UserRow,
} from "../../../lib/store/identities.ts";
import type { JobRow } from "../../../lib/store/jobs.ts";
import { globalKeys, tenantKeys } from "../../../lib/store/keys.ts";
import type { TenantRow } from "../../../lib/store/tenants.ts";
import {
  type Asking,
  type Door,
  problemOf,
  REGISTER_KEY,
  withDoor,
} from "../door.ts";
import { newCompany } from "../builders.ts";

const PATH = "/api/tenant/register";
const OWNER = { name: "Olga Alder", email: "olga@alder.example" };

const payload = (over: Record<string, unknown> = {}) => ({
  plan: "team",
  industry: "plumbing",
  externalCustomerId: "customer-1",
  company: "Alder Plumbing",
  timeZone: "Europe/Berlin",
  owner: OWNER,
  ...over,
});

const without = (name: string) => {
  const { [name]: _left, ...rest } = payload() as Record<string, unknown>;
  return rest;
};

const bearer = (key = REGISTER_KEY) => ({ authorization: `Bearer ${key}` });

const register = (
  door: Door,
  json: unknown = payload(),
  asking: Asking = {},
) => door.ask("POST", PATH, { json, key: null, headers: bearer(), ...asking });

interface Answer {
  tenantId: string;
  orgId: string;
  loginUrl: string;
  status: string;
}

/** The body of a registration that succeeds. */
async function registered(
  door: Door,
  status: number,
  json?: unknown,
): Promise<Answer> {
  const answer = await register(door, json);
  assert.equal(answer.status, status, await answer.clone().text());
  return await answer.json();
}

const rows = async <T>(door: Door, family: string) =>
  (await door.store.list<T>({ prefix: [family] })).map((row) => row.value);

Deno.test("a signup site registers a tenant once: 201, then 200 with the same body, a year later too", () =>
  withDoor(async (door) => {
    const first = await registered(door, 201);
    assert.deepEqual(Object.keys(first).sort(), [
      "loginUrl",
      "orgId",
      "status",
      "tenantId",
    ]);
    assert.equal(first.loginUrl, "http://localhost/login");
    assert.equal(first.status, "invited");
    assert.deepEqual(await registered(door, 200), first);
    door.now += 366 * 86400_000;
    assert.deepEqual(await registered(door, 200), first);
    const tenant = await door.store.get<TenantRow>(
      globalKeys.tenant(first.tenantId),
    );
    assert.deepEqual([tenant?.plan, tenant?.industry, tenant?.company], [
      "team",
      "plumbing",
      "Alder Plumbing",
    ]);
  }));

Deno.test("20 registrations of one customer at once: one tenant, one owner, one mail, the same tenant in all answers", () =>
  withDoor(async (door) => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => register(door)),
    );
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [...Array(19).fill(200), 201]);
    const bodies = await Promise.all(answers.map((answer) => answer.json()));
    for (const body of bodies) assert.deepEqual(body, bodies[0]);
    const families = [
      "tenants",
      "tenants_by_created",
      "users",
      "users_by_email",
      "memberships",
      "invites",
      "registration",
      "jobs",
    ];
    for (const family of families) {
      assert.equal((await rows(door, family)).length, 1, family);
    }
    const [membership] = await rows<MembershipRow>(door, "memberships");
    assert.deepEqual(membership?.roles, ["OWNER"]);
  }));

Deno.test("a registration orders a welcome mail with the owner's link, and keeps no secret", () =>
  withDoor(async (door) => {
    const { tenantId } = await registered(door, 201);
    const [job] = await rows<JobRow>(door, "jobs");
    const [user] = await rows<UserRow>(door, "users");
    const [invite] = await rows<InviteRow>(door, "invites");
    assert.deepEqual([job?.kind, job?.tenantId], ["mail.welcome", tenantId]);
    assert.equal(job?.payload.userId, user?.id);
    assert.equal(job?.payload.inviteId, job?.id);
    assert.equal(invite?.userId, user?.id);
    assert.equal(user?.passwordHash, null);
  }));

Deno.test("another payload under the same customer is 422 and changes nothing", () =>
  withDoor(async (door) => {
    await registered(door, 201);
    const others = [
      payload({ plan: "starter" }),
      payload({ industry: "hvac" }),
      payload({ company: "Birch Plumbing" }),
      payload({ timeZone: "UTC" }),
      payload({ owner: { ...OWNER, name: "Otto" } }),
      payload({ owner: { ...OWNER, email: "otto@alder.example" } }),
      without("owner"),
      without("company"),
      without("timeZone"),
    ];
    for (const other of others) {
      const problem = await problemOf(await register(door, other));
      assert.deepEqual([problem.status, problem.code], [
        422,
        "idempotency-payload-mismatch",
      ], JSON.stringify(other));
    }
    assert.equal((await rows(door, "tenants")).length, 1);
  }));

Deno.test("spaces around a name and an address in capitals make it no other registration", () =>
  withDoor(async (door) => {
    const first = await registered(door, 201);
    const same = payload({
      company: " Alder Plumbing ",
      owner: { name: " Olga Alder ", email: " OLGA@Alder.example " },
    });
    assert.deepEqual(await registered(door, 200, same), first);
  }));

const BAD: [what: string, json: unknown, fields: string[]][] = [
  ["nothing", {}, ["plan", "industry", "externalCustomerId"]],
  ...["plan", "industry", "externalCustomerId"].map((
    name,
  ): [string, unknown, string[]] => [`no ${name}`, without(name), [name]]),
  ...[
    "plan",
    "industry",
    "externalCustomerId",
    "company",
    "timeZone",
    "owner",
  ].flatMap((name) =>
    [7, null, [], true].map((value): [string, unknown, string[]] => [
      `${name} ${JSON.stringify(value)}`,
      payload({ [name]: value }),
      [name],
    ])
  ),
  ["unknown plan", payload({ plan: "gold" }), ["plan"]],
  ["unknown trade", payload({ industry: "piracy" }), ["industry"]],
  ["inherited name", payload({ industry: "toString" }), ["industry"]],
  ["empty id", payload({ externalCustomerId: "" }), ["externalCustomerId"]],
  ["spaces in the id", payload({ externalCustomerId: "a b" }), [
    "externalCustomerId",
  ]],
  ["long id", payload({ externalCustomerId: "x".repeat(201) }), [
    "externalCustomerId",
  ]],
  ["empty company", payload({ company: " " }), ["company"]],
  ["long company", payload({ company: "x".repeat(121) }), ["company"]],
  ["unknown zone", payload({ timeZone: "Mars/Base" }), ["timeZone"]],
  ["owner without name", payload({ owner: { email: OWNER.email } }), [
    "owner.name",
  ]],
  ["owner without email", payload({ owner: { name: OWNER.name } }), [
    "owner.email",
  ]],
  ["owner mistyped", payload({ owner: { name: 1, email: {} } }), [
    "owner.name",
    "owner.email",
  ]],
  ["owner's address", payload({ owner: { ...OWNER, email: "olga" } }), [
    "owner.email",
  ]],
  ["owner's name empty", payload({ owner: { ...OWNER, name: " " } }), [
    "owner.name",
  ]],
  ["owner with more", payload({ owner: { ...OWNER, role: "x" } }), [
    "owner.role",
  ]],
  ["unknown fields", payload({ admin: true, orgId: "org_x" }), [
    "admin",
    "orgId",
  ]],
  [
    "one of each kind of mistake",
    {
      plan: "gold",
      industry: "piracy",
      externalCustomerId: 7,
      timeZone: "Mars/Base",
      owner: { name: 1, email: "olga" },
      admin: true,
    },
    [
      "plan",
      "industry",
      "externalCustomerId",
      "timeZone",
      "owner.name",
      "owner.email",
      "admin",
    ],
  ],
  ["a list", [payload()], ["body"]],
  ["text", "hello", ["body"]],
  ["null", null, ["body"]],
];

Deno.test("what is missing, mistyped or unknown in a registration is named, and nothing is written", () =>
  withDoor(async (door) => {
    for (const [what, json, fields] of BAD) {
      const problem = await problemOf(await register(door, json));
      assert.deepEqual(
        [problem.status, problem.code],
        [400, "invalid-input"],
        what,
      );
      assert.deepEqual([...problem.fields].sort(), [...fields].sort(), what);
    }
    const proto = await problemOf(
      await door.ask("POST", PATH, {
        headers: { ...bearer(), "content-type": "application/json" },
        body: JSON.stringify(payload()).replace("{", '{"__proto__":{},'),
      }),
    );
    assert.deepEqual([proto.status, proto.fields], [400, ["__proto__"]]);
    assert.deepEqual(await rows(door, "tenants"), []);
    assert.deepEqual(await rows(door, "users"), []);
  }));

Deno.test("bodies that are no registration at all are refused before anything is looked at", () =>
  withDoor(async (door) => {
    const json = { ...bearer(), "content-type": "application/json" };
    const asks: [Asking, number, string][] = [
      [{ headers: json, body: "{" }, 400, "malformed-body"],
      [{ headers: bearer(), body: "plan=team" }, 415, "unsupported-media-type"],
      [{ headers: json, body: "x".repeat(200_000) }, 413, "body-too-large"],
    ];
    for (const [asking, status, code] of asks) {
      const problem = await problemOf(await door.ask("POST", PATH, asking));
      assert.deepEqual([problem.status, problem.code], [status, code]);
    }
  }));

Deno.test("no key, a wrong one, and one that is nearly right are 401 with a challenge", () =>
  withDoor(async (door) => {
    const wrong: Record<string, string>[] = [
      {},
      { authorization: "" },
      { authorization: "Bearer" },
      { authorization: REGISTER_KEY },
      { authorization: `Basic ${btoa(`x:${REGISTER_KEY}`)}` },
      bearer(`${REGISTER_KEY}x`),
      bearer(REGISTER_KEY.slice(0, -1)),
      bearer(REGISTER_KEY.toUpperCase()),
      bearer(`${REGISTER_KEY} ${REGISTER_KEY}`),
      bearer("undefined"),
    ];
    for (const headers of wrong) {
      const answer = await register(door, payload(), { headers });
      assert.match(answer.headers.get("www-authenticate") ?? "", /^Bearer/);
      const problem = await problemOf(answer);
      assert.deepEqual([problem.status, problem.code], [
        401,
        "unauthenticated",
      ], JSON.stringify(headers));
    }
    assert.deepEqual(await rows(door, "tenants"), []);
    assert.equal((await registered(door, 201)).status, "invited");
  }));

Deno.test("a browser's cookie and origin are nothing to a registration, and other methods are not there", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    const refused = await register(door, payload(), { headers: {}, as: owner });
    assert.equal((await problemOf(refused)).status, 401);
    const headers = {
      ...bearer(),
      origin: "https://signup.example",
      "sec-fetch-site": "cross-site",
    };
    const answer = await register(door, payload(), { headers });
    assert.equal(answer.status, 201);
    await answer.body?.cancel();
    const get = await door.ask("GET", PATH, { headers: bearer() });
    assert.equal(get.headers.get("allow"), "POST");
    assert.equal((await problemOf(get)).status, 405);
  }));

Deno.test("an address that goes on trying keys has to wait, and so has a site that sends only mistakes", () =>
  withDoor(async (door) => {
    const guess = () =>
      register(door, payload(), { headers: bearer("a-wrong-key-of-somebody") });
    for (let i = 0; i < REGISTER_PER_ADDRESS.max; i++) {
      assert.equal((await problemOf(await guess())).status, 401);
    }
    const waits = await guess();
    assert.equal(waits.headers.get("retry-after"), "900");
    assert.equal((await problemOf(waits)).code, "rate-limited");
    // Others behind the same proxy are not held up.
    await registered(door, 201, payload({ externalCustomerId: "customer-2" }));
    door.now += REGISTER_PER_ADDRESS.windowMs;
    assert.equal((await problemOf(await guess())).status, 401);
    for (let i = 0; i < REGISTER_PER_KEY.max; i++) {
      await (await register(door, {})).body?.cancel();
    }
    assert.equal((await problemOf(await register(door))).status, 429);
    door.now += REGISTER_PER_KEY.windowMs;
    await registered(door, 200, payload({ externalCustomerId: "customer-2" }));
  }));

Deno.test("company, time zone and owner are optional; without an owner nobody is in the tenant", () =>
  withDoor(async (door) => {
    const bare = {
      plan: "starter",
      industry: "security",
      externalCustomerId: "bare-1",
    };
    const { tenantId, orgId, status } = await registered(door, 201, bare);
    assert.equal(status, "no-owner");
    assert.deepEqual(await registered(door, 200, bare), {
      tenantId,
      orgId,
      loginUrl: "http://localhost/login",
      status,
    });
    assert.deepEqual(await door.store.get(tenantKeys(orgId).profile()), {
      tenantId,
      company: "Customer bare-1",
      timeZone: "UTC",
    });
    assert.deepEqual(await rows(door, "memberships"), []);
    assert.deepEqual(await rows(door, "jobs"), []);
    const named = await registered(door, 201, {
      ...bare,
      externalCustomerId: "bare-2",
      owner: OWNER,
    });
    const tenant = await door.store.get<TenantRow>(
      globalKeys.tenant(named.tenantId),
    );
    assert.equal(tenant?.company, OWNER.name);
  }));

Deno.test("somebody with an account is invited into a second company, and keeps account and password", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store, "Birch", "their hash");
    const user = await door.store.get<UserRow>(globalKeys.user(owner.id));
    const second = await registered(
      door,
      201,
      payload({ owner: { name: "Olga", email: user?.email } }),
    );
    assert.equal(second.status, "invited");
    assert.deepEqual(await rows<UserRow>(door, "users"), [user]);
    const memberships = await door.store.list<MembershipRow>({
      prefix: globalKeys.memberships(owner.id),
    });
    assert.deepEqual(
      memberships.map(({ value }) => [value.tenantId, value.status]).sort(),
      [[owner.tenantId, "active"], [second.tenantId, "invited"]].sort(),
    );
  }));

Deno.test("the status tells what is true now: invited, in use, stopped", () =>
  withDoor(async (door) => {
    const { tenantId } = await registered(door, 201);
    const [membership] = await rows<MembershipRow>(door, "memberships");
    const tenant = await door.store.get<TenantRow>(globalKeys.tenant(tenantId));
    assert.ok(membership && tenant);
    const tx = door.store.transaction();
    tx.set(globalKeys.membership(membership.userId, tenantId, "CLIENT"), {
      ...membership,
      status: "active",
    });
    await tx.commit();
    assert.equal((await registered(door, 200)).status, "active");
    const stop = door.store.transaction();
    stop.set(globalKeys.tenant(tenantId), { ...tenant, status: "suspended" });
    await stop.commit();
    assert.equal((await registered(door, 200)).status, "suspended");
  }));

Deno.test("a registration is audited once, refusals are only counted, and no key is in log or store", () =>
  withDoor(async (door) => {
    await (await register(door, {})).body?.cancel();
    await (await register(door, payload(), { headers: bearer("wrong") })).body
      ?.cancel();
    const { orgId, tenantId } = await registered(door, 201);
    await registered(door, 200);
    const audits = await door.store.list<AuditRow>({
      prefix: tenantKeys(orgId).audits(),
    });
    assert.deepEqual(
      audits.map(({ value }) => [value.route, value.actor, value.entries]),
      [[`POST ${PATH}`, null, [{
        action: "tenant.create",
        recordId: tenantId,
        status: 201,
      }]]],
    );
    const everything = JSON.stringify([
      door.log,
      await door.store.list({ prefix: [] }),
    ]);
    assert.ok(!everything.includes(REGISTER_KEY));
  }));

Deno.test("1,000 registrations: each is a few reads and one commit, however many went before", () =>
  withDoor(async (door) => {
    const one = (i: number) =>
      payload({
        externalCustomerId: `customer-${i}`,
        owner: { name: "Olga", email: `olga${i}@alder.example` },
      });
    await registered(door, 201, one(0));
    const { counts } = door.store;
    const before = { ...counts };
    const readsOf = async (i: number) => {
      const reads = counts.keysRead;
      await registered(door, 201, one(i));
      return counts.keysRead - reads;
    };
    const first = await readsOf(1);
    for (let i = 2; i < 999; i += 20) {
      await Promise.all(
        Array.from(
          { length: Math.min(20, 999 - i) },
          (_, j) => registered(door, 201, one(i + j)),
        ),
      );
    }
    assert.equal(await readsOf(999), first);
    assert.equal(first, 5);
    assert.equal(counts.commits - before.commits, 999);
    assert.equal(counts.keysRead - before.keysRead, 999 * first);
    assert.equal((await rows(door, "tenants")).length, 1000);
  }));
