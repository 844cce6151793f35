import assert from "node:assert/strict";
import { acceptInvite, readInvite } from "../../lib/access/accept_invite.ts";
import { inviteMember } from "../../lib/access/invite_member.ts";
import { checkPassword } from "../../lib/access/person.ts";
import { logIn } from "../../lib/access/log_in.ts";
import { readSession } from "../../lib/access/sessions.ts";
import { CLIENT_ROLES, type Me } from "../../lib/model/spaces.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import type { MemberRow } from "../../lib/store/identities.ts";
import { TTL } from "../../lib/store/limits.ts";
import {
  blankAudit,
  type Company,
  hire,
  INSTANCE_KEY,
  MONDAY,
  newCompany,
  plainPasswords,
  withCompany,
  withStore,
} from "./builders.ts";

const MIKA = { name: "Mika Berg", email: "mika@alder.example", role: "WORKER" };
const PASSWORD = "long enough";

const invite = (
  { store, owner }: Company,
  input = MIKA,
  me: Me = owner,
  now = MONDAY,
) =>
  inviteMember(
    { store, instanceKey: INSTANCE_KEY, now: () => now },
    me,
    input,
    blankAudit(),
  );

async function invited(
  company: Company,
  input = MIKA,
  now = MONDAY,
): Promise<string> {
  const outcome = await invite(company, input, company.owner, now);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value.secret;
}

const accept = (
  { store }: Company,
  secret: string,
  password = PASSWORD,
  now = MONDAY,
) =>
  acceptInvite({ store, passwords: plainPasswords(), now: () => now }, {
    secret,
    password,
  }, blankAudit());

const login = ({ store }: Company, password: string, email = MIKA.email) =>
  logIn(
    {
      store,
      passwords: plainPasswords(),
      instanceKey: INSTANCE_KEY,
      now: () => MONDAY,
    },
    { email, password, address: "local" },
    blankAudit(),
  );

Deno.test("who was invited sets a password, is logged in and can log in again", () =>
  withCompany(async (company) => {
    const secret = await invited(company, {
      ...MIKA,
      email: " Mika@Alder.example ",
    });
    assert.deepEqual(await readInvite(company.store, secret, MONDAY), {
      name: "Mika Berg",
      email: "mika@alder.example",
      company: "Alder Heating",
      into: [{ space: "CLIENT", roles: ["WORKER"] }],
      hasPassword: false,
    });
    const accepted = await accept(company, secret);
    assert.ok(accepted.ok);
    const session = await readSession(
      company.store,
      accepted.value.secret,
      MONDAY,
    );
    assert.deepEqual([session?.me.roles, session?.me.orgId, session?.me.name], [
      ["WORKER"],
      company.owner.orgId,
      "Mika Berg",
    ]);
    assert.ok((await login(company, PASSWORD)).ok);
    const { keys } = company.tenant;
    const member = await company.tenant.get<MemberRow>(
      keys.member("CLIENT", session?.me.id ?? ""),
    );
    assert.equal(member?.status, "active");
  }));

Deno.test("before the invitation is accepted nobody can log in by it", () =>
  withCompany(async (company) => {
    await invited(company);
    for (const password of ["", PASSWORD]) {
      assert.equal((await login(company, password)).ok, false);
    }
  }));

Deno.test("a link works once, also when it is used several times at the same moment", () =>
  withCompany(async (company) => {
    const secret = await invited(company);
    const tries = await Promise.all(
      Array.from(
        { length: 5 },
        (_, i) => accept(company, secret, `password number ${i}`),
      ),
    );
    assert.equal(tries.filter((one) => one.ok).length, 1);
    const winner = tries.findIndex((one) => one.ok);
    assert.ok((await login(company, `password number ${winner}`)).ok);
    const late = await accept(company, secret);
    assert.ok(!late.ok && late.problem.code === "not-found");
    assert.equal(await readInvite(company.store, secret, MONDAY), null);
  }));

Deno.test("a link ends after a week, and one that never was opens nothing", () =>
  withCompany(async (company) => {
    const secret = await invited(company);
    assert.ok(await readInvite(company.store, secret, MONDAY + TTL.invite - 1));
    assert.equal(
      await readInvite(company.store, secret, MONDAY + TTL.invite),
      null,
    );
    for (
      const [wrong, now] of [[secret, MONDAY + TTL.invite], [
        "x".repeat(43),
        MONDAY,
      ], ["", MONDAY]] as const
    ) {
      const outcome = await accept(company, wrong, PASSWORD, now);
      assert.ok(!outcome.ok && outcome.problem.code === "not-found");
    }
  }));

Deno.test("a second invitation replaces the first", () =>
  withCompany(async (company) => {
    const first = await invited(company);
    const second = await invited(company, { ...MIKA, role: "DISPATCHER" });
    assert.equal(await readInvite(company.store, first, MONDAY), null);
    assert.equal((await accept(company, first)).ok, false);
    const accepted = await accept(company, second);
    assert.ok(accepted.ok);
    assert.deepEqual(accepted.value.membership.roles, ["DISPATCHER"]);
    const again = await invite(company);
    assert.ok(!again.ok && again.problem.errors?.[0]?.field === "email");
  }));

