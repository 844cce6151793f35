import { DOT } from "../picture.ts";
import assert from "node:assert/strict";
import fc from "fast-check";
import { ROUTE_POLICY } from "../../../lib/http/route_policy.ts";
import { plainPasswords } from "../builders.ts";
import { type Door, withDoor } from "../door.ts";
import { argument } from "./test_argument.ts";
import { verdict } from "./matrix_oracle.ts";
import { type WatchedKv, watchedKv } from "./matrix_kv.ts";
import {
  type AnyMethod,
  type Cell,
  METHODS,
  PLACES,
  waysOf,
} from "./matrix_routes.ts";
import {
  type Actor,
  makeWorld,
  ROLE_SETS,
  SESSIONS,
  type SessionState,
  WHOSE,
  type Whose,
  type World,
} from "./matrix_world.ts";

const SEED = argument("seed") ?? Math.floor(Math.random() * 2 ** 31);
/** Drawn cases beside the listed ones, instead of one of every cell; for a quick look. */
const DRAWN = argument("cases");

const PATTERNS = Object.keys(ROUTE_POLICY).filter((pattern) =>
  Object.hasOwn(PLACES, pattern)
);

/** One case: who asks what about whose, carried by which session. Plain, so that fast-check can print it. */
interface Case {
  pattern: string;
  method: AnyMethod;
  /** Index of the role set. */
  roles: number;
  session: SessionState;
  whose: Whose;
  /** Which of a method's ways of asking. */
  way: number;
}

const cellOf = ({ pattern, method, roles }: Case) =>
  `${method} ${pattern} ${ROLE_SETS[roles]?.join(" ")}`;

/** Every route x method x set of roles, once. */
const CELLS = PATTERNS.flatMap((pattern) =>
  METHODS.flatMap((method) =>
    ROLE_SETS.map((_, roles) => ({ pattern, method, roles }))
  )
);

/** The cells in which the place has the method and the roles are of its space: the others are mostly refused. */
const LIKELY = CELLS.filter(({ pattern, method, roles }) => {
  const place = PLACES[pattern];
  const space = ROLE_SETS[roles]?.[0];
  return place && waysOf(place, method).length > 0 &&
    (place.space === "public" || place.space === "session" ||
      place.space === space);
});

const whose = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Whose>("own") },
  { weight: 2, arbitrary: fc.constant<Whose>("unknown") },
  { weight: 5, arbitrary: fc.constantFrom(...WHOSE) },
);
const session = fc.oneof(
  { weight: 4, arbitrary: fc.constant<SessionState>("valid") },
  { weight: 1, arbitrary: fc.constantFrom(...SESSIONS) },
);
const way = fc.nat(5);
const anywhere = fc.record({
  cell: fc.constantFrom(...CELLS),
  session,
  whose,
  way,
});
const likely = fc.record({
  cell: fc.constantFrom(...LIKELY),
  session,
  whose,
  way,
});
const drawn = fc.oneof(
  { weight: 1, arbitrary: anywhere },
  { weight: 9, arbitrary: likely },
).map(({ cell, ...rest }): Case => ({ ...cell, ...rest }));

/** One of every cell, with a session that is good and somebody's record. */
function oneOfEach(): [Case][] {
  const somebodys = fc.sample(fc.tuple(whose, way), {
    numRuns: CELLS.length,
    seed: SEED,
  });
  return CELLS.map((cell, i) => {
    const [whose, way] = somebodys[i] as [Whose, number];
    return [{ ...cell, session: "valid", whose, way }];
  });
}

/** Every way of using a place, by everybody of its space, about everybody's record. */
const everyWay = (): [Case][] =>
  LIKELY.flatMap((cell) => {
    const place = PLACES[cell.pattern];
    const ways = place ? waysOf(place, cell.method) : [];
    return ways.flatMap(({ names }, way) =>
      WHOSE.slice(0, names ? WHOSE.length : 1).map((whose): [Case] => [
        { ...cell, session: "valid", whose, way },
      ])
    );
  });

/** What the runs came to. */
interface Tally {
  cases: number;
  allowed: number;
  cells: Set<string>;
  verdicts: Set<string>;
}

