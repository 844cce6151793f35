import assert from "node:assert/strict";
import fc from "fast-check";
import { acceptInvite } from "../../lib/access/accept_invite.ts";
import { changeRole } from "../../lib/access/change_role.ts";
import { endMembership } from "../../lib/access/end_membership.ts";
import { inviteMember } from "../../lib/access/invite_member.ts";
import { openSession, readSession } from "../../lib/access/sessions.ts";
import { isShutOut } from "../../lib/access/shut_out.ts";
import {
  CLIENT_ROLES,
  type ClientRole,
  type Me,
  type Role,
  type Space,
} from "../../lib/model/spaces.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import type {
  MemberRow,
  MembershipRow,
  UserRow,
} from "../../lib/store/identities.ts";
import { putInvite } from "../../lib/store/invites.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import { TTL } from "../../lib/store/limits.ts";
import type { Store } from "../../lib/store/store.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import {
  blankAudit,
  type Company,
  hire,
  INSTANCE_KEY,
  join,
  MONDAY,
  newCompany,
  newId,
  plainPasswords,
  withCompany,
  withStore,
} from "./builders.ts";
import { race } from "./race.ts";

const deps = (store: Store) => ({
  store,
  instanceKey: INSTANCE_KEY,
  passwords: plainPasswords(),
  now: () => MONDAY,
});

const change = (
  store: Store,
  me: Me,
  member: Pick<Me, "id">,
  role: string,
  space: Space = "CLIENT",
) =>
  changeRole({ store }, me, { userId: member.id, space, role }, blankAudit());

const end = (
  store: Store,
  me: Me,
  member: Pick<Me, "id">,
  space: Space = "CLIENT",
) => endMembership(deps(store), me, { userId: member.id, space }, blankAudit());

const membershipOf = (store: Store, me: Me, space: Space = me.space) =>
  store.get<MembershipRow>(globalKeys.membership(me.id, me.tenantId, space));

const memberOf = (store: Store, me: Me, space: Space = me.space) => {
  const tenant = new TenantStore(store, me.orgId);
  return tenant.get<MemberRow>(tenant.keys.member(space, me.id));
};

/** How strong a role is, written a second time: OWNER 3, WORKER 0. */
const rank = (role: ClientRole) => 3 - CLIENT_ROLES.indexOf(role);

Deno.test("nobody changes somebody stronger, nor gives more than they have; dispatchers and workers change nobody", () =>
  withCompany(async (company) => {
    const { store } = company;
    for (const own of CLIENT_ROLES) {
      for (const theirs of CLIENT_ROLES) {
        for (const given of CLIENT_ROLES) {
          const me = await hire(company, own);
          const member = await hire(company, theirs);
          const outcome = await change(store, me, member, given);
          const allowed = rank(own) >= 2 && rank(theirs) <= rank(own) &&
            rank(given) <= rank(own);
          assert.equal(outcome.ok, allowed, `${own} ${theirs} ${given}`);
          const [membership, row] = [
            await membershipOf(store, member),
            await memberOf(store, member),
          ];
          const roles = [allowed ? given : theirs];
          assert.deepEqual(membership?.roles, roles);
          assert.deepEqual(row?.roles, roles);
        }
      }
    }
  }));

Deno.test("a role of another space, of nobody, or with a name of every object is refused by its field", () =>
  withCompany(async (company) => {
    const worker = await hire(company, "WORKER");
    for (const role of ["ADMIN", "ACCOUNTANT", "", "toString", "owner"]) {
      const outcome = await change(company.store, company.owner, worker, role);
      assert.ok(!outcome.ok);
      assert.equal(outcome.problem.errors?.[0]?.field, "role");
    }
  }));

