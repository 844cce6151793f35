import assert from "node:assert/strict";
import {
  countAttempt,
  SIGNUP_PER_ADDRESS,
} from "../../../lib/access/attempts.ts";
import { openSession } from "../../../lib/access/sessions.ts";
import type { ClientRole, Me, Role } from "../../../lib/model/spaces.ts";
import type {
  MemberRow,
  MembershipRow,
} from "../../../lib/store/identities.ts";
import { globalKeys } from "../../../lib/store/keys.ts";
import { TenantStore } from "../../../lib/store/tenant_store.ts";
import { createOperator } from "../../../lib/tenancy/create_operator.ts";
import { acceptInvite } from "../../../lib/access/accept_invite.ts";
import {
  blankAudit,
  hire,
  INSTANCE_KEY,
  join,
  keepLead,
  leadFields,
  MONDAY,
  newCompany,
  newId,
  plainPasswords,
} from "../builders.ts";
import { type Door, problemOf, withDoor } from "../door.ts";

// Where somebody works: several memberships, the switch between them, the account, and the team that decides about them.

async function cookieOf(door: Door, me: Me): Promise<string> {
  const key = globalKeys.membership(me.id, me.tenantId, me.space);
  const row = await door.store.get<MembershipRow>(key) as MembershipRow;
  return `__Host-streamflow=${await openSession(door.store, row, door.now)}`;
}

const setCookie = (answer: Response) =>
  answer.headers.get("set-cookie")?.split(";")[0] ?? "";

const location = (answer: Response) => answer.headers.get("location");

async function landing(answer: Response): Promise<[number, string | null]> {
  await answer.body?.cancel();
  return [answer.status, location(answer)];
}

const whoIs = async (door: Door, cookie: string) =>
  (await (await door.ask("GET", "/api/me", { cookie })).json()) as {
    user: { id: string; orgId: string; tenantId: string; space: string };
    memberships: { tenantId: string; space: string; company: string }[];
  };

const switchTo = (
  door: Door,
  cookie: string,
  to: Pick<Me, "tenantId" | "space">,
) =>
  door.ask("POST", "/switch", {
    cookie,
    form: { membership: `${to.tenantId}/${to.space}` },
  });

const change = (
  door: Door,
  as: Me,
  userId: string,
  form: Record<string, string>,
) =>
  door.ask("POST", `/client/team/${userId}`, {
    as,
    form: { space: "CLIENT", ...form },
  });

/** Somebody who works in two companies, and does the books of the first. */
async function busy(door: Door) {
  const [alder, birch] = [
    await newCompany(door.store, "Alder"),
    await newCompany(door.store, "Birch"),
  ];
  const me = await hire(alder, "MANAGER");
  return {
    alder,
    birch,
    me,
    books: await join(alder, me, "ACCOUNTING", "CLERK"),
    elsewhere: await join(birch, me, "CLIENT", "WORKER"),
  };
}

Deno.test("a switch goes to the dashboard of the new place, takes the old cookie's power, and reaches only the new place's records", () =>
  withDoor(async (door) => {
    const { alder, birch, me, books, elsewhere } = await busy(door);
    const [ours, theirs] = [
      await keepLead(alder.tenant, { fields: leadFields("CANARYALDER") }),
      await keepLead(birch.tenant, {
        fields: leadFields("CANARYBIRCH"),
        assigneeId: me.id,
      }),
    ];
    const first = await cookieOf(door, me);
    const answer = await switchTo(door, first, elsewhere);
    assert.deepEqual(await landing(answer), [
      303,
      `/tenant/${elsewhere.tenantId}/client/dashboard`,
    ]);
    const second = setCookie(answer);
    assert.equal(
      (await door.ask("GET", "/api/me", { cookie: first })).status,
      401,
    );
    assert.equal((await whoIs(door, second)).user.orgId, elsewhere.orgId);
    const status = async (cookie: string, id: string) =>
      (await door.ask("GET", `/api/client/leads/${id}`, { cookie })).status;
    assert.deepEqual(
      [await status(second, theirs.id), await status(second, ours.id)],
      [200, 404],
    );

    const third = setCookie(await switchTo(door, second, books));
    assert.equal((await whoIs(door, third)).user.space, "ACCOUNTING");
    const refused = await problemOf(
      await door.ask("GET", "/api/client/leads", { cookie: third }),
    );
    assert.equal(refused.code, "wrong-space");
    const hours = await door.ask("GET", "/accounting/hours", { cookie: third });
    assert.equal(hours.status, 200);
    await hours.body?.cancel();
    const back = setCookie(await switchTo(door, third, me));
    assert.equal(await status(back, ours.id), 200);
  }));

