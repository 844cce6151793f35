import assert from "node:assert/strict";
import { addDays } from "../../../lib/model/calendar.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import {
  type ClockEvent,
  projectClock,
  timesheetId,
} from "../../../lib/model/timesheet.ts";
import type { TenantStore } from "../../../lib/store/tenant_store.ts";
import { putTimesheet } from "../../../lib/store/timesheets.ts";
import { hire, newCompany, newId } from "../builders.ts";
import { type Door, problemOf, withDoor } from "../door.ts";
import { join } from "../members.ts";

/** Writes a worker's day from presses of the clock: kind and time of day, UTC. */
async function keepDay(
  tenant: TenantStore,
  userId: string,
  day: string,
  presses: [kind: ClockEvent["kind"], time: string][],
  confidence: ClockEvent["confidence"] = "high",
): Promise<void> {
  const events = presses.map(([kind, time], seq): ClockEvent => {
    const at = `${day}T${time}:00.000Z`;
    return {
      id: newId("ts"),
      kind,
      occurredAt: at,
      believedAt: at,
      confidence,
      seq,
    };
  });
  const tx = tenant.transaction();
  putTimesheet(tx, {
    v: 1,
    id: timesheetId(userId, day),
    orgId: tenant.orgId,
    version: 1,
    updatedAt: `${day}T20:00:00.000Z`,
    userId,
    day,
    events,
    state: projectClock(events),
  }, null);
  await tx.commit();
}

const HOURS = 3600_000;
/** Of the week before the test's Monday. */
const LAST_WEEK = "2026-11-16";

async function textOf(door: Door, path: string, as: Me): Promise<string> {
  const answer = await door.ask("GET", path, { as });
  const text = await answer.text();
  assert.equal(answer.status, 200, `${path} ${text.slice(0, 200)}`);
  return text;
}

Deno.test("accounting sees each worker's hours of a week by day, with totals, and what needs a look in words", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const { tenant, owner } = company;
    const other = await newCompany(door.store, "CANARY Heating");
    const [anna, bert] = [
      await hire(company, "WORKER", "Anna Aa"),
      await hire(company, "WORKER", "Bert Bb"),
    ];
    await keepDay(tenant, anna.id, LAST_WEEK, [
      ["in", "07:00"],
      ["break", "11:00"],
      ["resume", "11:30"],
      ["out", "15:00"],
    ]);
    await keepDay(tenant, anna.id, addDays(LAST_WEEK, 6), [
      ["in", "08:00"],
      ["in", "09:00"],
      ["out", "10:00"],
    ], "low");
    await keepDay(tenant, bert.id, addDays(LAST_WEEK, 1), [["in", "06:15"]]);
    await keepDay(tenant, bert.id, addDays(LAST_WEEK, 7), [
      ["in", "07:00"],
      ["out", "08:00"],
    ]);
    await keepDay(tenant, bert.id, addDays(LAST_WEEK, -1), [
      ["in", "07:00"],
      ["out", "08:00"],
    ]);
    await keepDay(other.tenant, other.owner.id, LAST_WEEK, [
      ["in", "07:00"],
      ["out", "17:00"],
    ]);
    const as = await join(door.store, owner, "ACCOUNTING", "CLERK");
    const answer = await door.ask(
      "GET",
      "/api/accounting/hours?week=2026-W47",
      { as },
    );
    const hours = await answer.json();
    assert.equal(answer.status, 200);
    assert.deepEqual(
      [hours.week, hours.days[0], hours.days[6], hours.workedMs],
      ["2026-W47", LAST_WEEK, "2026-11-22", 8.5 * HOURS],
    );
    assert.deepEqual(hours.workers, [{
      userId: anna.id,
      name: "Anna Aa",
      workedMs: 8.5 * HOURS,
      days: [
        { day: LAST_WEEK, workedMs: 7.5 * HOURS, openSince: null, flags: [] },
        {
          day: "2026-11-22",
          workedMs: HOURS,
          openSince: null,
          flags: ["doubtful-clock", "double-in"],
        },
      ],
    }, {
      userId: bert.id,
      name: "Bert Bb",
      workedMs: 0,
      days: [{
        day: "2026-11-17",
        workedMs: 0,
        openSince: "2026-11-17T06:15:00.000Z",
        flags: [],
      }],
    }]);
    const page = await textOf(door, "/accounting/hours?week=2026-W47", as);
    for (
      const text of [
        "Anna Aa",
        "7:30",
        "8:30",
        "Sun: the phone&#39;s clock is not proven, clocked in twice",
        // Berlin is an hour ahead.
        "Tue: on the clock since 07:15",
        "?week=2026-W46",
        "?week=2026-W48",
        "Week 47, Mon 16 November to Sun 22 November 2026",
      ]
    ) {
      assert.ok(
        page.includes(text) || page.includes(text.replace("&#39;", "'")),
        text,
      );
    }
    assert.ok(!page.includes("CANARY") && !page.includes("10:00"));
    const dashboard = await textOf(
      door,
      `/tenant/${as.tenantId}/accounting/dashboard`,
      as,
    );
    assert.ok(dashboard.includes("Anna Aa"));
    assert.ok(!dashboard.includes("CANARY"));
  }));

