import assert from "node:assert/strict";
import { ROUTE_POLICY } from "../../../lib/http/route_policy.ts";
import { SECURITY_HEADERS } from "../../../lib/http/security_headers.ts";
import { hire, newCompany } from "../builders.ts";
import { type Door, problemOf, withDoor } from "../door.ts";

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const ROUTES = Object.entries(ROUTE_POLICY).map((
  [pattern, entry],
) => [pattern, entry.class] as const);

/** A path that a route's pattern matches. */
const pathOf = (pattern: string) =>
  pattern.replace(":tenantId", "ten_01ARZ3NDEKTSV4RRFFQ69G5FAV")
    .replace(
      ":id",
      pattern.includes("lead")
        ? "lead_01ARZ3NDEKTSV4RRFFQ69G5FAV"
        : "wo_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    )
    .replace(":token", "x".repeat(43))
    .replace(":screen", "today");

function headersMissing(answer: Response): string[] {
  return SECURITY_HEADERS.filter(([name, value]) =>
    answer.headers.get(name) !== value
  ).map(([name]) => name)
    .concat(
      /^[0-9A-Z]{26}$/.test(answer.headers.get("x-request-id") ?? "")
        ? []
        : ["x-request-id"],
    );
}

Deno.test("without a session APIs answer 401 and pages send to the login, whatever the method", () =>
  withDoor(async (door) => {
    for (const [pattern, routeClass] of ROUTES) {
      if (routeClass === "public") continue;
      const path = pathOf(pattern);
      for (const method of METHODS) {
        for (
          const cookie of [
            "",
            "__Host-streamflow=",
            `__Host-streamflow=${"x".repeat(43)}`,
            "streamflow=1; other=2",
          ]
        ) {
          const answer = await door.ask(method, path, { cookie });
          if (path.startsWith("/api/")) {
            const { status, code, type } = await problemOf(answer);
            assert.deepEqual([status, code, type], [
              401,
              "unauthenticated",
              "urn:streamflow:problem:unauthenticated",
            ]);
          } else {
            const next = method === "GET"
              ? `?next=${encodeURIComponent(path)}`
              : "";
            assert.deepEqual([answer.status, answer.headers.get("location")], [
              303,
              `/login${next}`,
            ]);
            await answer.body?.cancel();
          }
          assert.equal(
            answer.headers.get("cache-control"),
            path.startsWith("/api/")
              ? "no-store"
              : answer.headers.get("cache-control"),
          );
        }
      }
    }
  }));

Deno.test("a member of another space gets 403 from an API and their own dashboard instead of a page", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const me = await hire(company, "OWNER");
    const tx = door.store.transaction();
    const row = {
      userId: me.id,
      tenantId: me.tenantId,
      orgId: me.orgId,
      roles: [],
      status: "active",
      company: "x",
      lastUsedAt: "",
    };
    tx.set(["memberships", me.id, me.tenantId, "ACCOUNTING"], {
      ...row,
      space: "ACCOUNTING",
    });
    await tx.commit();
    const accountant = { ...me, space: "ACCOUNTING" as const };
    for (const [pattern, routeClass] of ROUTES) {
      if (routeClass !== "CLIENT") continue;
      const answer = await door.ask("GET", pathOf(pattern), { as: accountant });
      if (pattern.startsWith("/api/")) {
        assert.deepEqual((await problemOf(answer)).code, "wrong-space");
      } else {
        assert.deepEqual([answer.status, answer.headers.get("location")], [
          303,
          `/tenant/${me.tenantId}/accounting/dashboard`,
        ]);
      }
      if (!answer.bodyUsed) await answer.body?.cancel();
    }
  }));

/** One answer of every kind. */
async function allKinds(door: Door): Promise<[string, Response][]> {
  const { owner } = await newCompany(door.store);
  const asks: [
    method: string,
    path: string,
    asking?: Parameters<Door["ask"]>[2],
  ][] = [
    ["GET", "/"],
    ["GET", "/healthz"],
    ["HEAD", "/login"],
    ["GET", "/login"],
    ["OPTIONS", "/login"],
    ["GET", "/signup"],
    ["GET", "/shells/today"],
    ["GET", "/shells/nothing"],
    ["GET", "/styles.css"],
    ["GET", "/icons/icon-192.png"],
    ["GET", "/manifest.webmanifest"],
    ["GET", "/nothing"],
    ["GET", "/api/nothing"],
    ["DELETE", "/login"],
    ["DELETE", "/api/me", { as: owner }],
    ["GET", "/api/me"],
    ["GET", "/api/me", { as: owner }],
    ["GET", "/client/today"],
    ["GET", "/client/today", { as: owner }],
    ["GET", "/client/orders/wo_01ARZ3NDEKTSV4RRFFQ69G5FAV", { as: owner }],
    ["POST", "/api/client/leads", { as: owner, json: {} }],
    ["POST", "/login", { headers: { "sec-fetch-site": "cross-site" } }],
    ["POST", "/login", { form: { email: "", password: "" } }],
    ["POST", "/login", {
      body: "x".repeat(200_000),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    }],
    ["GET", "/%E0%A4%A"],
    ["GET", "/client/orders/%00"],
  ];
  const kinds: [string, Response][] = [];
  for (const [method, path, asking] of asks) {
    kinds.push([`${method} ${path}`, await door.ask(method, path, asking)]);
  }
  return kinds;
}

Deno.test("every answer carries the security headers and its request's id, errors and files too", () =>
  withDoor(async (door) => {
    for (const [name, answer] of await allKinds(door)) {
      assert.deepEqual(headersMissing(answer), [], `${name} ${answer.status}`);
      await answer.body?.cancel();
    }
  }));

Deno.test("a fault inside answers 500 with the headers and a code, and without a stack", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    const cookie = await door.cookieOf(owner);
    door.store.list = () =>
      Promise.reject(new Error("SECRET detail of the fault"));
    for (const path of ["/api/client/leads", "/client/leads"]) {
      const answer = await door.ask("GET", path, { cookie });
      const requestId = answer.headers.get("x-request-id") ?? "";
      const text = await answer.text();
      assert.equal(answer.status, 500);
      assert.deepEqual(headersMissing(answer), []);
      assert.ok(
        !text.includes("SECRET") && !text.includes("lib/"),
        text.slice(0, 200),
      );
      if (path.startsWith("/api")) {
        assert.equal(JSON.parse(text).code, "internal");
      } else assert.ok(text.includes(requestId));
      const line = door.log.find((line) => line.requestId === requestId);
      assert.deepEqual([line?.level, line?.status], ["error", 500]);
    }
  }));

Deno.test("each request is one line of the log, without query, body or person's data", () =>
  withDoor(async (door) => {
    await (await door.ask("GET", "/login?next=/client/today&canary=QUERY")).body
      ?.cancel();
    await (await door.ask("POST", "/login", {
      form: { email: "canary@alder.example", password: "CANARYPASS" },
    })).body?.cancel();
    assert.equal(door.log.length, 2);
    assert.deepEqual(Object.keys(door.log[0] ?? {}).slice(0, 6), [
      "time",
      "level",
      "requestId",
      "method",
      "route",
      "status",
    ]);
    assert.ok(!/canary|QUERY/i.test(JSON.stringify(door.log)));
  }));
