import assert from "node:assert/strict";
import { ROUTE_POLICY } from "../../../lib/http/route_policy.ts";
import { SECURITY_HEADERS } from "../../../lib/http/security_headers.ts";
import { PROBLEMS } from "../../../lib/model/problem.ts";
import { plainPasswords } from "../builders.ts";
import { type Asking, type Door, withDoor } from "../door.ts";
import { DOT } from "../picture.ts";
import { watchedKv } from "./matrix_kv.ts";
import { type AnyMethod, PLACES, type Way, waysOf } from "./matrix_routes.ts";
import { type Actor, makeWorld, type World } from "./matrix_world.ts";

/** One way of asking something of the product, by somebody who may, that is good until a test spoils it. */
export interface Endpoint {
  /** Method, pattern and which of its ways. */
  name: string;
  pattern: string;
  method: AnyMethod;
  /** With a good id in it. */
  path: string;
  isApi: boolean;
  way: Way;
  actor: Actor | null;
  /** A good request: a new one each time, since what it makes has a new id. */
  good: () => Asking;
}

/** An answer, and what it left in the store. */
export interface Told {
  status: number;
  text: string;
  headers: Headers;
  /** Keys that were written, without what stands of a refusal: its audit record and counted tries. */
  written: string[];
}

/** The product with everybody and everything of the matrix in it. */
export interface HostileWorld {
  door: Door;
  world: World;
  /** Every way of every route that takes a body. */
  endpoints: Endpoint[];
  /** Every route with a GET, asked by somebody who may. */
  pages: Endpoint[];
  /** Asks, looks at what every answer must have, and takes back what was written. */
  tell: (endpoint: Endpoint, asking: Asking, path?: string) => Promise<Told>;
  /** Asks without taking anything back. */
  ask: (endpoint: Endpoint, asking: Asking, path?: string) => Promise<Told>;
  /** Takes back what was written since the last look, and gives its keys. */
  undo: () => Promise<Deno.KvKey[]>;
}

/** What a refusal may leave behind: its audit record with the feed's row and the sealer's reminder, and counted tries. */
const OF_REFUSAL = ["audit_due", "attempts", "counts"];

const INSIDE =
  /\bat [^\n]*\.tsx?:\d+|file:\/\/\/|node_modules|(?:Type|Range|Syntax|Reference)Error|\/(?:work|tmp|home|root)\/|deno\.land/;

/** What every answer has to have, however bad the request was. */
function checkAnswer(name: string, answer: Response, text: string): void {
  const said = `${name}: ${answer.status} ${text.slice(0, 300)}`;
  assert.ok(answer.status < 500, said);
  for (const [header, value] of SECURITY_HEADERS) {
    assert.equal(answer.headers.get(header), value, `${said} ${header}`);
  }
  assert.ok(answer.headers.get("x-request-id"), said);
  assert.doesNotMatch(text, INSIDE, said);
  if (answer.status < 400) return;
  const type = answer.headers.get("content-type") ?? "";
  if (!name.includes(" /api/")) {
    assert.match(type, /^text\/html/, said);
    assert.ok(text.includes("<h1"), said);
    return;
  }
  assert.equal(type, "application/problem+json", said);
  const problem = JSON.parse(text);
  assert.equal(problem.type, `urn:streamflow:problem:${problem.code}`, said);
  assert.equal(
    PROBLEMS[problem.code as keyof typeof PROBLEMS],
    answer.status,
    said,
  );
  assert.equal(problem.status, answer.status, said);
  if (problem.code === "invalid-input") {
    assert.ok(problem.errors?.length > 0, said);
    for (const { field, message } of problem.errors) {
      assert.ok(field.length > 0 && message.length > 0, said);
    }
  }
}

const mayUse = (way: Way, { me }: Actor) =>
  way.who === "anyone" ||
  me.roles.length === 1 && me.roles.some((role) => way.who.includes(role));

