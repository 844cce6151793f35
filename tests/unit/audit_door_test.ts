import assert from "node:assert/strict";
import fc from "fast-check";
import { openSession } from "../../lib/access/sessions.ts";
import { seal } from "../../lib/audit/seal.ts";
import type { Op } from "../../lib/model/operation.ts";
import { PROTOCOL_VERSION } from "../../lib/model/protocol.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { AuditEntry, AuditRow } from "../../lib/store/audit.ts";
import type { MembershipRow } from "../../lib/store/identities.ts";
import { globalKeys, INSTANCE_LOG } from "../../lib/store/keys.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import { sealing, verified } from "./audit_log.ts";
import {
  type Company,
  hire,
  leadFields,
  MINUTE,
  newCompany,
  newId,
  plainPasswords,
} from "./builders.ts";
import { Device } from "./device.ts";
import { type Door, withDoor } from "./door.ts";

/** What the audit has to say of one request, beside its id and time. */
type Told = Pick<AuditRow, "actor" | "space" | "route" | "entries"> & {
  org: string;
};

/** One request, and what the audit has to say of it: nothing, or one record. */
type Step = (world: World) => Promise<{ answer: Response; told: Told | null }>;

interface World {
  door: Door;
  company: Company;
  owner: Me;
  worker: Me & { email: string };
  phone: Device;
  leads: { id: string; version: number }[];
  /** The last call that was made, to be made again. */
  last: { method: string; path: string; json: unknown; key: string } | null;
  lastBatch: unknown;
}

const by = (me: Me, route: string, entries: AuditEntry[]): Told => ({
  org: me.orgId,
  actor: me.id,
  space: me.space,
  route,
  entries,
});

/** A call by the worker, with a key of its own; one that had an effect is remembered, to be made again. */
async function call(
  world: World,
  method: string,
  path: string,
  json: unknown,
  version?: number,
): Promise<Response> {
  const key = newId("op");
  const answer = await world.door.ask(method, path, {
    as: world.worker,
    json,
    key,
    ...(version !== undefined && { version }),
  });
  // What was refused is not remembered: it may be mended under the same key.
  if (answer.ok && version === undefined) {
    world.last = { method, path, json, key };
  }
  return answer;
}

const refusedPage = (path: string): Step => async ({ door, worker }) => ({
  answer: await door.ask("GET", path, { as: worker }),
  told: by(worker, `GET ${path}`, [{ action: "forbidden", status: 403 }]),
});

const silently = (ask: (world: World) => Promise<Response>): Step =>
async (
  world,
) => ({ answer: await ask(world), told: null });

const create: Step = async (world) => {
  const id = newId("lead");
  const path = "/api/client/leads";
  const json = { id, fields: leadFields() };
  const answer = await call(world, "POST", path, json);
  assert.equal(answer.status, 201);
  world.leads.push({ id, version: 1 });
  const entries = [{ action: `POST ${path}`, recordId: id, status: 201 }];
  return { answer, told: by(world.worker, `POST ${path}`, entries) };
};

const unknownLead = silently((world) =>
  call(world, "PATCH", `/api/client/leads/${newId("lead")}`, {
    fields: { name: "Nobody" },
  }, 1)
);