Deno.test("without a week it is the one in which the company is, by its own time zone", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    const as = await join(door.store, owner, "ACCOUNTING", "ACCOUNTANT");
    const weekAt = async (time: string) => {
      door.now = Date.parse(time);
      const path = "/api/accounting/hours";
      return (await (await door.ask("GET", path, { as })).json()).week;
    };
    assert.equal(await weekAt("2026-11-29T22:59:59Z"), "2026-W48");
    assert.equal(await weekAt("2026-11-29T23:00:00Z"), "2026-W49");
    const text = await textOf(door, "/accounting/hours", as);
    assert.ok(text.includes("Week 49") && text.includes("No hours"));
  }));

Deno.test("a week that is none is 400 and names its field, on the page too", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    const as = await join(door.store, owner, "ACCOUNTING", "ACCOUNTANT");
    for (const week of ["", "2026-W54", "2025-W53", "last", "<script>"]) {
      const query = `?week=${encodeURIComponent(week)}`;
      const { status, code, fields } = await problemOf(
        await door.ask("GET", `/api/accounting/hours${query}`, { as }),
      );
      assert.deepEqual([status, code, fields], [400, "invalid-input", [
        "week",
      ]]);
      const answer = await door.ask("GET", `/accounting/hours${query}`, { as });
      const text = await answer.text();
      assert.equal(answer.status, 400);
      assert.ok(text.includes("(week)") && text.includes("<h1>"));
      assert.ok(!text.includes("<script>"));
    }
  }));

Deno.test("a week of 500 workers is read in one row a day and one a name", () =>
  withDoor(async (door) => {
    const { tenant, owner } = await newCompany(door.store);
    const as = await join(door.store, owner, "ACCOUNTING", "ACCOUNTANT");
    const people = Array.from({ length: 501 }, () => newId("usr"));
    for (let at = 0; at < 7; at++) {
      for (let from = 0; from < people.length; from += 100) {
        const tx = tenant.transaction();
        const day = addDays(LAST_WEEK, at);
        for (const userId of people.slice(from, from + 100)) {
          tx.set(tx.keys.timesheetByDay(day, userId), {
            userId,
            day,
            state: { ...projectClock([]), workedMs: HOURS },
          });
        }
        await tx.commit();
      }
    }
    const cookie = await door.cookieOf(as);
    const before = door.store.counts.keysRead;
    const answer = await door.ask(
      "GET",
      "/api/accounting/hours?week=2026-W47",
      { cookie },
    );
    const read = door.store.counts.keysRead - before;
    const hours = await answer.json();
    assert.ok(read <= 3501 + 501 + 5, `${read} keys`);
    assert.equal(hours.complete, false);
    assert.equal(hours.workedMs, 3500 * HOURS);
    const page = await textOf(door, "/accounting/hours?week=2026-W47", as);
    assert.ok(page.includes("This is not all of the week"));
  }));