Deno.test("owners change the members of accounting too, of provider and developer nobody of a company does", () =>
  withCompany(async (company) => {
    const { store, owner } = company;
    const clerk = await hire(company, "WORKER");
    for (
      const [space, role, next] of [
        ["ACCOUNTING", "CLERK", "ACCOUNTANT"],
        ["PROVIDER", "SUPPORT", "ADMIN"],
        ["DEVELOPER", "OBSERVER", "ENGINEER"],
      ] satisfies [Space, Role, Role][]
    ) {
      const member = await join(company, clerk, space, role);
      const outcome = await change(store, owner, member, next, space);
      assert.equal(outcome.ok, space === "ACCOUNTING", space);
      assert.equal((await end(store, owner, member, space)).ok, outcome.ok);
    }
    assert.equal((await memberOf(store, clerk))?.status, "active");
  }));

Deno.test("another company's member is as unknown as nobody", () =>
  withStore(async (store) => {
    const [alder, birch] = [
      await newCompany(store, "Alder"),
      await newCompany(store, "Birch"),
    ];
    const other = await hire(birch, "WORKER");
    for (const member of [other, { id: newId("usr") }, { id: "" }]) {
      for (
        const outcome of [
          await change(store, alder.owner, member, "MANAGER"),
          await end(store, alder.owner, member),
        ]
      ) {
        assert.ok(!outcome.ok && outcome.problem.code === "not-found");
      }
    }
    assert.deepEqual((await membershipOf(store, other))?.roles, ["WORKER"]);
  }));

Deno.test("the last active owner neither steps down nor leaves; with a second one it goes", () =>
  withCompany(async (company) => {
    const { store, owner } = company;
    const former = await hire(company, "OWNER");
    assert.ok((await end(store, owner, former)).ok);
    await inviteMember(deps(store), owner, {
      name: "Not yet",
      email: "later@alder.example",
      role: "OWNER",
    }, blankAudit());
    for (
      const [outcome, field] of [
        [await change(store, owner, owner, "WORKER"), "role"],
        [await end(store, owner, owner), "end"],
      ] as const
    ) {
      assert.ok(!outcome.ok);
      assert.equal(outcome.problem.errors?.[0]?.field, field);
    }
    assert.ok((await change(store, owner, owner, "OWNER")).ok);
    await hire(company, "OWNER");
    assert.ok((await change(store, owner, owner, "WORKER")).ok);
    assert.equal((await change(store, owner, owner, "OWNER")).ok, false);
  }));

Deno.test("two owners who take each other's role at one moment leave one, in any interleaving", () =>
  fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.constantFrom("demote", "end", "step down"),
      (scheduler, how) =>
        race(scheduler, async (store, start) => {
          const company = await newCompany(store);
          const pair = [company.owner, await hire(company, "OWNER")] as const;
          const act = (me: Me, other: Me) =>
            how === "end"
              ? end(store, me, other)
              : change(store, me, how === "demote" ? other : me, "WORKER");
          await start(() => [act(pair[0], pair[1]), act(pair[1], pair[0])]);
          const left = await Promise.all(
            pair.map((me) => membershipOf(store, me)),
          );
          const owners = left.filter((row) =>
            row?.status === "active" && row.roles.includes("OWNER")
          );
          assert.equal(owners.length, 1);
        }),
    ),
    { numRuns: 90 },
  ));

Deno.test("whose membership ended is logged out, keeps their name in the list, and old sessions never come back", () =>
  withCompany(async (company) => {
    const { store, owner } = company;
    const me = await hire(company, "WORKER", "Mika", "plain:long enough");
    const accounting = await join(company, me, "ACCOUNTING", "CLERK");
    const [ends, stays] = [
      await membershipOf(store, me),
      await membershipOf(store, accounting),
    ];
    assert.ok(ends && stays);
    const over = await openSession(store, ends, MONDAY);
    const other = await openSession(store, stays, MONDAY);
    assert.ok((await end(store, owner, me)).ok);
    assert.equal(await readSession(store, over, MONDAY), null);
    assert.ok(await readSession(store, other, MONDAY));
    const told = (secret: string, now = MONDAY) =>
      isShutOut(store, secret, now);
    assert.ok(await told(over));
    assert.ok(await told(over, MONDAY + TTL.session - 1));
    assert.ok(!await told(over, MONDAY + TTL.session));
    assert.ok(!await told(other));
    assert.equal((await memberOf(store, me))?.status, "ended");
    assert.equal((await memberOf(store, me))?.name, "Mika");
    assert.equal((await end(store, owner, me)).ok, false);
    assert.equal((await change(store, owner, me, "MANAGER")).ok, false);

    const again = await inviteMember(deps(store), owner, {
      name: "Mika",
      email: me.email,
      role: "WORKER",
    }, blankAudit());
    assert.ok(again.ok);
    const { secret } = again.value;
    assert.ok(
      (await acceptInvite(
        deps(store),
        { secret, password: "long enough" },
        blankAudit(),
      )).ok,
    );
    assert.equal((await memberOf(store, me))?.status, "active");
    assert.equal(await readSession(store, over, MONDAY), null);
    assert.ok(await told(over));
  }));

