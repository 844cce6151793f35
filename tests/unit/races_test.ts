import assert from "node:assert/strict";
import fc from "fast-check";
import { countAttempt } from "../../lib/access/attempts.ts";
import { acceptInvite } from "../../lib/access/accept_invite.ts";
import { inviteMember } from "../../lib/access/invite_member.ts";
import { runChange } from "../../lib/field/run_change.ts";
import type { Lead } from "../../lib/model/lead.ts";
import { readSettings } from "../../lib/store/settings.ts";
import type { Store } from "../../lib/store/store.ts";
import {
  blankAudit,
  hire,
  INSTANCE_KEY,
  keepLead,
  keepOrder,
  leadFields,
  MONDAY,
  newCompany,
  newId,
  plainPasswords,
} from "./builders.ts";
import { Device, tellings } from "./device.ts";
import { race, type Start } from "./race.ts";
import { register } from "./registration.ts";

const inAnyOrder = (run: (store: Store, start: Start) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(fc.scheduler(), (scheduler) => race(scheduler, run)),
    { numRuns: 60 },
  );

const times = <T>(count: number, make: (i: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

Deno.test("registrations of one customer in any interleaving come to one tenant", () =>
  inAnyOrder(async (store, start) => {
    const answers = await start(() => times(3, () => register(store)));
    const made = answers.map((answer) =>
      answer.ok ? answer.value : answer.problem.code
    );
    assert.equal(
      new Set(made.map((one) => typeof one === "string" ? one : one.tenantId))
        .size,
      1,
    );
    assert.equal(
      made.filter((one) => typeof one !== "string" && one.created).length,
      1,
    );
  }));

Deno.test("one call under one key in any interleaving takes effect once, with equal answers", () =>
  inAnyOrder(async (store, start) => {
    const { tenant, owner } = await newCompany(store);
    const lead = await keepLead(tenant);
    const settings = await readSettings(tenant);
    const answer = (
      method: string,
      route: string,
      payload: unknown,
      key: string,
    ) =>
      runChange(tenant, {
        subject: owner,
        settings,
        key,
        method,
        route,
        payload,
        now: MONDAY,
        audit: blankAudit(),
      }, { version: 1 });
    const [update, create, id] = [newId("op"), newId("op"), newId("lead")];
    const answers = await start(() => [
      ...times(
        3,
        () =>
          answer("PATCH", `/api/client/leads/${lead.id}`, {
            fields: { name: "Once" },
          }, update),
      ),
      ...times(
        2,
        () =>
          answer(
            "POST",
            "/api/client/leads",
            { id, fields: leadFields() },
            create,
          ),
      ),
    ]);
    const told = answers.map((one) =>
      one.ok ? `${one.status} ${JSON.stringify(one.body)}` : one.problem.code
    );
    assert.deepEqual(told, [
      ...times(3, () => '200 {"version":2}'),
      ...times(2, () => '201 {"version":1}'),
    ]);
    assert.equal(
      (await tenant.get<Lead>(tenant.keys.lead(lead.id)))?.version,
      2,
    );
  }));

Deno.test("two calls of different content under one key in any interleaving: one takes effect, the other is refused", () =>
  inAnyOrder(async (store, start) => {
    const { tenant, owner } = await newCompany(store);
    const settings = await readSettings(tenant);
    const key = newId("op");
    const answers = await start(() =>
      times(2, () =>
        runChange(tenant, {
          subject: owner,
          settings,
          key,
          method: "POST",
          route: "/api/client/leads",
          payload: { id: newId("lead"), fields: leadFields() },
          now: MONDAY,
          audit: blankAudit(),
        }, null))
    );
    const told = answers.map((one) => one.ok ? "made" : one.problem.code);
    assert.deepEqual(told.sort(), ["idempotency-payload-mismatch", "made"]);
    const leads = await tenant.list({ prefix: tenant.keys.leadsByUpdated() });
    assert.equal(leads.length, 1);
  }));

Deno.test("one batch sent three times in any interleaving takes effect once, with equal answers", () =>
  inAnyOrder(async (store, start) => {
    const company = await newCompany(store);
    const phone = new Device(company, await hire(company, "WORKER"));
    const order = await keepOrder(company.tenant, { assigneeId: phone.me.id });
    const first = phone.advance(order.id, "START", { version: 1 });
    const ops = [
      first,
      phone.advance(order.id, "DONE", { version: 1, after: first.seq }),
      phone.clock("in"),
      phone.lead(),
    ];
    const answers = await start(() => times(3, () => phone.sync(ops)));
    for (const answer of answers) {
      assert.deepEqual(
        tellings(answer.results),
        tellings(answers[0]?.results ?? []),
      );
      assert.deepEqual(answer.results.map(({ status }) => status), [
        200,
        200,
        201,
        201,
      ]);
    }
    assert.equal(
      (await company.tenant.get<{ version: number }>(
        company.tenant.keys.order(order.id),
      ))?.version,
      3,
    );
  }));

Deno.test("two devices that edit one order in any interleaving: one is first, the other stale", () =>
  inAnyOrder(async (store, start) => {
    const company = await newCompany(store);
    const me = await hire(company, "WORKER");
    const order = await keepOrder(company.tenant, { assigneeId: me.id });
    const phones = times(2, () => new Device(company, me));
    const answers = await start(() =>
      phones.map((phone) =>
        phone.sync([phone.advance(order.id, "START", { version: 1 })])
      )
    );
    const codes = answers.map(({ results }) =>
      results[0]?.problem?.code ?? "applied"
    ).sort();
    assert.deepEqual(codes, ["applied", "stale-entity"]);
  }));

Deno.test("two devices that press the clock in any interleaving: both presses are kept", () =>
  inAnyOrder(async (store, start) => {
    const company = await newCompany(store);
    const me = await hire(company, "WORKER");
    const phones = times(2, () => new Device(company, me));
    await start(() =>
      phones.map((phone) => phone.sync([phone.clock("in"), phone.clock("out")]))
    );
    const { keys } = company.tenant;
    const sheet = await company.tenant.get<{ events: unknown[] }>(
      keys.timesheet(me.id, "2026-11-23"),
    );
    assert.equal(sheet?.events.length, 4);
  }));

Deno.test("one invitation accepted three times in any interleaving lets one in", () =>
  inAnyOrder(async (store, start) => {
    const company = await newCompany(store);
    const input = { name: "Mika", email: "mika@alder.example", role: "WORKER" };
    const invited = await inviteMember(
      { store, instanceKey: INSTANCE_KEY, now: () => MONDAY },
      company.owner,
      input,
      blankAudit(),
    );
    assert.ok(invited.ok);
    const { secret } = invited.value;
    const deps = { store, passwords: plainPasswords(), now: () => MONDAY };
    const answers = await start(() =>
      times(
        3,
        (i) =>
          acceptInvite(
            deps,
            { secret, password: `password ${i} of three` },
            blankAudit(),
          ),
      )
    );
    assert.equal(answers.filter((answer) => answer.ok).length, 1);
  }));

Deno.test("tries in any interleaving are all counted", () =>
  inAnyOrder(async (store, start) => {
    const limit = { kind: "test", max: 3, windowMs: 1000 };
    const waits = await start(() =>
      times(5, () => countAttempt(store, limit, "somebody", MONDAY))
    );
    assert.deepEqual([...waits].sort(), [1, 1, null, null, null]);
  }));