Deno.test("looking at a link does not use it up", () =>
  withCompany(async (company) => {
    const secret = await invited(company);
    for (let i = 0; i < 3; i++) {
      assert.ok(await readInvite(company.store, secret, MONDAY));
    }
    assert.ok((await accept(company, secret)).ok);
  }));

Deno.test("a weak password is refused and the link stays good", () =>
  withCompany(async (company) => {
    const secret = await invited(company);
    for (const password of ["", "too short", "x".repeat(201)]) {
      const outcome = await accept(company, secret, password);
      assert.ok(!outcome.ok);
      assert.deepEqual(outcome.problem.errors?.map(({ field }) => field), [
        "password",
      ]);
    }
    assert.ok((await accept(company, secret)).ok);
    assert.equal(checkPassword("x".repeat(10)), null);
  }));

Deno.test("who has an account proves it with its password, and keeps it", () =>
  withStore(async (store) => {
    const [alder, birch] = [
      await newCompany(store, "Alder"),
      await newCompany(store, "Birch"),
    ];
    assert.ok((await accept(alder, await invited(alder))).ok);
    const secret = await invited(birch, { ...MIKA, name: "M. Berg" });
    assert.equal((await readInvite(store, secret, MONDAY))?.hasPassword, true);
    const wrong = await accept(birch, secret, "another password");
    assert.deepEqual(!wrong.ok && wrong.problem.errors?.[0]?.field, "password");
    const right = await accept(birch, secret, PASSWORD);
    assert.ok(right.ok);
    assert.equal(right.value.membership.orgId, birch.owner.orgId);
    assert.equal((await login(birch, "another password")).ok, false);
    assert.ok((await login(birch, PASSWORD)).ok);
  }));

Deno.test("a company that invites an address learns nothing of what another company knows of it", () =>
  withStore(async (store) => {
    const [alder, birch] = [
      await newCompany(store, "Alder"),
      await newCompany(store, "Birch"),
    ];
    assert.ok(
      (await accept(
        alder,
        await invited(alder, { ...MIKA, name: "Canary of Alder" }),
      )).ok,
    );
    const secret = await invited(birch, { ...MIKA, name: "M. Berg" });
    const rows = await birch.tenant.list({
      prefix: birch.tenant.keys.members("CLIENT"),
    });
    const shown = JSON.stringify([
      await readInvite(store, secret, MONDAY),
      rows,
    ]);
    assert.ok(!shown.includes("Canary"), shown);
    assert.ok(shown.includes("M. Berg"));
  }));

Deno.test("two companies' invitations accepted at one moment leave one password, the winner's", () =>
  withStore(async (store) => {
    const [alder, birch] = [
      await newCompany(store, "Alder"),
      await newCompany(store, "Birch"),
    ];
    const secrets = [await invited(alder), await invited(birch)];
    const tries = await Promise.all([
      accept(alder, secrets[0] ?? "", "alder password"),
      accept(birch, secrets[1] ?? "", "birch password"),
    ]);
    assert.equal(tries.filter((one) => one.ok).length, 1);
    const lost = tries.find((one) => !one.ok);
    assert.ok(lost && !lost.ok && lost.problem.status < 500);
    const winner = tries[0]?.ok ? "alder password" : "birch password";
    assert.ok((await login(alder, winner)).ok);
  }));

Deno.test("only owners and managers invite", () =>
  withCompany(async (company) => {
    for (const role of CLIENT_ROLES) {
      const me = await hire(company, role);
      const email = `${role.toLowerCase()}.guest@alder.example`;
      const outcome = await invite(company, { ...MIKA, email }, me);
      assert.equal(outcome.ok, role === "OWNER" || role === "MANAGER", role);
      if (!outcome.ok) assert.equal(outcome.problem.code, "forbidden");
    }
  }));

Deno.test("bad input names its fields", () =>
  withCompany(async (company) => {
    const cases: [over: Partial<typeof MIKA>, fields: string[]][] = [
      [{ name: " " }, ["name"]],
      [{ name: "x".repeat(101) }, ["name"]],
      [{ email: "mika" }, ["email"]],
      [{ email: `${"x".repeat(200)}@alder.example` }, ["email"]],
      [{ role: "ADMIN" }, ["role"]],
      [{ role: "" }, ["role"]],
      [{ name: "", email: "", role: "toString" }, ["name", "email", "role"]],
    ];
    for (const [over, fields] of cases) {
      const outcome = await invite(company, { ...MIKA, ...over });
      assert.ok(!outcome.ok);
      assert.deepEqual(
        outcome.problem.errors?.map(({ field }) => field),
        fields,
      );
    }
  }));

Deno.test("invitation and acceptance stand in the company's audit, without the secret", () =>
  withCompany(async (company) => {
    const secret = await invited(company);
    assert.ok((await accept(company, secret)).ok);
    const rows = await company.tenant.list<AuditRow>({
      prefix: company.tenant.keys.audits(),
    });
    const actions = rows.flatMap((row) =>
      row.value.entries.map(({ action }) => action)
    );
    assert.deepEqual(actions, [
      "tenant.create",
      "member.invite",
      "member.accept",
    ]);
    const everything = JSON.stringify(await company.store.list({ prefix: [] }));
    assert.ok(!everything.includes(secret));
  }));