Deno.test("a switch to what is not one's own is 404, a GET switches nothing, and another site cannot make one switch", () =>
  withDoor(async (door) => {
    const { birch, me } = await busy(door);
    const cookie = await cookieOf(door, me);
    const before = await whoIs(door, cookie);
    for (
      const membership of [
        `${birch.owner.tenantId}/ACCOUNTING`,
        `${me.tenantId}/PROVIDER`,
        `${newId("ten")}/CLIENT`,
        `${me.tenantId}/client`,
        `${me.tenantId}`,
        "/",
        "",
        "x".repeat(3000),
      ]
    ) {
      const answer = await door.ask("POST", "/switch", {
        cookie,
        form: { membership },
      });
      assert.deepEqual(await landing(answer), [404, null], membership);
    }
    const got = await door.ask(
      "GET",
      `/switch?membership=${birch.owner.tenantId}/CLIENT`,
      { cookie },
    );
    assert.equal(got.status, 200);
    const html = await got.text();
    assert.ok(html.includes("Birch") && html.includes("Accounting"));
    const crossSite = await door.ask("POST", "/switch", {
      cookie,
      form: { membership: `${birch.owner.tenantId}/CLIENT` },
      headers: { "sec-fetch-site": "cross-site" },
    });
    assert.equal(crossSite.status, 403);
    assert.deepEqual(await whoIs(door, cookie), before);
    assert.equal(before.memberships.length, 3);
  }));

Deno.test("after a login the last used place acts; who never used one of several chooses first", () =>
  withDoor(
    async (door) => {
      const company = await newCompany(door.store);
      const other = await newCompany(door.store, "Birch");
      const me = await hire(company, "WORKER", "Mika", "plain:long enough");
      const elsewhere = await join(other, me, "CLIENT", "WORKER", "2027-01-01");
      const logIn = () =>
        door.ask("POST", "/login", {
          form: { email: me.email, password: "long enough" },
        });
      assert.equal(
        location(await logIn()),
        `/tenant/${elsewhere.tenantId}/client/dashboard`,
      );
      for (const one of [me, elsewhere]) {
        await join(one === me ? company : other, me, "CLIENT", "WORKER");
      }
      const answer = await logIn();
      assert.equal(location(answer), "/switch");
      const page = await door.ask("GET", "/switch", {
        cookie: setCookie(answer),
      });
      assert.match(await page.text(), /Stay in|Go to/);
    },
    undefined,
    { passwords: plainPasswords() },
  ));

Deno.test("a page says whose field work the device may show, for no other space anybody's", () =>
  withDoor(async (door) => {
    const { me, books, elsewhere } = await busy(door);
    for (
      const [who, scope] of [
        [me, `${me.orgId}:${me.id}`],
        [elsewhere, `${elsewhere.orgId}:${me.id}`],
        [books, "none"],
      ] as const
    ) {
      const cookie = await cookieOf(door, who);
      const answer = await door.ask("GET", "/account", { cookie });
      assert.equal(answer.headers.get("streamflow-scope"), scope);
      await answer.body?.cancel();
    }
    const login = await door.ask("GET", "/login");
    assert.equal(login.headers.get("streamflow-scope"), null);
    await login.body?.cancel();
  }));

Deno.test("a device that asks for another scope's records gets none of this one's", () =>
  withDoor(async (door) => {
    const { me, elsewhere } = await busy(door);
    const cookie = await cookieOf(door, elsewhere);
    const scopeOf = ({ orgId, id }: Me) => `${orgId}:${id}`;
    const pull = (query: Record<string, string>) =>
      door.ask("GET", `/api/client/sync?${new URLSearchParams(query)}`, {
        cookie,
      });
    const own = await pull({ scope: scopeOf(elsewhere) });
    assert.equal(own.status, 200);
    await own.body?.cancel();
    const wrong = await problemOf(await pull({ scope: scopeOf(me) }));
    assert.deepEqual([wrong.status, wrong.code], [403, "scope-mismatch"]);
    const old = await door.ask("GET", "/api/client/sync", {
      cookie: await cookieOf(door, me),
    });
    const { cursor } = await old.json();
    assert.equal(
      (await problemOf(await pull({ cursor }))).code,
      "cursor-expired",
    );
  }));