const STEPS: Record<string, Step> = {
  create,
  async update(world) {
    const lead = world.leads.at(-1);
    if (!lead) return await create(world);
    const path = `/api/client/leads/${lead.id}`;
    const json = { fields: { name: `Petra ${lead.version}` } };
    const answer = await call(world, "PATCH", path, json, lead.version);
    assert.equal(answer.status, 200);
    lead.version++;
    const entries = [
      { action: `PATCH ${path}`, recordId: lead.id, status: 200 },
    ];
    const route = "PATCH /api/client/leads/:id";
    return { answer, told: by(world.worker, route, entries) };
  },
  async updateStale(world) {
    const lead = world.leads.at(-1);
    if (!lead) return await unknownLead(world);
    const path = `/api/client/leads/${lead.id}`;
    const json = { fields: { name: "Late" } };
    const answer = await call(world, "PATCH", path, json, lead.version + 7);
    assert.ok(answer.status >= 400 && answer.status < 500);
    return { answer, told: null };
  },
  replay: silently(async (world) => {
    if (!world.last) return await world.door.ask("GET", "/healthz");
    const { method, path, json, key } = world.last;
    const answer = await world.door.ask(method, path, {
      as: world.worker,
      json,
      key,
    });
    if (answer.status < 400) {
      assert.equal(answer.headers.get("idempotent-replayed"), "true");
    }
    return answer;
  }),
  otherPayload: silently(async (world) => {
    if (!world.last) return await world.door.ask("GET", "/healthz");
    const { method, path, key } = world.last;
    const json = { id: newId("lead"), fields: leadFields("Somebody else") };
    return await world.door.ask(method, path, { as: world.worker, json, key });
  }),
  async clock(world) {
    const path = "/api/client/clock-events";
    const json = { id: newId("ts"), kind: "in" };
    const answer = await call(world, "POST", path, json);
    const { status } = answer;
    const entries = [{ action: `POST ${path}`, recordId: json.id, status }];
    const told = status < 300
      ? by(world.worker, `POST ${path}`, entries)
      : null;
    return { answer, told };
  },
  async batch(world) {
    const { door, phone, worker } = world;
    // One of them is refused: the batch tells of it too.
    const ops = [
      phone.lead(),
      phone.op({
        method: "PATCH",
        route: `/api/client/leads/${newId("lead")}`,
        payload: { fields: { name: "Nobody" } } as never,
      }),
      phone.clock("in"),
      ...Array.from({ length: 90 }, () => phone.lead()),
    ];
    world.lastBatch = {
      v: PROTOCOL_VERSION,
      deviceId: phone.id,
      userId: worker.id,
      orgId: worker.orgId,
      ops,
    };
    const path = "/api/client/sync";
    const json = world.lastBatch;
    const answer = await door.ask("POST", path, { as: worker, json });
    const { results } = await answer.clone().json() as {
      results: { status: number }[];
    };
    assert.equal(results.length, ops.length);
    const entries = ops.map((op, i) => ({
      action: `${op.method} ${op.route}`,
      ...(recordIn(op) && { recordId: recordIn(op) }),
      status: results[i]?.status ?? 0,
    })) as AuditEntry[];
    return { answer, told: by(worker, `POST ${path}`, entries) };
  },
  batchAgain: silently(async ({ door, worker, lastBatch }) => {
    if (!lastBatch) return await door.ask("GET", "/healthz");
    const json = lastBatch;
    const answer = await door.ask("POST", "/api/client/sync", {
      as: worker,
      json,
    });
    assert.equal(answer.status, 200);
    return answer;
  }),
  pull: silently(({ door, worker }) =>
    door.ask("GET", "/api/client/sync", { as: worker })
  ),
  list: silently(({ door, worker }) =>
    door.ask("GET", "/client/leads", { as: worker })
  ),
  forbiddenPage: refusedPage("/client/orders/new"),
  forbiddenAudit: refusedPage("/client/audit"),
  async forbiddenForm({ door, worker }) {
    const path = "/client/team";
    const answer = await door.ask("POST", path, { as: worker, form: {} });
    assert.equal(answer.status, 403);
    const entries = [{ action: "forbidden", status: 403 }];
    return { answer, told: by(worker, `POST ${path}`, entries) };
  },
  async wrongSpacePage({ door, owner }) {
    const answer = await door.ask("GET", "/provider/tenants", { as: owner });
    assert.equal(answer.status, 303);
    const entries = [{ action: "wrong-space", status: 303 }];
    return { answer, told: by(owner, "GET /provider/tenants", entries) };
  },
  async wrongSpaceApi({ door, worker }) {
    const path = "/api/accounting/hours";
    const answer = await door.ask("GET", path, { as: worker });
    assert.equal(answer.status, 403);
    const entries = [{ action: "wrong-space", status: 403 }];
    return { answer, told: by(worker, `GET ${path}`, entries) };
  },
  async wrongOrigin({ door, worker }) {
    const path = "/api/client/leads";
    const headers = { "sec-fetch-site": "cross-site" };
    const answer = await door.ask("POST", path, {
      as: worker,
      json: {},
      headers,
    });
    assert.equal(answer.status, 403);
    const entries = [{ action: "wrong-origin", status: 403 }];
    return { answer, told: by(worker, `POST ${path}`, entries) };
  },
  wrongOriginOfNobody: silently(({ door }) =>
    door.ask("POST", "/login", {
      form: {},
      headers: { "sec-fetch-site": "cross-site" },
    })
  ),
  async logIn({ door, worker }) {
    const form = { email: worker.email, password: "right" };
    const answer = await door.ask("POST", "/login", { form });
    assert.equal(answer.status, 303);
    const entries = [{ action: "login", recordId: worker.id, status: 303 }];
    return { answer, told: by(worker, "POST /login", entries) };
  },
  async logOut({ door, worker }) {
    const key = globalKeys.membership(worker.id, worker.tenantId, "CLIENT");
    const membership = await door.store.get<MembershipRow>(key);
    assert.ok(membership);
    const secret = await openSession(door.store, membership, door.now);
    const cookie = `__Host-streamflow=${secret}`;
    const answer = await door.ask("POST", "/logout", { cookie });
    const entries = [{ action: "logout", recordId: worker.id, status: 303 }];
    return { answer, told: by(worker, "POST /logout", entries) };
  },
  async wrongPassword({ door, worker }) {
    const form = { email: worker.email, password: "wrong canary-password" };
    const answer = await door.ask("POST", "/login", { form });
    const recordId = worker.id;
    const entries = [{ action: "login.failed", recordId, status: 401 }];
    const nobody = { actor: null, space: null };
    const told = { ...by(worker, "POST /login", entries), ...nobody };
    // The eleventh in a quarter of an hour is not tried, and only counted.
    return { answer, told: answer.status === 429 ? null : told };
  },
  async unknownAddress({ door }) {
    const email = `canary-${newId("usr").toLowerCase()}@nowhere.example`;
    const form = { email, password: "canary-password" };
    const answer = await door.ask("POST", "/login", { form });
    const told = {
      org: INSTANCE_LOG,
      actor: null,
      space: null,
      route: "POST /login",
      entries: [{ action: "login.failed", recordId: "address", status: 401 }],
    };
    return { answer, told: answer.status === 429 ? null : told };
  },
  unknownLead,
  unknownPage: silently(({ door, worker }) =>
    door.ask("GET", "/client/nothing", { as: worker })
  ),
  foreignDashboard: silently(({ door, worker }) =>
    door.ask("GET", `/tenant/${newId("ten")}/client/dashboard`, { as: worker })
  ),
  noSession: silently(({ door }) => door.ask("GET", "/api/client/leads")),
  noSessionPage: silently(({ door }) => door.ask("GET", "/client/leads")),
  deadSession: silently(({ door }) =>
    door.ask("GET", "/api/client/leads", {
      cookie: `__Host-streamflow=${"x".repeat(43)}`,
    })
  ),
  badBody: silently(({ door, worker }) =>
    door.ask("POST", "/api/client/leads", {
      as: worker,
      headers: { "idempotency-key": newId("op") },
      body: "{",
    })
  ),
  badFields: silently((world) =>
    call(world, "POST", "/api/client/leads", {
      id: newId("lead"),
      fields: { name: 7 },
    })
  ),
  wrongMethod: silently(({ door, worker }) =>
    door.ask("DELETE", "/api/client/leads", { as: worker })
  ),
};