Deno.test("an invitation that was taken back lets nobody in, and of who never joined nothing stays", () =>
  withCompany(async (company) => {
    const { store, owner } = company;
    const guest = {
      name: "Mika",
      email: "mika@alder.example",
      role: "WORKER",
    };
    const invited = await inviteMember(deps(store), owner, guest, blankAudit());
    assert.ok(invited.ok);
    const { secret, userId } = invited.value;
    const me = { ...owner, id: userId };
    assert.ok((await end(store, owner, me)).ok);
    const accepted = await acceptInvite(
      deps(store),
      { secret, password: "long enough" },
      blankAudit(),
    );
    assert.ok(!accepted.ok && accepted.problem.code === "not-found");
    assert.equal(await membershipOf(store, me), null);
    assert.equal(await memberOf(store, me), null);
    assert.ok(
      (await inviteMember(deps(store), owner, guest, blankAudit())).ok,
    );
  }));

Deno.test("one link into two spaces still lets into the one that was not taken back", () =>
  withCompany(async (company) => {
    const { store, owner } = company;
    const worker = await hire(company, "WORKER", "Mika", null);
    const tx = store.transaction();
    const user = await tx.get<UserRow>(globalKeys.user(worker.id));
    const { secret } = await putInvite(
      tx,
      INSTANCE_KEY,
      user as UserRow,
      "Mika",
      {
        tenantId: owner.tenantId,
        orgId: owner.orgId,
        company: "Alder",
        memberships: [
          { space: "CLIENT", roles: ["WORKER"] },
          { space: "ACCOUNTING", roles: ["CLERK"] },
        ],
        invitedBy: owner.id,
      },
      MONDAY,
    );
    await tx.commit();
    assert.ok((await end(store, owner, worker, "CLIENT")).ok);
    const accepted = await acceptInvite(
      deps(store),
      { secret, password: "long enough" },
      blankAudit(),
    );
    assert.ok(accepted.ok);
    assert.equal(accepted.value.membership.space, "ACCOUNTING");
  }));

Deno.test("a manager does not replace an owner's open invitation by a weaker one", () =>
  withCompany(async (company) => {
    const { store, owner } = company;
    const manager = await hire(company, "MANAGER");
    const guest = { name: "Mika", email: "mika@alder.example" };
    assert.ok(
      (await inviteMember(
        deps(store),
        owner,
        { ...guest, role: "OWNER" },
        blankAudit(),
      )).ok,
    );
    const outcome = await inviteMember(
      deps(store),
      manager,
      { ...guest, role: "WORKER" },
      blankAudit(),
    );
    assert.ok(!outcome.ok);
    assert.equal(outcome.problem.errors?.[0]?.field, "email");
  }));

Deno.test("each change of a member is audited once, a refused one is not", () =>
  withCompany(async (company: Company) => {
    const { store, owner, tenant } = company;
    const worker = await hire(company, "WORKER");
    await change(store, owner, worker, "MANAGER");
    await change(store, owner, worker, "nothing");
    await end(store, owner, worker);
    await end(store, owner, worker);
    const rows = await tenant.list<AuditRow>({ prefix: tenant.keys.audits() });
    assert.deepEqual(
      rows.map(({ value }) => value.entries.map(({ action }) => action)),
      [["tenant.create"], ["member.update"], ["member.end"]],
    );
  }));
