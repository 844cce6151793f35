import assert from "node:assert/strict";
import { openSession } from "../../../lib/access/sessions.ts";
import { ROUTE_POLICY } from "../../../lib/http/route_policy.ts";
import { type Me, SPACE_ROLES } from "../../../lib/model/spaces.ts";
import type {
  MemberRow,
  MembershipRow,
} from "../../../lib/store/identities.ts";
import { globalKeys } from "../../../lib/store/keys.ts";
import {
  type Company,
  keepLead,
  keepOrder,
  leadFields,
  newCompany,
  newId,
  plainPasswords,
} from "../builders.ts";
import { type Asking, type Door, withDoor } from "../door.ts";
import { argument } from "./test_argument.ts";
import { PLACES, waysOf } from "./matrix_routes.ts";
import { enrol, makeOperator } from "./matrix_world.ts";

/** Ids that both tenants use for their own records. */
const IDS = {
  lead: newId("lead"),
  order: newId("wo"),
  press: newId("ts"),
  member: newId("usr"),
  device: newId("dev"),
  job: newId("job"),
};
const UNKNOWN = { ...IDS, lead: newId("lead"), order: newId("wo") };

/** A tenant with its word, which stands in every text that it has. */
interface Side {
  word: string;
  foreign: string;
  company: Company;
  people: Me[];
}

/** Pages that name the companies in which the person works, whichever acts. */
const NAMES_COMPANIES = /^\/(?:api\/me|account|switch|login|$)/;

/** Fills a tenant: somebody in every role, one person who works in both tenants, and records with the common ids. */
async function fill(door: Door, word: string, foreign: string): Promise<Side> {
  const company = await newCompany(door.store, `${word}company`);
  const { tenant } = company;
  const people: Me[] = [];
  const both = await enrol(company, "CLIENT", ["WORKER"], "Bo", IDS.member);
  const row: MemberRow = {
    userId: both.id,
    name: `${word} Bo`,
    email: `${word}@bo.example`,
    roles: ["WORKER"],
    status: "active",
  };
  const tx = tenant.transaction();
  tx.set(tenant.keys.member("CLIENT", both.id), row);
  await tx.commit();
  people.push(both);
  for (const space of ["ACCOUNTING", "CLIENT"] as const) {
    for (const role of [...SPACE_ROLES[space]].reverse()) {
      const email = `${word}${role}@people.example`.toLowerCase();
      const name = `${word} ${role}`;
      people.push(
        await enrol(company, space, [role], name, newId("usr"), email),
      );
    }
  }
  await keepLead(tenant, {
    id: IDS.lead,
    assigneeId: IDS.member,
    fields: {
      ...leadFields(word),
      need: word,
      address: word,
      email: `${word}@lead.example`,
    },
  });
  await keepOrder(tenant, {
    id: IDS.order,
    assigneeId: IDS.member,
    title: word,
    customer: word,
    address: word,
    brief: word,
    notes: word,
    checklist: [{ id: "power", label: word, required: true, done: false }],
  });
  return { word, foreign, company, people };
}

/** A request's texts with the tenant's word in them, and keys that both tenants use. */
function worded(asking: Asking, word: string, key: string): Asking {
  const text = JSON.stringify(asking)
    .replaceAll(
      /"(?:New|Petra Vogel|Petra|Ida|Lindenweg 4|Dora)"/g,
      `"${word}"`,
    )
    .replaceAll(/op_[0-9A-Z]{26}/g, key)
    .replaceAll(/dev_[0-9A-Z]{26}/g, IDS.device)
    .replaceAll(/usr_[0-9a-z]{26}@new/g, `${word.toLowerCase()}@new`);
  return { ...JSON.parse(text), key };
}

type Ask = [method: string, path: string, asking: Asking];

