import assert from "node:assert/strict";
import { newId } from "../builders.ts";
import type { Asking } from "../door.ts";
import {
  Deviations,
  type Endpoint,
  type Told,
  withHostileWorld,
} from "./hostile_world.ts";

// Bodies that can be read, with one member of a good one spoilt.

type Json = unknown;
type Members = Record<string, Json>;

const isMembers = (value: Json): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Paths of everything that stands in a body. */
function pathsIn(value: Json, path: string[] = []): string[][] {
  const inner = Array.isArray(value)
    ? value.flatMap((item, i) => pathsIn(item, [...path, String(i)]))
    : isMembers(value)
    ? Object.entries(value).flatMap(([name, item]) =>
      pathsIn(item, [...path, name])
    )
    : [];
  return path.length === 0 ? inner : [path, ...inner];
}

/** A copy of a body with another value at a path; without a value the member is left out. */
function spoil(body: Json, path: string[], ...value: Json[]): Json {
  const [name = "", ...rest] = path;
  const copy =
    (Array.isArray(body) ? [...body] : { ...body as object }) as Members;
  if (rest.length > 0) copy[name] = spoil(copy[name], rest, ...value);
  else if (value.length > 0) copy[name] = value[0];
  else delete copy[name];
  return copy;
}

const at = (body: Json, path: string[]): Json =>
  path.reduce<Json>((value, name) => (value as Members)?.[name], body);

const deep = (levels: number): Json => {
  let value: Json = 1;
  for (let i = 0; i < levels; i++) value = { a: value };
  return value;
};

/** What can stand where something else should. */
const WRONG: [because: string, value: Json][] = [
  ["null", null],
  ["true", true],
  ["a number", 7],
  ["a negative number", -1],
  ["a fraction", 0.5],
  ["more than a number can be", Infinity],
  ["beyond safe integers", 2 ** 60],
  ["an empty text", ""],
  ["another text", "another"],
  ["a long text", "x".repeat(20_000)],
  ["a NUL", "a\0b"],
  ["half of a surrogate pair", "a\ud800b"],
  ["a list", []],
  ["a list of lists", [[["x"]]]],
  ["an object", {}],
  ["an object of others", { a: 1 }],
  ["deep nesting", deep(3000)],
];

/** Members whose value is not judged but kept as it is, or which other values suit as well. */
const SUITS: [pattern: RegExp, member: RegExp, because: RegExp][] = [
  // Free text, and what a form leaves open; a change may name any fields, or none.
  [/./, /(fields\.\w+|externalCustomerId)$/, /^another text$/],
  [/./, /fields\.(?!name|title|step)\w+$/, /^(null|an empty text|is missing)$/],
  [/:id|sync/, /fields$/, /^an object$/],
  [/:id|sync/, /fields\.\w+$/, /^is missing$/],
  // Of what is there already nothing is compared.
  [/blobs/, /^size$/, /^a number$/],
  // A batch may be empty; a device of another version may say more than this one reads.
  [/sync/, /ops$/, /^a list$/],
  [/sync/, /^surprise|(0|base|claim)\.surprise$/, /^is unknown$/],
  [
    /sync/,
    /elapsedMs$/,
    /^(a number|a negative number|a fraction|beyond safe integers)$/,
  ],
];

/** Whether a member, what it stands in or what stands in it is named: by its whole path, or from its form or op on. */
function isNamed(member: string, names: readonly string[]): boolean {
  // A form's own fields are named by themselves.
  if (/(payload|fields)$/.test(member)) return names.length > 0;
  const parts = member.split(".");
  const ways = parts.map((_, i) => parts.slice(i).join("."));
  return names.some((name) =>
    ways.some((way) =>
      way === name || way.startsWith(`${name}.`) || name.startsWith(`${way}.`)
    )
  );
}

const suits = ({ pattern }: Endpoint, member: string, because: string) =>
  SUITS.some(([of, name, why]) =>
    of.test(pattern) && name.test(member) && why.test(because)
  );

/** Infinity has no JSON: it is what a number with too many digits is read as. */
const write = (body: Json) =>
  JSON.stringify(body, (_, value) => value === Infinity ? "@1e999" : value)
    .replaceAll('"@1e999"', "1e999");

const asking = (good: Asking, body: Json): Asking => ({
  body: write(body),
  ...good.version !== undefined && { version: good.version },
  headers: {
    "content-type": "application/json",
    "idempotency-key": newId("op"),
    ...good.headers,
  },
});

/** The problem of an answer, or of the one op that a batch carried. */
function refusalIn(told: Told) {
  const body = JSON.parse(told.text);
  const [result] = body.results ?? [];
  return told.status === 200 && result
    ? { status: result.status, ...result.problem }
    : { ...body, status: told.status };
}

Deno.test("every member of every call that is wrong, missing or unknown is refused by its name, and writes nothing", () =>
  withHostileWorld(async ({ endpoints, tell }) => {
    const deviations = new Deviations();
    let cases = 0;
    for (const endpoint of endpoints) {
      if (!endpoint.isApi || endpoint.way.gives >= 400) continue;
      const judge = async (member: string, because: string, body: Json) => {
        cases++;
        await deviations.check(
          `${endpoint.name}: ${member} ${because}`,
          async () => {
            const good = endpoint.good();
            const told = await tell(endpoint, asking(good, body));
            const refusal = refusalIn(told);
            if (suits(endpoint, member, because) && refusal.status < 300) {
              return;
            }
            assert.ok(refusal.status >= 400, told.text.slice(0, 200));
            assert.ok(refusal.status < 500, told.text.slice(0, 200));
            if (told.status >= 400) assert.deepEqual(told.written, []);
            if (refusal.code !== "invalid-input") return;
            const names: string[] = refusal.errors.map((
              { field }: { field: string },
            ) => field);
            assert.ok(isNamed(member, names), `names ${names}`);
          },
        );
      };
      const body = () => endpoint.good().json;
      for (const path of pathsIn(body())) {
        const member = path.join(".");
        for (const [because, value] of WRONG) {
          const good = body();
          const now = at(good, path);
          // What is of the right kind already is spoilt elsewhere.
          if (JSON.stringify(now) === JSON.stringify(value)) continue;
          await judge(member, because, spoil(good, path, value));
        }
        await judge(member, "is missing", spoil(body(), path));
        if (isMembers(at(body(), path)) || path.length === 1) {
          const beside = isMembers(at(body(), path))
            ? [...path, "surprise"]
            : ["surprise"];
          await judge(beside.join("."), "is unknown", spoil(body(), beside, 1));
        }
      }
    }
    deviations.none();
    console.log(`hostile members: ${cases} cases`);
  }));