Deno.test("another role holds at the very next page, call and batch", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const me = await hire(company, "DISPATCHER");
    const lead = await keepLead(company.tenant);
    const batch = (seq: number) =>
      door.ask("POST", "/api/client/sync", {
        as: me,
        json: {
          v: 1,
          deviceId: "dev_01ARZ3NDEKTSV4RRFFQ69G5FAV",
          userId: me.id,
          orgId: me.orgId,
          ops: [{
            seq,
            key: newId("op"),
            v: 1,
            method: "POST",
            route: "/api/client/leads",
            payload: {
              id: newId("lead"),
              fields: leadFields(),
              assigneeId: null,
            },
            base: { version: 0 },
            claim: {
              occurredAt: new Date(MONDAY).toISOString(),
              elapsedMs: 0,
              confidence: "high",
            },
          }],
        },
      });
    const statuses = async () => {
      const answers = [
        await door.ask("GET", "/client/team", { as: me }),
        await door.ask("GET", `/api/client/leads/${lead.id}`, { as: me }),
        await door.ask("GET", "/client/orders/new", { as: me }),
      ];
      for (const answer of answers) await answer.body?.cancel();
      return answers.map(({ status }) => status);
    };
    assert.deepEqual(await statuses(), [200, 200, 200]);
    await (await batch(1)).body?.cancel();
    const answer = await change(door, company.owner, me.id, {
      action: "role",
      role: "WORKER",
    });
    assert.deepEqual(await landing(answer), [303, `/client/team/${me.id}`]);
    assert.deepEqual(await statuses(), [403, 200, 403]);

    const end = await change(door, company.owner, me.id, { action: "end" });
    assert.deepEqual(await landing(end), [303, `/client/team/${me.id}`]);
    assert.deepEqual(await statuses(), [303, 401, 303]);
    assert.equal((await problemOf(await batch(2))).code, "unauthenticated");
  }));

Deno.test("a team page shows each role what it may see, and offers what it may give", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const people = {
      OWNER: company.owner,
      MANAGER: await hire(company, "MANAGER"),
      DISPATCHER: await hire(company, "DISPATCHER"),
    };
    const worker = await hire(company, "WORKER", "Mika");
    await join(company, worker, "ACCOUNTING", "CLERK");
    const rows: [
      ClientRole,
      emails: boolean,
      gives: string[],
      not: string[],
    ][] = [
      ["OWNER", true, ["OWNER", "MANAGER", "WORKER", "CLERK"], ["ADMIN"]],
      ["MANAGER", true, ["MANAGER", "WORKER", "CLERK"], ["OWNER", "ADMIN"]],
      ["DISPATCHER", false, [], ["OWNER", "MANAGER", "WORKER", "CLERK"]],
    ];
    for (const [role, emails, gives, not] of rows) {
      const as = people[role as keyof typeof people];
      const html = await (await door.ask("GET", "/client/team", { as })).text();
      assert.ok(html.includes("Mika"));
      assert.equal(html.includes(worker.email), emails, role);
      assert.equal(html.includes(`/client/team/${worker.id}`), emails, role);
      for (const name of gives) {
        assert.ok(html.includes(`value="${name}"`), name);
      }
      for (const name of not) {
        assert.ok(!html.includes(`value="${name}"`), name);
      }
    }
    const page = await door.ask("GET", `/client/team/${worker.id}`, {
      as: company.owner,
    });
    const html = await page.text();
    assert.ok(html.includes("Client") && html.includes("Accounting"));
  }));