/** The record that an op names: of its payload when it creates one, of its route when it changes one. */
function recordIn({ method, route, payload }: Op): string | undefined {
  if (method === "PATCH") return route.split("/").at(-1);
  return route.endsWith("/leads") ? (payload as { id: string }).id : undefined;
}

async function recordsOf(door: Door, org: string): Promise<AuditRow[]> {
  const tenant = new TenantStore(door.store, org);
  const rows = await tenant.list<AuditRow>({ prefix: tenant.keys.audits() });
  return rows.map(({ value }) => value);
}

Deno.test("mixed requests leave exactly the audit records that they should, one each, and all of them are sealed", () =>
  withDoor(
    async (door) => {
      const seen = new Map<string, number>();
      const told: Told[] = [];
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...Object.keys(STEPS)), {
            minLength: 10,
            maxLength: 60,
            size: "max",
          }),
          async (names) => {
            // So that the tries of the run before are forgotten.
            door.now += 16 * MINUTE;
            const company = await newCompany(door.store);
            const worker = await hire(company, "WORKER", "Mika", "plain:right");
            const phone = new Device(company, worker);
            const world: World = {
              door,
              company,
              owner: company.owner,
              worker,
              phone,
              leads: [],
              last: null,
              lastBatch: null,
            };
            const { orgId } = company.owner;
            const before = {
              org: (await recordsOf(door, orgId)).length,
              instance: (await recordsOf(door, INSTANCE_LOG)).length,
            };
            const expected:
              (Told & { requestId: string | null; at: string })[] = [];
            for (const name of names) {
              door.now += 1;
              const at = new Date(door.now).toISOString();
              const { answer, told: record } = await (STEPS[name] as Step)(
                world,
              );
              await answer.body?.cancel();
              assert.ok(answer.status < 500, name);
              seen.set(name, (seen.get(name) ?? 0) + 1);
              const requestId = answer.headers.get("x-request-id");
              if (record) expected.push({ ...record, requestId, at });
            }
            told.push(...expected);
            const org = (await recordsOf(door, orgId)).slice(before.org);
            const instance = (await recordsOf(door, INSTANCE_LOG))
              .slice(before.instance);
            const found = [
              ...org.map((row) => ({ ...row, org: orgId })),
              ...instance.map((row) => ({ ...row, org: INSTANCE_LOG })),
            ];
            assert.ok(!JSON.stringify(found).includes("canary"));
            assert.ok(
              found.every(({ closed, count, entries }) =>
                closed && count === entries.length
              ),
            );
            const comparable = found.map((
              {
                id: _id,
                closed: _closed,
                count: _count,
                device: _device,
                ...row
              },
            ) => ({
              ...row,
              entries: row.entries.map((entry) =>
                entry.recordId?.startsWith("address:")
                  ? { ...entry, recordId: "address" }
                  : entry
              ),
            }));
            const order = <T extends { at: string; org: string }>(rows: T[]) =>
              rows.toSorted((a, b) => a.at < b.at ? -1 : 1);
            assert.deepEqual(order(comparable), order(expected));

            const deps = sealing(door.store);
            await seal(deps, orgId);
            assert.deepEqual(await verifiedBriefly(door, orgId), {
              sealed: found.length - instance.length + before.org,
              unsealed: 0,
              fault: null,
            });
          },
        ),
        { numRuns: 25 },
      );
      await seal(sealing(door.store), INSTANCE_LOG);
      assert.equal((await verified(door.store, INSTANCE_LOG)).fault, null);
      assert.deepEqual(
        Object.keys(STEPS).filter((name) => !seen.has(name)),
        [],
        "each kind of request was made",
      );
      assert.ok(told.length > 100);
    },
    () => {},
    { passwords: plainPasswords() },
  ));

async function verifiedBriefly(door: Door, org: string) {
  const { org: _org, ...report } = await verified(door.store, org);
  return report;
}

Deno.test("two failed logins with one unknown address can be told to be the same, and the address cannot be told", () =>
  withDoor(
    async (door) => {
      const fail = (email: string) =>
        door.ask("POST", "/login", { form: { email, password: "x" } });
      for (
        const email of ["a@b.example", " A@b.example ", "c@d.example"]
      ) await fail(email);
      const rows = await recordsOf(door, INSTANCE_LOG);
      const ids = rows.map(({ entries }) => entries[0]?.recordId ?? "");
      assert.deepEqual(
        [new Set(ids).size, ids.every((id) => /^address:[\w-]{12}$/.test(id))],
        [2, true],
      );
      assert.ok(!JSON.stringify(rows).includes("example"));
    },
    () => {},
    { passwords: plainPasswords() },
  ));
