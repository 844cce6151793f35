import assert from "node:assert/strict";
import type { Lead } from "../../../lib/model/lead.ts";
import type { AuditRow } from "../../../lib/store/audit.ts";
import {
  hire,
  HOUR,
  keepLead,
  leadFields,
  MONDAY,
  newId,
} from "../builders.ts";
import { problemOf } from "../door.ts";
import { calls, withOffice } from "../office.ts";

Deno.test("each call takes effect once per key, and a repetition gets the same answer", () =>
  withOffice(async (door, company, me) => {
    for (const [method, path, json, version] of await calls(company, me)) {
      const key = newId("op");
      const asking = {
        as: me,
        json,
        key,
        ...(version !== undefined && { version }),
      };
      const first = await door.ask(method, path, asking);
      assert.ok(first.status < 300, `${method} ${path}: ${first.status}`);
      assert.equal(first.headers.get("idempotent-replayed"), null);
      const body = await first.text();
      const commits = door.store.counts.commits;
      const again = await door.ask(method, path, asking);
      assert.equal(again.headers.get("idempotent-replayed"), "true");
      assert.deepEqual([again.status, await again.text()], [
        first.status,
        body,
      ]);
      assert.equal(door.store.counts.commits, commits);
      const quoted = await door.ask(method, path, {
        ...asking,
        key: `"${key}"`,
      });
      assert.equal(quoted.headers.get("idempotent-replayed"), "true");
      assert.equal(
        (await problemOf(
          await door.ask(method, path, { ...asking, json: { other: 1 } }),
        )).status,
        400,
      );
    }
  }));

Deno.test("of one call sent 20 times at once one takes effect, and all answers are equal", () =>
  withOffice(async (door, { tenant }, me) => {
    const lead = await keepLead(tenant);
    const asking = {
      as: me,
      json: { fields: { name: "Once" } },
      key: newId("op"),
      version: 1,
    };
    const answers = await Promise.all(
      Array.from(
        { length: 20 },
        () => door.ask("PATCH", `/api/client/leads/${lead.id}`, asking),
      ),
    );
    const texts = await Promise.all(
      answers.map(async (answer) => `${answer.status} ${await answer.text()}`),
    );
    assert.deepEqual([...new Set(texts)], ['200 {"version":2}']);
    assert.equal(
      answers.filter((answer) =>
        answer.headers.get("idempotent-replayed") === null
      ).length,
      1,
    );
    assert.equal(
      (await tenant.get<Lead>(tenant.keys.lead(lead.id)))?.version,
      2,
    );
  }));

Deno.test("another payload under a used key is refused, and so is another route", () =>
  withOffice(async (door, { tenant }, me) => {
    const [one, two] = [await keepLead(tenant), await keepLead(tenant)];
    const key = newId("op");
    const asking = { as: me, json: { fields: { name: "A" } }, key, version: 1 };
    assert.equal(
      (await door.ask("PATCH", `/api/client/leads/${one.id}`, asking)).status,
      200,
    );
    const others = [
      await door.ask("PATCH", `/api/client/leads/${one.id}`, {
        ...asking,
        json: { fields: { name: "B" } },
      }),
      await door.ask("PATCH", `/api/client/leads/${two.id}`, asking),
    ];
    for (const answer of others) {
      assert.deepEqual(
        (await problemOf(answer)).code,
        "idempotency-payload-mismatch",
      );
      assert.equal(answer.status, 422);
    }
    assert.equal(
      (await tenant.get<Lead>(tenant.keys.lead(two.id)))?.version,
      1,
    );
  }));

Deno.test("a key is remembered for 72 hours, also when the backend has not collected it yet", () =>
  withOffice(async (door, _company, me) => {
    const key = newId("op");
    const make = () =>
      door.ask("POST", "/api/client/leads", {
        as: me,
        key,
        json: { id: newId("lead"), fields: leadFields() },
      });
    const statuses = [];
    for (const hours of [0, 71, 72]) {
      door.now = MONDAY + hours * HOUR;
      const answer = await make();
      statuses.push(answer.status);
      await answer.body?.cancel();
    }
    assert.deepEqual(statuses, [201, 422, 201]);
  }));

