import assert from "node:assert/strict";
import {
  countAttempt,
  LOGIN_PER_ACCOUNT,
} from "../../../lib/access/attempts.ts";
import { Passwords } from "../../../lib/access/passwords.ts";
import { readSession } from "../../../lib/access/sessions.ts";
import { TTL } from "../../../lib/store/limits.ts";
import { globalKeys } from "../../../lib/store/keys.ts";
import type { TenantRow } from "../../../lib/store/tenants.ts";
import {
  type Company,
  hire,
  MINUTE,
  MONDAY,
  newCompany,
  plainPasswords,
} from "../builders.ts";
import { type Door, withDoor } from "../door.ts";

const PASSWORD = "correct horse battery";
let hashed: Promise<string> | null = null;

/** The PHC string of the password, made once. */
function passwordHash(): Promise<string> {
  hashed ??= (async () => {
    const passwords = new Passwords();
    const hash = await passwords.hash(PASSWORD);
    passwords.close();
    return hash;
  })();
  return hashed;
}

function withWorker(
  run: (
    door: Door,
    me: Awaited<ReturnType<typeof hire>>,
    company: Company,
  ) => Promise<void>,
): Promise<void> {
  return withDoor(async (door) => {
    const company = await newCompany(door.store);
    await run(
      door,
      await hire(company, "WORKER", "Mika", await passwordHash()),
      company,
    );
  });
}

const cookieOf = (answer: Response) =>
  answer.headers.get("set-cookie")?.split(";")[0] ?? "";
const logIn = (door: Door, form: Record<string, string>) =>
  door.ask("POST", "/login", { form });

Deno.test("a login sets a cookie that only this host's pages send, and lands on the dashboard", () =>
  withWorker(async (door, me) => {
    const answer = await logIn(door, { email: me.email, password: PASSWORD });
    assert.deepEqual([answer.status, answer.headers.get("location")], [
      303,
      `/tenant/${me.tenantId}/client/dashboard`,
    ]);
    const [pair = "", ...attributes] = (answer.headers.get("set-cookie") ?? "")
      .split("; ");
    assert.match(pair, /^__Host-streamflow=[\w-]{43}$/);
    assert.deepEqual(attributes.sort(), [
      "HttpOnly",
      `Max-Age=${TTL.session / 1000}`,
      "Path=/",
      "SameSite=Lax",
      "Secure",
    ]);
    const who = await door.ask("GET", "/api/me", { cookie: pair });
    assert.deepEqual((await who.json()).user, {
      id: me.id,
      orgId: me.orgId,
      tenantId: me.tenantId,
      space: "CLIENT",
      roles: ["WORKER"],
      name: "Mika",
    });
    assert.equal(who.headers.get("cache-control"), "no-store");
  }));

Deno.test("a login goes on to a page of the product and to no other site", () =>
  withWorker(async (door, me) => {
    const home = `/tenant/${me.tenantId}/client/dashboard`;
    const nexts: [next: string, location: string][] = [
      ["/client/today", "/client/today"],
      [
        "/client/orders/wo_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "/client/orders/wo_01ARZ3NDEKTSV4RRFFQ69G5FAV",
      ],
      ["https://evil.example/client/", home],
      ["//evil.example/client/today", home],
      ["/\\evil.example", home],
      ["/client/today?x=//evil.example", home],
      ["/client/\nx", home],
      ["javascript:alert(1)", home],
      ["/logout", home],
      ["", home],
    ];
    const cookie = cookieOf(
      await logIn(door, { email: me.email, password: PASSWORD }),
    );
    for (const [next, location] of nexts) {
      const answer = await door.ask(
        "GET",
        `/login?next=${encodeURIComponent(next)}`,
        { cookie },
      );
      assert.deepEqual([answer.status, answer.headers.get("location")], [
        303,
        location,
      ], next);
    }
    const answer = await logIn(door, {
      email: me.email,
      password: PASSWORD,
      next: "//evil.example",
    });
    assert.equal(answer.headers.get("location"), home);
  }));