Deno.test("a member's page refuses what its forms do not send, and says what the last owner has to do", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const other = await newCompany(door.store, "Birch");
    const { owner } = company;
    const manager = await hire(company, "MANAGER");
    const worker = await hire(company, "WORKER");
    const asks: [Me, string, Record<string, string>, number][] = [
      [owner, worker.id, { action: "role", role: "ADMIN" }, 400],
      [owner, worker.id, { action: "role" }, 400],
      [owner, worker.id, { action: "nothing" }, 400],
      [owner, worker.id, { action: "end", space: "PROVIDER" }, 404],
      [owner, worker.id, { action: "end", space: "ACCOUNTING" }, 404],
      [owner, other.owner.id, { action: "end" }, 404],
      [owner, newId("usr"), { action: "end" }, 404],
      [owner, "x", { action: "end" }, 404],
      [owner, owner.id, { action: "role", role: "WORKER" }, 400],
      [owner, owner.id, { action: "end" }, 400],
      [owner, worker.id, { action: "link" }, 400],
      [manager, owner.id, { action: "end" }, 403],
      [manager, owner.id, { action: "role", role: "WORKER" }, 403],
      [worker, owner.id, { action: "end" }, 403],
    ];
    for (const [as, id, form, status] of asks) {
      const answer = await change(door, as, id, form);
      const text = await answer.text();
      assert.equal(
        answer.status,
        status,
        `${as.roles} ${JSON.stringify(form)}`,
      );
      if (id === owner.id && status === 400) {
        assert.ok(text.includes("You are the last one with this role."));
        assert.ok(text.includes('role="alert"'));
      }
    }
    const rows = await company.tenant.list<MemberRow>({
      prefix: company.tenant.keys.members("CLIENT"),
    });
    assert.deepEqual(
      rows.map(({ value }) => value.status),
      ["active", "active", "active"],
    );
  }));

Deno.test("an invitation is made, made again and taken back; only the newest link works, and the box that holds it can be copied", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    const linkIn = async (answer: Response) => {
      const html = await answer.text();
      assert.equal(answer.status, 200, html.slice(0, 2000));
      return /<textarea[^>]*name="link"[^>]*>([^<]*)</.exec(html)?.[1]
        ?.trim() ??
        "";
    };
    const open = async (link: string) => {
      const answer = await door.ask("GET", new URL(link).pathname);
      return [answer.status, await answer.text()] as const;
    };
    const first = await linkIn(
      await door.ask("POST", "/client/team", {
        as: owner,
        form: { name: "Mika", email: "mika@alder.example", role: "CLERK" },
      }),
    );
    const [status, html] = await open(first);
    assert.equal(status, 200);
    assert.ok(html.includes("Alder Heating"));
    assert.ok(html.includes("Accounting"), "into which space");
    const id = await door.store.get<string>(
      globalKeys.userByEmail("mika@alder.example"),
    ) ?? "";
    const form = { space: "ACCOUNTING" };
    const second = await linkIn(
      await change(door, owner, id, { ...form, action: "link" }),
    );
    assert.equal((await open(first))[0], 404);
    assert.equal((await open(second))[0], 200);
    const answer = await change(door, owner, id, { ...form, action: "end" });
    assert.deepEqual(await landing(answer), [303, "/client/team"]);
    assert.equal((await open(second))[0], 404);
  }));

Deno.test("the account page lists one's sessions, and ends one or all others", () =>
  withDoor(async (door) => {
    const { me, birch } = await busy(door);
    const cookies = [
      await cookieOf(door, me),
      await cookieOf(door, me),
      await cookieOf(door, me),
    ] as const;
    const strange = await cookieOf(door, birch.owner);
    const account = async () => {
      const answer = await door.ask("GET", "/account", { cookie: cookies[0] });
      const html = await answer.text();
      return [...html.matchAll(/name="end" value="([0-9a-f]{64})"/g)]
        .map(([, hash = ""]) => hash);
    };
    const end = async (value: string) =>
      await landing(
        await door.ask("POST", "/account", {
          cookie: cookies[0],
          form: { end: value },
        }),
      );
    const alive = async () => {
      const answers = await Promise.all(
        [...cookies, strange].map((cookie) =>
          door.ask("GET", "/api/me", { cookie })
        ),
      );
      return answers.map(({ status }) => status);
    };
    const [hash = "", ...rest] = await account();
    assert.equal(rest.length, 1);
    assert.deepEqual(await end(hash), [303, "/account"]);
    assert.deepEqual(await end(hash), [303, "/account"]);
    assert.equal((await account()).length, 1);
    assert.deepEqual(await end("others"), [303, "/account"]);
    assert.deepEqual(await alive(), [200, 401, 401, 200]);
    assert.equal((await end(""))[0], 400);
    assert.equal((await end("x".repeat(64)))[0], 400);
  }));

