import assert from "node:assert/strict";
import type { Me } from "../../../lib/model/spaces.ts";
import type { AuditRow } from "../../../lib/store/audit.ts";
import { globalKeys, tenantKeys } from "../../../lib/store/keys.ts";
import { TenantStore } from "../../../lib/store/tenant_store.ts";
import { newCompany, newId, plainPasswords } from "../builders.ts";
import { type Door, REGISTER_KEY, withDoor } from "../door.ts";
import { enrol, makeOperator } from "./matrix_world.ts";

const PASSWORD = "correct horse battery";

const withAdmin = (run: (door: Door, admin: Me) => Promise<void>) =>
  withDoor(
    async (door) => {
      const operator = await makeOperator(door.store);
      await run(door, await enrol(operator, "PROVIDER", ["ADMIN"], "Ada"));
    },
    () => {},
    { passwords: plainPasswords() },
  );

/** A registration by a signup site, as often as it is asked. */
function signupSite(door: Door, owner?: { name: string; email: string }) {
  const json = {
    plan: "team",
    industry: "security",
    externalCustomerId: newId("op"),
    company: "Gate Guards",
    ...(owner && { owner }),
  };
  return async () => {
    const answer = await door.ask("POST", "/api/tenant/register", {
      json,
      headers: { authorization: `Bearer ${REGISTER_KEY}` },
    });
    return await answer.json() as {
      tenantId: string;
      orgId: string;
      status: string;
    };
  };
}

const linkIn = (page: string) => /\/invite\/[\w-]{43}/.exec(page)?.[0] ?? "";

async function invite(
  door: Door,
  admin: Me,
  tenantId: string,
  form: Record<string, string>,
) {
  const answer = await door.ask("POST", `/provider/tenants/${tenantId}/owner`, {
    as: admin,
    form: { key: newId("op"), ...form },
  });
  const page = await answer.text();
  return { status: answer.status, page, link: linkIn(page) };
}

const jobs = async (door: Door) =>
  (await door.store.list({ prefix: globalKeys.jobs() })).length;

Deno.test("a tenant registered without an owner is entered by the one whom the operator invites, and its status follows", () =>
  withAdmin(async (door, admin) => {
    const register = signupSite(door);
    const { tenantId, status } = await register();
    assert.equal(status, "no-owner");
    const at = `/provider/tenants/${tenantId}`;
    const before = await (await door.ask("GET", at, { as: admin })).text();
    assert.match(before, /Invite the owner/);

    const key = newId("op");
    const owner = { name: "Gus", email: "Gus@guards.example", key };
    const { status: made, link } = await invite(door, admin, tenantId, owner);
    assert.equal(made, 200);
    assert.equal((await register()).status, "invited");
    assert.equal(await jobs(door), 1);
    const again = await invite(door, admin, tenantId, owner);
    assert.equal(again.link, link, "the same form sent twice invites once");
    assert.equal(await jobs(door), 1);

    const joined = await door.ask("POST", link, {
      form: { password: PASSWORD },
    });
    assert.equal(
      joined.headers.get("location"),
      `/tenant/${tenantId}/client/dashboard`,
    );
    assert.equal((await register()).status, "active");
    const after = await (await door.ask("GET", at, { as: admin })).text();
    assert.doesNotMatch(after, /Invite the owner/);
    const late = await invite(door, admin, tenantId, {
      name: "Eve",
      email: "eve@else.example",
    });
    assert.deepEqual([late.status, late.link], [422, ""]);
    assert.match(late.page, /Somebody is in it already/);

    const operator = new TenantStore(door.store, admin.orgId);
    const rows = await operator.list<AuditRow>({
      prefix: tenantKeys(admin.orgId).audits(),
    });
    assert.deepEqual(
      rows.flatMap(({ value }) => value.entries)
        .filter(({ action }) => action === "tenant.invite"),
      [{ action: "tenant.invite", recordId: tenantId, status: 201 }],
    );
  }));

Deno.test("an owner whose address was wrong is replaced: the first link lets nobody in", () =>
  withAdmin(async (door, admin) => {
    const register = signupSite(door, {
      name: "Gus",
      email: "typo@guards.example",
    });
    const { tenantId } = await register();
    const wrong = await invite(door, admin, tenantId, {
      name: "Gus",
      email: "typo2@guards.example",
    });
    const right = await invite(door, admin, tenantId, {
      name: "Gus",
      email: "gus@guards.example",
    });
    assert.equal((await door.ask("GET", wrong.link)).status, 404);
    assert.equal((await door.ask("GET", right.link)).status, 200);
    assert.equal((await register()).status, "invited");
  }));

Deno.test("whoever has joined is nobody's to replace, and a wrong name or address is named", () =>
  withAdmin(async (door, admin) => {
    const { owner } = await newCompany(door.store);
    const good = { name: "Eve", email: "eve@else.example" };
    for (const tenantId of [owner.tenantId, admin.tenantId]) {
      const { status, link } = await invite(door, admin, tenantId, good);
      assert.deepEqual([status, link], [422, ""]);
    }
    const { tenantId } = await signupSite(door)();
    const { status, page } = await invite(door, admin, tenantId, {
      name: "",
      email: "nobody",
    });
    assert.equal(status, 400);
    assert.match(page, /Write the name/);
    assert.match(page, /Write an address/);
    const unknown = await invite(door, admin, newId("ten"), good);
    assert.equal(unknown.status, 404);
  }));