Deno.test("a wrong password and an unknown account get the same page", () =>
  withWorker(async (door, me) => {
    const page = async (email: string, password: string) => {
      const answer = await logIn(door, { email, password });
      return `${answer.status} ${
        (await answer.text()).replaceAll(email, "EMAIL")
      } ${answer.headers.get("set-cookie")}`;
    };
    const wrong = await page(me.email, "wrong password");
    assert.ok(wrong.startsWith("401 "));
    assert.equal(await page("nobody@alder.example", "wrong password"), wrong);
    assert.equal(await page(me.email, ""), wrong);
    assert.ok(!wrong.includes("wrong password"));
  }));

Deno.test("after ten failures the account waits, and the page and Retry-After say how long", () =>
  withWorker(async (door, me) => {
    for (let i = 0; i < 10; i++) {
      await countAttempt(door.store, LOGIN_PER_ACCOUNT, me.email, MONDAY);
    }
    const answer = await logIn(door, { email: me.email, password: PASSWORD });
    assert.deepEqual([answer.status, answer.headers.get("retry-after")], [
      429,
      "900",
    ]);
    assert.ok((await answer.text()).includes("15"));
    door.now = MONDAY + 15 * MINUTE;
    assert.equal(
      (await logIn(door, { email: me.email, password: PASSWORD })).status,
      303,
    );
  }));

Deno.test("a suspended company's worker reads at the login what is the matter, and that nothing is lost", () =>
  withWorker(async (door, me) => {
    const key = globalKeys.tenant(me.tenantId);
    const tx = door.store.transaction();
    tx.set(key, { ...await tx.get<TenantRow>(key), status: "suspended" });
    await tx.commit();
    const right = await logIn(door, { email: me.email, password: PASSWORD });
    const text = await right.text();
    assert.equal(right.status, 403);
    assert.match(text, new RegExp(`${me.company} cannot be used`));
    assert.match(text, /Nothing is lost/);
    const wrong = await logIn(door, { email: me.email, password: "another" });
    assert.equal(wrong.status, 401);
    assert.doesNotMatch(await wrong.text(), new RegExp(me.company));
  }));

Deno.test("behind a proxy, who uses up the tries of an address holds up nobody at another one", () =>
  withDoor(
    async (door) => {
      const from = (address: string) =>
        door.ask("POST", "/login", {
          form: {
            email: `${crypto.randomUUID()}@alder.example`,
            password: "x",
          },
          // What the client itself wrote stands further left.
          headers: { "x-forwarded-for": `${Math.random()}, ${address}` },
        });
      for (let i = 0; i < 100; i++) {
        assert.equal((await from("198.51.100.1")).status, 401);
      }
      assert.equal((await from("198.51.100.1")).status, 429);
      assert.equal((await from("198.51.100.2")).status, 401);
    },
    () => {},
    { proxies: 1, passwords: plainPasswords() },
  ));

Deno.test("with too many passwords at once some are asked to come back, none is an error of ours", () =>
  withWorker(async (door) => {
    const answers = await Promise.all(
      Array.from(
        { length: 30 },
        (_, i) =>
          logIn(door, { email: `guess${i}@alder.example`, password: "guess" }),
      ),
    );
    const counts = new Map<number, number>();
    for (const answer of answers) {
      counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
      if (answer.status === 503) {
        assert.equal(answer.headers.get("retry-after"), "2");
      }
      await answer.body?.cancel();
    }
    assert.deepEqual([...counts.keys()].sort(), [401, 503]);
    assert.ok((counts.get(401) ?? 0) >= 20);
  }));

