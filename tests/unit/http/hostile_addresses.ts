import assert from "node:assert/strict";
import { newId } from "../builders.ts";
import { Deviations, withHostileWorld } from "./hostile_world.ts";

// Addresses that no page of ours links to.

const ULID = newId("lead").slice(5);

/** What can stand in a path where an id should. */
const IDS = [
  "x",
  "0",
  "-1",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "..%2f..%2fetc%2fpasswd",
  "%00",
  "%ff",
  "%",
  "%ZZ",
  "%ED%A0%80",
  "%F0%9F%98%80",
  "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
  "'%20OR%201=1--",
  "a%0d%0alocation:%20x",
  "x".repeat(3000),
  ULID,
  `lead_${ULID.toLowerCase()}`,
  `lead_${ULID}%00`,
  `lead_${ULID}%20`,
  `lead_Z${ULID.slice(1)}`,
  `lead_${ULID.slice(1)}`,
  `org_${ULID}`,
  `usr_${ULID}`,
  `ten_${ULID}`,
  `wo_${ULID}`,
  `job_${ULID}`,
];

Deno.test("an id in a path that is none, or nobody's, is 404 to everybody, by every method", () =>
  withHostileWorld(async ({ endpoints, pages, tell }) => {
    const deviations = new Deviations();
    let cases = 0;
    for (const endpoint of [...endpoints, ...pages]) {
      const segments = endpoint.pattern.split("/");
      const places = segments.flatMap((segment, i) =>
        segment.startsWith(":") ? [i] : []
      );
      for (const place of places) {
        for (const id of IDS) {
          cases++;
          const path = endpoint.path.split("/").with(place, id).join("/");
          await deviations.check(
            `${endpoint.name}: ${segments[place]} ${id.slice(0, 50)}`,
            async () => {
              const told = await tell(endpoint, endpoint.good(), path);
              assert.equal(told.status, 404, told.text.slice(0, 200));
              assert.deepEqual(told.written, []);
              assert.ok(!told.text.includes("<script>alert"));
            },
          );
        }
      }
    }
    deviations.none();
    console.log(`hostile ids: ${cases} cases`);
  }));

/** Names that some page reads from its query. */
const NAMES = [
  "cursor",
  "week",
  "show",
  "search",
  "q",
  "next",
  "scope",
  "space",
  "retried",
  "action",
  "day",
];

/** What can stand in a query. */
const VALUES = [
  "",
  "x",
  "%00",
  "%ff",
  "%",
  "%ED%A0%80",
  "__proto__",
  "-1",
  "1e999",
  "null",
  "[]",
  "{}",
  "[1]",
  '["a"]',
  '["~"]',
  '["","",""]',
  "[-1e300]",
  "[1e300]",
  "[null]",
  '["\\u0000"]',
  '["\\ud800"]',
  '[["a"]]',
  '["a","b","c","d","e","f"]',
  `["${"x".repeat(3000)}"]`,
  "2026-W00",
  "2026-W54",
  "0000-W01",
  "9999-W53",
  "-271821-W01",
  "275760-W40",
  "//evil.example",
  "https://evil.example",
  "/\\evil.example",
  "/client/..//evil.example",
  "javascript:alert(1)",
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "x".repeat(7000),
];

Deno.test("whatever stands in a query, a page or a call answers without a fault, sends nobody elsewhere and writes nothing", () =>
  withHostileWorld(async ({ pages, tell }) => {
    const deviations = new Deviations();
    let cases = 0;
    for (const endpoint of pages) {
      for (const value of VALUES) {
        const text = value.includes("%")
          ? value
          : encodeURIComponent(value.toWellFormed());
        const all = NAMES.map((name) => `${name}=${text}`).join("&");
        const listed = ["dead", "instance"].map((show) =>
          `show=${show}&cursor=${text}&cursor=again`
        );
        for (const query of [all, ...listed]) {
          cases++;
          await deviations.check(
            `${endpoint.name}?${query.slice(0, 60)}`,
            async () => {
              const told = await tell(
                endpoint,
                {},
                `${endpoint.path}?${query}`,
              );
              assert.deepEqual(told.written, []);
              assert.ok(!/<script>alert|<img src=x/.test(told.text));
              assert.match(
                told.headers.get("location") ?? "/",
                /^\/(?![/\\])/,
              );
            },
          );
        }
      }
    }
    deviations.none();
    console.log(`hostile queries: ${cases} cases`);
  }));

Deno.test("a login goes on to nobody's site but ours", () =>
  withHostileWorld(async ({ endpoints, tell, world }) => {
    const login = endpoints.find(({ name }) => name === "POST /login");
    assert.ok(login);
    for (const next of VALUES) {
      const told = await tell(login, {
        form: { email: world.email, password: "right", next },
      });
      assert.equal(told.status, 303);
      const to = new URL(
        told.headers.get("location") ?? "",
        "http://localhost",
      );
      assert.equal(to.host, "localhost", next);
    }
  }));
