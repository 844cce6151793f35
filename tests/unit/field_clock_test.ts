import assert from "node:assert/strict";
import type { Timesheet } from "../../lib/model/timesheet.ts";
import type { OpenShift } from "../../lib/store/timesheets.ts";
import { timesheetsOfDays } from "../../lib/store/timesheets.ts";
import {
  type Company,
  DAY,
  hire,
  HOUR,
  MONDAY,
  withCompany,
} from "./builders.ts";
import { Device } from "./device.ts";

/** Midnight in Berlin, where the company is, is 23:00 UTC. */
const MONDAY_AT_22 = Date.parse("2026-11-23T21:00:00.000Z");

async function daysOf({ tenant }: Company, userId: string) {
  const rows = await tenant.list<Timesheet>({
    prefix: tenant.keys.timesheets(userId),
  });
  return rows.map(({ value: { day, events, state } }) => ({
    day,
    presses: events.map(({ kind }) => kind).join(" "),
    status: state.status,
    hours: state.workedMs / HOUR,
  }));
}

const shiftOf = ({ tenant }: Company, userId: string) =>
  tenant.get<OpenShift>(tenant.keys.openShift(userId));

function withWorker(
  run: (company: Company, phone: Device) => Promise<void>,
): Promise<void> {
  return withCompany(async (company) =>
    run(company, new Device(company, await hire(company, "WORKER")))
  );
}

Deno.test("a night shift belongs to the day on which it began", () =>
  withWorker(async (company, phone) => {
    await phone.sync([phone.clock("in")], {
      now: MONDAY_AT_22,
      sessionSince: MONDAY,
    });
    await phone.sync([phone.clock("break")], { now: MONDAY_AT_22 + 3 * HOUR });
    await phone.sync([phone.clock("resume")], { now: MONDAY_AT_22 + 4 * HOUR });
    await phone.sync([phone.clock("out")], { now: MONDAY_AT_22 + 8 * HOUR });
    assert.deepEqual(await daysOf(company, phone.me.id), [
      {
        day: "2026-11-23",
        presses: "in break resume out",
        status: "off",
        hours: 7,
      },
    ]);
    assert.equal(await shiftOf(company, phone.me.id), null);
  }));

Deno.test("a shift that was never ended does not swallow the next day", () =>
  withWorker(async (company, phone) => {
    await phone.sync([phone.clock("in")], { now: MONDAY });
    await phone.sync([phone.clock("in")], { now: MONDAY + DAY });
    await phone.sync([phone.clock("out")], { now: MONDAY + DAY + 8 * HOUR });
    assert.deepEqual(await daysOf(company, phone.me.id), [
      { day: "2026-11-23", presses: "in", status: "on", hours: 0 },
      { day: "2026-11-24", presses: "in out", status: "off", hours: 8 },
    ]);
  }));

Deno.test("what arrives late from another phone about yesterday leaves today's open shift alone", () =>
  withWorker(async (company, phone) => {
    const other = new Device(company, phone.me);
    const ago = (hours: number) => ({ elapsedMs: hours * HOUR });
    await phone.sync([phone.clock("in")], { now: MONDAY + DAY });
    const late = [
      other.clock("in", ago(25)),
      other.clock("break", ago(24)),
      other.clock("resume", ago(23)),
      other.clock("out", ago(20)),
    ];
    const now = MONDAY + DAY + HOUR;
    await other.sync(late, { now, sessionSince: MONDAY - DAY });
    assert.equal((await shiftOf(company, phone.me.id))?.day, "2026-11-24");
    await other.sync(
      [other.clock("in", { elapsedMs: 0 })].map((op) => ({ ...op, seq: 5 })),
      { now },
    );
    await phone.sync([phone.clock("out")], { now: MONDAY + DAY + 8 * HOUR });
    const days = await daysOf(company, phone.me.id);
    assert.deepEqual(days[0], {
      day: "2026-11-23",
      presses: "in break resume out",
      status: "off",
      hours: 4,
    });
    assert.deepEqual([days[1]?.presses, days[1]?.status], ["in in out", "off"]);
  }));

Deno.test("a forgotten clock-in of yesterday that arrives late does not take today's clock-out", () =>
  withWorker(async (company, phone) => {
    const other = new Device(company, phone.me);
    await phone.sync([phone.clock("in")], { now: MONDAY + DAY });
    await other.sync([other.clock("in", { elapsedMs: 25 * HOUR })], {
      now: MONDAY + DAY + HOUR,
      sessionSince: MONDAY - DAY,
    });
    await phone.sync([phone.clock("out")], { now: MONDAY + DAY + 8 * HOUR });
    assert.deepEqual(
      (await daysOf(company, phone.me.id)).map((
        { day, presses },
      ) => [day, presses]),
      [
        ["2026-11-23", "in"],
        ["2026-11-24", "in out"],
      ],
    );
  }));

Deno.test("the office's list of hours says what the days say", () =>
  withWorker(async (company, phone) => {
    await phone.sync([phone.clock("in")], { now: MONDAY });
    await phone.sync([phone.clock("out")], { now: MONDAY + 8 * HOUR });
    await phone.sync([phone.clock("in")], { now: MONDAY + DAY });
    const { tenant } = company;
    const rows = await timesheetsOfDays(tenant, {
      from: "2026-11-23",
      to: "2026-11-24",
    }, 10);
    const sheets = await tenant.list<Timesheet>({
      prefix: tenant.keys.timesheets(phone.me.id),
    });
    assert.deepEqual(
      rows,
      sheets.map(({ value: { userId, day, state } }) => ({
        userId,
        day,
        state,
      })),
    );
    assert.deepEqual(
      await timesheetsOfDays(
        tenant,
        { from: "2026-11-24", to: "2026-11-24" },
        10,
      ),
      rows.slice(1),
    );
  }));