Deno.test("a GET of /logout logs nobody out, a POST does and takes the cookie", () =>
  withWorker(async (door, me) => {
    const cookie = cookieOf(
      await logIn(door, { email: me.email, password: PASSWORD }),
    );
    const secret = cookie.split("=")[1] ?? "";
    for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
      const answer = await door.ask(method, "/logout", { cookie });
      assert.equal(answer.status, 405, method);
      assert.equal(answer.headers.get("set-cookie"), null);
    }
    assert.ok(await readSession(door.store, secret, MONDAY));
    const answer = await door.ask("POST", "/logout", { cookie });
    assert.deepEqual([answer.status, answer.headers.get("location")], [
      303,
      "/login",
    ]);
    assert.match(
      answer.headers.get("set-cookie") ?? "",
      /^__Host-streamflow=; .*Max-Age=0$/,
    );
    assert.equal(await readSession(door.store, secret, MONDAY), null);
    assert.equal((await door.ask("GET", "/api/me", { cookie })).status, 401);
  }));

Deno.test("each way in which a session can be over answers alike", () =>
  withWorker(async (door, me) => {
    const cookie = await door.cookieOf(me);
    assert.equal((await door.ask("GET", "/api/me", { cookie })).status, 200);
    door.now = MONDAY + TTL.sessionIdle;
    assert.equal((await door.ask("GET", "/api/me", { cookie })).status, 401);
    assert.match(
      (await openLogin(door, cookie)).headers.get("set-cookie") ?? "",
      /Max-Age=0$/,
    );
    door.now = MONDAY;
    const key = globalKeys.tenant(me.tenantId);
    const tx = door.store.transaction();
    tx.set(key, { ...await tx.get<TenantRow>(key), status: "suspended" });
    await tx.commit();
    assert.equal((await door.ask("GET", "/api/me", { cookie })).status, 401);
    const page = await door.ask("GET", "/client/today", { cookie });
    assert.equal(page.headers.get("location"), "/login?next=%2Fclient%2Ftoday");
  }));

async function openLogin(door: Door, cookie: string): Promise<Response> {
  const answer = await door.ask("GET", "/login", { cookie });
  await answer.body?.cancel();
  return answer;
}

const scopeIn = (answer: Response) => answer.headers.get("streamflow-scope");

Deno.test("the login of somebody whose membership ended says that the device may show nobody's work; who was only away, or whose company is stopped, is told nothing", () =>
  withWorker(async (door, me, company) => {
    const form = { email: me.email, password: PASSWORD };
    const cookie = cookieOf(await logIn(door, form));
    assert.equal(scopeIn(await openLogin(door, cookie)), null);
    door.now = MONDAY + TTL.sessionIdle;
    assert.equal(scopeIn(await openLogin(door, cookie)), null);
    door.now = MONDAY;

    const key = globalKeys.tenant(me.tenantId);
    const setStatus = async (status: TenantRow["status"]) => {
      const tx = door.store.transaction();
      const row = await tx.get<TenantRow>(key);
      assert.ok(row);
      tx.set(key, { ...row, status });
      await tx.commit();
    };
    // Still in the team: what the phone has stays there until the company may go on.
    await setStatus("suspended");
    assert.equal(scopeIn(await openLogin(door, cookie)), null);
    const stopped = await logIn(door, form);
    assert.deepEqual([stopped.status, scopeIn(stopped)], [403, null]);
    await setStatus("active");

    const ending = await door.ask("POST", `/client/team/${me.id}`, {
      as: company.owner,
      form: { space: "CLIENT", action: "end" },
    });
    assert.equal(ending.status, 303);
    // The worker's look and the browser's request are two: the second one is to be told as well.
    const first = await openLogin(door, cookie);
    assert.equal(first.headers.get("set-cookie"), null);
    assert.equal(scopeIn(await openLogin(door, cookie)), "none");
    const refused = await logIn(door, form);
    assert.deepEqual([refused.status, scopeIn(refused)], [403, "none"]);
    const guess = await logIn(door, { ...form, password: "another one" });
    assert.deepEqual([guess.status, scopeIn(guess)], [401, null]);
  }));