/** Every way of using every route, with good and bad requests, about records with the common ids and unknown ones. */
function asks(me: Me, side: Side): Ask[] {
  const { word } = side;
  let made = 0;
  // Both tenants count alike: their idempotency keys are the same.
  const key = () => `op_${String(++made).padStart(26, "0")}`;
  const world = {
    actors: [],
    foreign: side.company,
    foreignCustomerId: "",
    session: "0".repeat(64),
    elsewhere: side.company,
    waiting: side.company,
    email: `${word}OWNER@people.example`.toLowerCase(),
  };
  return Object.keys(ROUTE_POLICY).flatMap((pattern) => {
    const place = PLACES[pattern];
    if (!place) return [];
    const methods = ["GET", "POST", "PATCH", "PUT", "DELETE"] as const;
    return methods.flatMap((method): Ask[] =>
      [IDS, UNKNOWN].flatMap((ids) => {
        const path = (id: string) =>
          pattern.replace(":tenantId", me.tenantId).replace(":id", id)
            .replace(":token", "x".repeat(43)).replace(":screen", "today");
        const ways = waysOf(place, method);
        // That a place has no such method is told alike to everybody of it.
        const plain: Ask[] = ways.length === 0 && me.roles.includes("OWNER")
          ? [[method, path(ids.lead), {}]]
          : [];
        return plain.concat(ways.flatMap((way): Ask[] => {
          const names = way.names ??
            (pattern.includes("lead") ? "lead" : "order");
          const id = names === "tenant" ? me.tenantId : ids[names];
          const { query = "", ...asking } = way.ask?.({ me, id, world }) ?? {};
          const good = worded(asking, word, key());
          const bad: Asking[] = good.json
            ? [
              { ...good, json: { [word]: word }, key: key() },
              { ...good, version: 7, key: key() },
              { ...good, key: "bad" },
              { ...good },
            ]
            : good.form
            ? [{ form: { [word]: word, name: word, title: word } }]
            : [];
          return [good, ...bad].map((
            asking,
          ) => [method, path(id) + query, asking]);
        }));
      })
    );
  });
}

/** What one device of the person who works in both sends and pulls, under numbers and keys that are the same in both. */
function queueAsks(me: Me, { word }: Side, step: number): Ask {
  const change = (route: string, method: string, payload: unknown) => ({
    route,
    method,
    payload,
  });
  const changes = [
    change("/api/client/leads", "POST", {
      id: `lead_${"0".repeat(25)}7`,
      fields: leadFields(word),
    }),
    change(`/api/client/leads/${IDS.lead}`, "PATCH", {
      fields: { name: word, need: word },
      discarded: { name: word },
    }),
    change(`/api/client/work-orders/${IDS.order}`, "PATCH", {
      fields: { notes: word, title: word },
    }),
    change("/api/client/clock-events", "POST", { id: IDS.press, kind: "in" }),
    change(`/api/client/leads/${word}`, "PATCH", { [word]: word }),
  ];
  const ops = changes.map((change, i) => ({
    seq: i + 1,
    key: `op_same_in_both_${i}`,
    v: 1,
    base: { version: step },
    claim: {
      occurredAt: "2026-11-23T08:59:00.000Z",
      elapsedMs: 0,
      confidence: "high",
    },
    ...change,
  }));
  const { id: userId, orgId } = me;
  const json = { v: 1, deviceId: IDS.device, userId, orgId, ops };
  return ["POST", "/api/client/sync", { json }];
}

/** Keeps what the product writes to the console. */
function listening(): { heard: string[]; stop: () => void } {
  const heard: string[] = [];
  const names = ["log", "info", "warn", "error", "debug"] as const;
  const own = names.map((name) => console[name]);
  for (const name of names) {
    console[name] = (...parts: unknown[]) => {
      heard.push(parts.map((part) => Deno.inspect(part)).join(" "));
    };
  }
  const stop = () =>
    names.forEach((name, i) => console[name] = own[i] as never);
  return { heard, stop };
}

