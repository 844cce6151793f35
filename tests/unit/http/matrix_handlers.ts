import assert from "node:assert/strict";
import type { App } from "fresh";
import { patternOfFile } from "../../../packages/fresh/src/file_routes.ts";
import { patternsOf } from "../../../packages/fresh/src/app.ts";
import { ROUTE_POLICY } from "../../../lib/http/route_policy.ts";
import type { State } from "../../../lib/http/state.ts";
import { newCompany } from "../builders.ts";
import { withDoor } from "../door.ts";
import { METHODS } from "./matrix_routes.ts";

const ROUTES = new URL("../../../routes/", import.meta.url);

/** Methods by route pattern. */
type Methods = Record<string, readonly string[]>;

/** What a route's module answers: the methods of its handlers, or GET for a page that has none. */
function methodsOf(module: Record<string, unknown>): string[] {
  const handler = module.handler ?? module.handlers;
  if (typeof handler === "function") return ["every method"];
  const methods = Object.keys(handler ?? {});
  return methods.length > 0 || module.default === undefined ? methods : ["GET"];
}

/** Every route that stands in the folder, with the methods of its handlers. */
async function routesOnDisk(folder = "", found: Methods = {}) {
  for await (
    const { name, isDirectory } of Deno.readDir(new URL(folder || ".", ROUTES))
  ) {
    const path = folder + name;
    if (isDirectory) await routesOnDisk(`${path}/`, found);
    else if (/\.tsx?$/.test(name) && !name.startsWith("_")) {
      const module = await import(new URL(path, ROUTES).href);
      found[patternOfFile(path.replace(/\.tsx?$/, ""))] = methodsOf(module);
    }
  }
  return found;
}

/** What handlers and manifest do not agree on, one line each. */
function disagreements(routes: Methods, manifest: Methods): string[] {
  const lines = (methods: Methods) =>
    new Set(
      Object.entries(methods).flatMap(([pattern, list]) =>
        list.map((method) => `${method} ${pattern}`)
      ),
    );
  const [there, listed] = [lines(routes), lines(manifest)];
  return [
    ...[...there].filter((line) => !listed.has(line)).map((line) =>
      `${line} is not listed`
    ),
    ...[...listed].filter((line) => !there.has(line)).map((line) =>
      `${line} has no handler`
    ),
  ];
}

const manifest: Methods = Object.fromEntries(
  Object.entries(ROUTE_POLICY).map(([pattern, entry]) => [
    pattern,
    Object.keys(entry.methods),
  ]),
);

Deno.test("each handler's method is listed in the manifest, and each listed method has its handler", async () => {
  assert.deepEqual(disagreements(await routesOnDisk(), manifest), []);
});

Deno.test("the routes that the app was built with are those of the manifest", () =>
  withDoor((door) => {
    const built = patternsOf(door.app).filter((pattern) =>
      !pattern.includes("*")
    );
    const listed = Object.keys(ROUTE_POLICY);
    assert.deepEqual([...new Set(built)].sort(), listed.sort());
    return Promise.resolve();
  }));

Deno.test("a route, a method or an entry without its other half is found", () => {
  const good = { "/a": ["GET"], "/b": ["GET", "POST"] };
  assert.deepEqual(disagreements(good, good), []);
  assert.deepEqual(disagreements({ ...good, "/c": ["GET"] }, good), [
    "GET /c is not listed",
  ]);
  assert.deepEqual(disagreements(good, { ...good, "/dead": ["GET"] }), [
    "GET /dead has no handler",
  ]);
  assert.deepEqual(disagreements({ ...good, "/a": ["GET", "DELETE"] }, good), [
    "DELETE /a is not listed",
  ]);
  assert.deepEqual(disagreements(good, { ...good, "/a": ["GET", "PUT"] }), [
    "PUT /a has no handler",
  ]);
  assert.deepEqual(methodsOf({ default: () => null }), ["GET"]);
  assert.deepEqual(methodsOf({ handler: () => null }), ["every method"]);
});

Deno.test("a route that nobody listed answers 404 to everybody and by every method, as if it were not there", () => {
  const paths = ["/client/unlisted", "/api/client/unlisted", "/constructor"];
  const unlisted = (app: App<State>) => {
    for (const path of paths) app.all(path, () => new Response("secret"));
  };
  return withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    for (const as of [null, owner]) {
      for (const path of paths) {
        for (const method of METHODS) {
          const answer = await door.ask(method, path, { as });
          const text = await answer.text();
          assert.equal(answer.status, 404, `${method} ${path}`);
          assert.ok(!text.includes("secret"));
        }
      }
    }
  }, unlisted);
});