Deno.test("the operator's admin changes the operator's team, support nobody", () =>
  withDoor(async (door) => {
    const made = await createOperator(
      { store: door.store, instanceKey: INSTANCE_KEY, now: () => MONDAY },
      {
        company: "Operator",
        timeZone: "UTC",
        owner: { name: "Pia", email: "pia@operator.example" },
      },
      blankAudit(),
    );
    assert.ok(made.ok && made.value.secret !== null);
    const accepted = await acceptInvite(
      { store: door.store, passwords: plainPasswords(), now: () => MONDAY },
      { secret: made.value.secret, password: "long enough" },
      blankAudit(),
    );
    assert.ok(accepted.ok);
    const { userId, tenantId, orgId } = accepted.value.membership;
    const admin: Me = {
      id: userId,
      orgId,
      tenantId,
      space: "PROVIDER",
      roles: ["ADMIN"],
      name: "Pia",
      company: "Operator",
      timeZone: "UTC",
    };
    const support = await join(
      {
        store: door.store,
        tenant: new TenantStore(door.store, orgId),
        owner: admin,
      },
      { id: newId("usr"), name: "Sam" },
      "PROVIDER",
      "SUPPORT",
    );
    const tx = door.store.transaction();
    tx.set(globalKeys.user(support.id), {
      v: 1,
      id: support.id,
      email: "sam@operator.example",
      name: "Sam",
      passwordHash: null,
      createdAt: "",
    });
    await tx.commit();
    const ask = async (as: Me, method: string, path: string, role?: Role) =>
      (await landing(
        await door.ask(method, path, {
          as,
          ...(role && { form: { space: "PROVIDER", action: "role", role } }),
        }),
      ))[0];
    const page = `/provider/team/${support.id}`;
    assert.equal(await ask(admin, "GET", "/provider/team"), 200);
    assert.equal(await ask(admin, "GET", page), 200);
    assert.equal(await ask(support, "GET", "/provider/team"), 403);
    assert.equal(await ask(support, "POST", page, "ADMIN"), 403);
    assert.equal(await ask(admin, "POST", page, "ADMIN"), 303);
    assert.equal(await ask(support, "GET", "/provider/team"), 200);
  }));

Deno.test("a form that comes back reads out what is wrong, and the first field to be mended has the focus", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    const cases: [path: string, form: Record<string, string>, focus: string][] =
      [
        ["/signup", { registration: "r".repeat(43) }, "company"],
        ["/signup", {
          registration: "r".repeat(43),
          company: "Dogwood",
          industry: "hvac",
          timeZone: "Europe/Berlin",
          name: "Dora",
          email: "dora@dogwood.example",
          password: "short",
        }, "password"],
        [
          "/client/team",
          { name: "Mika", email: "mika", role: "WORKER" },
          "email",
        ],
        [
          "/login",
          { email: "nobody@alder.example", password: "x" },
          "password",
        ],
      ];
    for (const [path, form, focus] of cases) {
      const answer = await door.ask("POST", path, {
        form,
        ...(path === "/client/team" && { as: owner }),
      });
      const html = await answer.text();
      const focused = [
        ...html.matchAll(/<(?:input|select|textarea)[^>]*autofocus[^>]*>/g),
      ]
        .map(([tag]) => /name="(\w+)"/.exec(tag)?.[1]);
      assert.deepEqual(focused, [focus], path);
      assert.equal(html.split('role="alert"').length, 2, path);
      if (focus === "password" && path === "/signup") {
        assert.ok(!html.includes("A few words are good"));
      }
    }
  }));

Deno.test("who signs up too often is told in words how long to wait", () =>
  withDoor(async (door) => {
    for (let i = 0; i < SIGNUP_PER_ADDRESS.max; i++) {
      await countAttempt(door.store, SIGNUP_PER_ADDRESS, "local", MONDAY);
      await countAttempt(door.store, SIGNUP_PER_ADDRESS, "localhost", MONDAY);
    }
    const answer = await door.ask("POST", "/signup", {
      form: {
        registration: "r".repeat(43),
        company: "Dogwood",
        industry: "hvac",
        timeZone: "Europe/Berlin",
        name: "Dora",
        email: "dora@dogwood.example",
        password: "long enough",
      },
    });
    assert.equal(answer.status, 429);
    assert.equal(answer.headers.get("retry-after"), "3600");
    assert.ok((await answer.text()).includes("Wait 60 minutes"));
  }));