Deno.test("two people may use the same key", () =>
  withOffice(async (door, company, me) => {
    const other = await hire(company, "WORKER");
    const key = newId("op");
    for (const as of [me, other]) {
      const json = { id: newId("lead"), fields: leadFields() };
      assert.equal(
        (await door.ask("POST", "/api/client/leads", { as, json, key })).status,
        201,
      );
    }
  }));

Deno.test("a refused call is not remembered: mended, it succeeds under its key", () =>
  withOffice(async (door, _company, me) => {
    const key = newId("op");
    const id = newId("lead");
    const bad = await problemOf(
      await door.ask("POST", "/api/client/leads", {
        as: me,
        key,
        json: { id, fields: { name: "" } },
      }),
    );
    assert.deepEqual([bad.status, bad.fields], [400, ["name", "step"]]);
    assert.equal(
      (await door.ask("POST", "/api/client/leads", {
        as: me,
        key,
        json: { id, fields: leadFields() },
      })).status,
      201,
    );
  }));

Deno.test("without a key, or with one that is none, a call is refused", () =>
  withOffice(async (door, company, me) => {
    for (const [method, path, json, version] of await calls(company, me)) {
      for (
        const key of [
          null,
          "",
          "short",
          "with space in it",
          "x".repeat(101),
          '"unclosed quotes',
          "emoji-é-é-é-é",
        ]
      ) {
        const answer = await door.ask(method, path, {
          as: me,
          json,
          key,
          ...(version !== undefined && { version }),
        });
        assert.equal(
          (await problemOf(answer)).code,
          "idempotency-key-required",
          String(key),
        );
      }
    }
  }));

Deno.test("a call that was first sent before its key can be remembered is never executed", () =>
  withOffice(async (door, { tenant }, me) => {
    const json = { id: newId("lead"), fields: leadFields() };
    const sent = (at: string) =>
      door.ask("POST", "/api/client/leads", {
        as: me,
        json,
        headers: { "idempotency-first-sent": at },
      });
    const old = await problemOf(
      await sent(new Date(MONDAY - 73 * HOUR).toISOString()),
    );
    assert.deepEqual([old.status, old.code], [412, "idempotency-key-expired"]);
    assert.deepEqual((await problemOf(await sent("last week"))).fields, [
      "Idempotency-First-Sent",
    ]);
    assert.equal(await tenant.get(tenant.keys.lead(json.id)), null);
    assert.equal(
      (await sent(new Date(MONDAY - 71 * HOUR).toISOString())).status,
      201,
    );
  }));

Deno.test("a change without the version it was made on is refused; on a stale one the record comes back", () =>
  withOffice(async (door, { tenant }, me) => {
    const lead = await keepLead(tenant, { version: 5 });
    const path = `/api/client/leads/${lead.id}`;
    const json = { fields: { name: "New" } };
    assert.deepEqual(
      (await problemOf(await door.ask("PATCH", path, { as: me, json }))).fields,
      ["If-Match"],
    );
    const stale = await problemOf(
      await door.ask("PATCH", path, { as: me, json, version: 4 }),
    );
    assert.deepEqual([stale.status, stale.code, stale.body.current.version], [
      409,
      "stale-entity",
      5,
    ]);
    assert.equal(
      (await door.ask("PATCH", path, { as: me, json, version: 5 })).status,
      200,
    );
  }));

Deno.test("each committed call leaves one closed audit record that names who, what and the request", () =>
  withOffice(async (door, company, me) => {
    const { tenant } = company;
    const list = () => tenant.list<AuditRow>({ prefix: tenant.keys.audits() });
    for (const [method, path, json, version] of await calls(company, me)) {
      const before = new Set(
        (await list()).map((row) => String(row.key.at(-1))),
      );
      const answer = await door.ask(method, path, {
        as: me,
        json,
        ...(version !== undefined && { version }),
      });
      await answer.body?.cancel();
      const added = (await list()).filter((row) =>
        !before.has(String(row.key.at(-1)))
      ).map((row) => row.value);
      assert.equal(added.length, 1);
      const [audit] = added;
      assert.deepEqual(
        [
          audit?.actor,
          audit?.requestId,
          audit?.closed,
          audit?.count,
          audit?.entries[0]?.status,
        ],
        [me.id, answer.headers.get("x-request-id"), true, 1, answer.status],
      );
    }
  }));