/** Whose record a way is good with. */
const whoseOf = (way: Way) =>
  way.naming === "make"
    ? "unknown"
    : way.names === "member"
    ? "colleague"
    : way.names === "tenant" && way.changes
    ? "foreign"
    : "own";

function endpointsOf(world: World, methods: readonly AnyMethod[]): Endpoint[] {
  return Object.keys(ROUTE_POLICY).flatMap((pattern) => {
    const place = PLACES[pattern];
    if (!place) throw new Error(`No recipe for ${pattern}`);
    return methods.flatMap((method) =>
      waysOf(place, method).map((way, index): Endpoint => {
        const actor = place.space === "public" ? null : world.actors.find((
          actor,
        ) =>
          (place.space === "session" || actor.me.space === place.space) &&
          mayUse(way, actor) && actor.me.roles.length > 0
        ) ?? null;
        assert.ok(actor || place.space === "public", pattern);
        // Somebody of the public needs a name in the recipes, too.
        const who = actor ?? world.actors[0] as Actor;
        // Where one may go, and the company that nobody has joined yet.
        const whose = pattern === "/switch" || pattern.endsWith("/owner")
          ? "colleague"
          : whoseOf(way);
        const id = pattern.includes(":tenantId")
          ? who.me.tenantId
          : who.ids[way.names ?? "lead"][whose];
        const path = pattern.replace(/:(?:tenantId|id)\b/, id)
          .replace(":token", "x".repeat(43)).replace(":screen", "today")
          .replace(":hash", DOT.hash).replace(":chunk", DOT.hash);
        return {
          name: `${method} ${pattern}${index > 0 ? ` (${index + 1})` : ""}`,
          pattern,
          method,
          path,
          isApi: pattern.startsWith("/api/"),
          way,
          actor,
          good: () => {
            const { query: _, ...asking } =
              way.ask?.({ me: who.me, id, world }) ?? {};
            return asking;
          },
        };
      })
    );
  });
}

/** Runs a test on it. */
export async function withHostileWorld(
  run: (hostile: HostileWorld) => Promise<void>,
): Promise<void> {
  const watched = await watchedKv();
  await withDoor(
    async (door) => {
      const world = await makeWorld(door.store);
      await watched.keep();
      let pending: Deno.KvKey[] = [];
      const ask: HostileWorld["ask"] = async (endpoint, asking, path) => {
        watched.touched();
        const cookie = endpoint.actor?.cookies.valid;
        const answer = await door.ask(endpoint.method, path ?? endpoint.path, {
          ...asking,
          ...cookie && { cookie },
        });
        const text = await answer.text();
        const { written } = watched.touched();
        pending.push(...written);
        checkAnswer(endpoint.name, answer, text);
        const audited = written.some((key) => key[2] === "audit");
        return {
          status: answer.status,
          text,
          headers: answer.headers,
          written: written.filter((key) =>
            !OF_REFUSAL.includes(String(key[0])) && key[2] !== "audit" &&
            !(audited && key[2] === "changes")
          ).map(String),
        };
      };
      const undo = async () => {
        const written = pending;
        pending = [];
        if (written.length > 0) await watched.rollBack(written);
        return written;
      };
      const tell: HostileWorld["tell"] = async (endpoint, asking, path) => {
        try {
          return await ask(endpoint, asking, path);
        } finally {
          await undo();
        }
      };
      await run({
        door,
        world,
        endpoints: endpointsOf(world, ["POST", "PATCH", "PUT", "DELETE"]),
        pages: endpointsOf(world, ["GET"]),
        ask,
        tell,
        undo,
      });
    },
    () => {},
    { kv: watched.kv, passwords: plainPasswords() },
  );
}

/** Collects what deviates, so that a run names all of it. */
export class Deviations {
  readonly #lines: string[] = [];

  /** Runs one case. */
  async check(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#lines.push(`${name}\n    ${text.slice(0, 400)}`);
    }
  }

  /** @throws when something deviated */
  none(): void {
    assert.equal(this.#lines.length, 0, this.#lines.join("\n"));
  }
}