async function judge(
  door: Door,
  watched: WatchedKv,
  world: World,
  tally: Tally,
  one: Case,
): Promise<void> {
  const { pattern, method, whose } = one;
  const place = PLACES[pattern];
  const actor = world.actors[one.roles] as Actor;
  if (!place) throw new Error(`No recipe for ${pattern}`);
  const ways = waysOf(place, method);
  const way = ways[one.way % Math.max(1, ways.length)] ?? null;
  // A refused method names something, too.
  const names = way?.names ?? (pattern.includes("lead") ? "lead" : "order");
  const id = pattern.includes(":tenantId")
    ? actor.ids.tenant[whose]
    : actor.ids[names][whose];
  const cell: Cell = { me: actor.me, id, world };
  const path = pattern.replace(/:(?:tenantId|id)\b/, id)
    .replace(":token", "x".repeat(43)).replace(":screen", "today")
    .replace(":hash", DOT.hash).replace(":chunk", DOT.hash);
  const { query = "", ...asking } = way?.ask?.(cell) ?? {};
  const wanted = verdict({
    path,
    method,
    session: one.session,
    space: actor.me.space,
    roles: actor.me.roles,
    whose,
    place,
    way,
    cell,
  });
  watched.touched();
  const answer = await door.ask(method, path + query, {
    ...asking,
    cookie: actor.cookies[one.session],
  });
  const text = await answer.text();
  const { read, written } = watched.touched();
  try {
    const said = () =>
      `${method} ${path} as ${actor.me.space} [${actor.me.roles}], session ` +
      `${one.session}, ${whose}: ${answer.status} ${text.slice(0, 200)}`;
    assert.equal(answer.status, wanted.status, said());
    if (wanted.to) {
      assert.equal(answer.headers.get("location"), wanted.to, said());
    }
    if (answer.status === 405) {
      const listed = Object.keys(place.ways).sort();
      const allow = answer.headers.get("allow")?.split(", ").sort();
      assert.deepEqual(allow, listed, said());
    }
    if (wanted.code && method !== "HEAD") {
      assert.equal(JSON.parse(text).code, wanted.code, said());
    }
    if (wanted.op !== undefined) {
      assert.equal(JSON.parse(text).results[0].status, wanted.op, said());
    }
    const { shows } = way ?? {};
    if (
      shows && answer.status === 200 && method === "GET" &&
      (shows.whose ?? whose) === whose
    ) {
      const hidden = actor.me.roles.every((role) =>
        shows.hiddenFrom.includes(role) || !way?.who.includes(role)
      );
      assert.equal(text.includes(shows.word(cell)), !hidden, said());
    }
    const audits = written.filter((key) =>
      key[0] === "org" && key[2] === "audit"
    );
    // Logins, logouts and tries are told where somebody is known; the tests of the audit log say which.
    if (!way?.quiet || answer.status === 403) {
      assert.equal(new Set(audits.map(String)).size, wanted.audits, said());
    }
    if (!wanted.writes) {
      // What an audit record brings along: the feed that the sealer reads, and its reminder.
      const more = written.filter((key) =>
        key[2] !== "audit" && key[0] !== "audit_due" &&
        !(audits.length > 0 && key[2] === "changes")
      );
      assert.deepEqual(more, [], said());
    }
    const orgs = new Set(
      [...read, ...written].filter(([first]) => first === "org").map((key) =>
        key[1]
      ),
    );
    assert.ok(!orgs.has(world.foreign.owner.orgId), said());
    if (place.space !== "public" && one.session === "valid") {
      orgs.delete(actor.me.orgId);
      if (pattern === "/switch") {
        orgs.delete(world.elsewhere.owner.orgId);
        orgs.delete(world.waiting.owner.orgId);
      }
      if (pattern.endsWith("/owner")) orgs.delete(world.waiting.owner.orgId);
      if (actor.me.space === "DEVELOPER") orgs.delete("instance");
      assert.deepEqual([...orgs], [], said());
    }
    tally.cases++;
    tally.cells.add(cellOf(one));
    tally.verdicts.add(`${wanted.status} ${wanted.code ?? ""}`);
    if (wanted.allowed) tally.allowed++;
  } finally {
    if (written.length > 0) await watched.rollBack(written);
  }
}

Deno.test("every route of the manifest is in the matrix, and nothing else is", () => {
  assert.deepEqual(
    Object.keys(ROUTE_POLICY).filter((pattern) => !PLACES[pattern]),
    [],
    "routes without a recipe in matrix_routes.ts",
  );
  assert.deepEqual(
    Object.keys(PLACES).filter((pattern) => !ROUTE_POLICY[pattern]),
    [],
    "recipes without a route",
  );
});

Deno.test("every route, method, role, record and session comes to what the design says", async () => {
  const began = performance.now();
  const watched = await watchedKv();
  await withDoor(
    async (door) => {
      const world = await makeWorld(door.store);
      await watched.keep();
      const examples = [...everyWay(), ...DRAWN === null ? oneOfEach() : []];
      const numRuns = examples.length + (DRAWN ?? 4000);
      const tally: Tally = {
        cases: 0,
        allowed: 0,
        cells: new Set(),
        verdicts: new Set(),
      };
      await fc.assert(
        fc.asyncProperty(
          drawn,
          (one) => judge(door, watched, world, tally, one),
        ),
        { seed: SEED, numRuns, examples },
      );
      const seconds = (performance.now() - began) / 1000;
      const share = tally.allowed / tally.cases;
      console.log(
        `matrix: seed ${SEED}, ${tally.cases} cases, ${tally.cells.size} cells, ` +
          `${Math.round(share * 100)} % allowed, ${seconds.toFixed(1)} s`,
      );
      assert.ok(share >= 0.25, `${share} of the cases are allowed`);
      if (DRAWN !== null) return;
      assert.ok(tally.cases >= 10_000);
      const missed = CELLS.map((cell) => cellOf(cell as Case)).filter((cell) =>
        !tally.cells.has(cell)
      );
      assert.deepEqual(missed, []);
      assert.ok(tally.verdicts.size >= 10, [...tally.verdicts].join());
    },
    () => {},
    { kv: watched.kv, passwords: plainPasswords() },
  );
});