/** The families of keys that docs/keyspace.md lists, with the number of their parts. */
async function listedFamilies(): Promise<
  { org: Set<string>; top: Set<string> }
> {
  const path = new URL("../../../docs/keyspace.md", import.meta.url);
  const [, ofOrg = "", ofNone = ""] = (await Deno.readTextFile(path))
    .split(/^## .*$/m);
  const families = (table: string) =>
    new Set(
      [...table.matchAll(/^\| `"(\w+)"([^`]*)`/gm)].map(([, name, rest = ""]) =>
        `${name}/${rest.split(",").length}`
      ),
    );
  return { org: families(ofOrg), top: families(ofNone) };
}

Deno.test("of two tenants with the same ids none ever sees a word of the other, in no answer, export, log or error", async () => {
  const began = performance.now();
  const product = listening();
  let answers = { all: 0, own: 0 };
  try {
    await withDoor(
      async (door) => {
        const sides = [
          await fill(door, "CANARYALDER", "CANARYBIRCH"),
          await fill(door, "CANARYBIRCH", "CANARYALDER"),
        ];
        answers = await driveAll(door, sides);
        assert.ok(answers.own > 150, `${answers.own} had their own word`);
        await lookIntoStore(door, sides);
        const log = JSON.stringify(door.log);
        assert.ok(!/canary/i.test(log), String(/.{80}canary.{80}/i.exec(log)));
      },
      () => {},
      { passwords: plainPasswords() },
    );
  } finally {
    product.stop();
  }
  assert.deepEqual(product.heard.filter((line) => /canary/i.test(line)), []);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `canaries: ${answers.all} answers, ${answers.own} with the own word, ${seconds} s`,
  );
});

async function driveAll(
  door: Door,
  sides: Side[],
): Promise<{ all: number; own: number }> {
  const tally = { all: 0, own: 0 };
  const cookies = new Map<Me, string>();
  const ask = async (
    side: Pick<Side, "word" | "foreign">,
    me: Me | null,
    [method, path, asking]: Ask,
  ): Promise<string> => {
    if (me && !cookies.has(me)) {
      const key = globalKeys.membership(me.id, me.tenantId, me.space);
      const row = await door.store.get<MembershipRow>(key);
      assert.ok(row, `${me.name} lost the membership before ${path}`);
      const secret = await openSession(door.store, row, door.now);
      cookies.set(me, `__Host-streamflow=${secret}`);
    }
    const answer = await door.ask(method, path, {
      ...asking,
      ...(me && { cookie: cookies.get(me) as string }),
    });
    const body = await answer.text();
    let all = `${answer.status} ${JSON.stringify([...answer.headers])} ${body}`;
    // Who works for both companies is told the names of both, and the operator those of all; no more than the names.
    if (
      me?.id === IDS.member && NAMES_COMPANIES.test(path) ||
      side.word === ""
    ) all = all.replaceAll(`${side.foreign}company`, "");
    const at = all.toLowerCase().indexOf(side.foreign.toLowerCase());
    assert.equal(at, -1, `${method} ${path}: ${all.slice(at - 80, at + 80)}`);
    tally.all++;
    if (side.word && all.toLowerCase().includes(side.word.toLowerCase())) {
      tally.own++;
    }
    // It may have ended the session, or made it another's.
    const place = /^\/(?:logout|account|switch)/.test(path);
    if (me && place && method !== "GET") cookies.delete(me);
    return body;
  };
  const inTurn = async (i: number, make: (me: Me, side: Side) => Ask[]) => {
    const lists = sides.map((side) => {
      const me = side.people[i] as Me;
      return make(me, side).map((one) => [side, me, one] as const);
    });
    const longest = Math.max(...lists.map((list) => list.length));
    for (let n = 0; n < longest; n++) {
      for (const list of lists) {
        const one = list[n];
        if (one) await ask(...one);
      }
    }
  };

  // First the queue: the same device, numbers and keys; then again, as after a lost answer; then under another's name.
  const cursors = new Map<Side, string>();
  for (const side of sides) {
    const [me] = side.people as [Me];
    const pulled = await ask(side, me, ["GET", "/api/client/sync", {}]);
    assert.ok(pulled.includes(side.word));
    cursors.set(side, JSON.parse(pulled).cursor);
  }
  for (const step of [1, 1, 2]) {
    await inTurn(0, (me, side) => [queueAsks(me, side, step)]);
  }
  for (const side of sides) {
    const [me] = side.people as [Me];
    const other = sides.find((one) => one !== side) as Side;
    const cursor = encodeURIComponent(cursors.get(side) ?? "");
    const delta = await ask(side, me, [
      "GET",
      `/api/client/sync?cursor=${cursor}`,
      {},
    ]);
    assert.ok(delta.includes(side.word) && delta.includes(IDS.lead));
    const far = encodeURIComponent(cursors.get(other) ?? "");
    await ask(side, me, ["GET", `/api/client/sync?cursor=${far}`, {}]);
    const stolen = queueAsks(
      { ...me, orgId: other.company.owner.orgId },
      side,
      1,
    );
    await ask(side, me, stolen);
  }

  const count = sides[0]?.people.length ?? 0;
  // In a quick look only who works in both, and the owners.
  const step = argument("cases") === null ? 1 : count - 1;
  for (let i = 0; i < count; i += step) {
    await inTurn(i, asks);
    // What the people before have tried must not keep these from being answered.
    for (const { key } of await door.store.list({ prefix: ["attempts"] })) {
      const tx = door.store.transaction();
      tx.delete(key as (string | number)[]);
      await tx.commit();
    }
  }
  await askAsOperator(door, sides, ask);
  return tally;
}

/** The operator's people see the names of companies, and nothing that these wrote. */
async function askAsOperator(
  door: Door,
  sides: Side[],
  ask: (
    side: Pick<Side, "word" | "foreign">,
    me: Me,
    one: Ask,
  ) => Promise<string>,
): Promise<void> {
  const operator = await makeOperator(door.store);
  for (const space of ["DEVELOPER", "PROVIDER"] as const) {
    for (const role of SPACE_ROLES[space]) {
      const me = await enrol(operator, space, [role], `The ${role}`);
      for (const side of sides) {
        const blind = { word: "", foreign: side.word };
        for (const one of asks(me, side)) {
          const [method] = one;
          if (method === "GET") await ask(blind, me, one);
        }
      }
    }
  }
}

const textOf = (value: unknown) =>
  JSON.stringify(
    value,
    (_, part) => typeof part === "bigint" ? String(part) : part,
  ).toLowerCase();

/** Decodes every key: known families only, and no value of one org holds the other's word. */
async function lookIntoStore(door: Door, sides: Side[]): Promise<void> {
  const families = await listedFamilies();
  assert.ok(families.org.size > 20 && families.top.size > 15);
  const words = new Map<unknown, string>(
    sides.map((side) => [side.company.owner.orgId, side.foreign]),
  );
  const rows = await door.store.list({ prefix: [] });
  for (const { key, value } of rows) {
    const [first, org, ...rest] = key;
    const name = JSON.stringify(key.map(String));
    if (first !== "org") {
      assert.ok(families.top.has(`${String(first)}/${key.length}`), name);
      continue;
    }
    assert.ok(families.org.has(`${String(rest[0])}/${rest.length}`), name);
    const text = textOf([rest.map(String), value]);
    // Of an org that was signed up meanwhile only one of them knows anything.
    const foreign = words.get(org) ??
      sides.find(({ word }) => !text.includes(word.toLowerCase()))?.word;
    assert.ok(foreign && !text.includes(foreign.toLowerCase()), name);
  }
  assert.ok(rows.length > 500, `${rows.length} rows`);
}
