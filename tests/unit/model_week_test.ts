import assert from "node:assert/strict";
import fc from "fast-check";
import { addDays } from "../../lib/model/calendar.ts";
import { daysOfWeek, weekOf } from "../../lib/model/week.ts";

const day = fc.date({
  min: new Date("1990-01-01"),
  max: new Date("2200-01-01"),
  noInvalidDate: true,
}).map((date) => date.toISOString().slice(0, 10));

const weekday = (of: string) => new Date(`${of}T00:00:00Z`).getUTCDay();

Deno.test("weeks are those of ISO 8601, also around the turn of the year", () => {
  // The examples of ISO 8601 and what follows from 4 January and the Thursday.
  for (
    const [of, week] of [
      ["2005-01-01", "2004-W53"],
      ["2005-12-31", "2005-W52"],
      ["2007-01-01", "2007-W01"],
      ["2008-12-28", "2008-W52"],
      ["2008-12-29", "2009-W01"],
      ["2009-12-31", "2009-W53"],
      ["2010-01-03", "2009-W53"],
      ["2026-11-22", "2026-W47"],
      ["2026-11-23", "2026-W48"],
      ["2026-12-31", "2026-W53"],
      ["2027-01-04", "2027-W01"],
    ] as const
  ) assert.equal(weekOf(of), week, of);
});

Deno.test("every day is in its week, which has seven days from Monday to Sunday", () =>
  fc.assert(fc.property(day, (of) => {
    const days = daysOfWeek(weekOf(of)) ?? [];
    assert.ok(days.includes(of));
    assert.deepEqual(days.map(weekday), [1, 2, 3, 4, 5, 6, 0]);
    days.slice(1).forEach((later, at) =>
      assert.equal(later, addDays(days[at] ?? "", 1))
    );
    // Its year is the one that most of its days are in.
    assert.equal(days[3]?.slice(0, 4), weekOf(of).slice(0, 4));
  })));

Deno.test("the weeks beside one another leave no day out and have none twice", () =>
  fc.assert(fc.property(day, (of) => {
    const days = daysOfWeek(weekOf(of)) ?? [];
    const [monday = ""] = days;
    const before = daysOfWeek(weekOf(addDays(monday, -7))) ?? [];
    const after = daysOfWeek(weekOf(addDays(monday, 7))) ?? [];
    assert.equal(addDays(before.at(-1) ?? "", 1), monday);
    assert.equal(addDays(days.at(-1) ?? "", 1), after[0]);
    assert.ok(weekOf(before[0] ?? "") < weekOf(monday));
  })));

Deno.test("what names no week is none, and there is no week 53 in a year of 52", () => {
  for (
    const text of [
      "",
      "2026",
      "2026-47",
      "2026-W00",
      "2026-W54",
      "2025-W53",
      "2026-w47",
      "2026-W7",
      "2026-W47 ",
      " 2026-W47",
      "2026-W470",
      "0999-W10",
      "9999-W52",
      "2026-W47\n",
      "２０２６-W47",
    ]
  ) assert.equal(daysOfWeek(text), null, JSON.stringify(text));
  assert.equal(daysOfWeek("2026-W53")?.at(0), "2026-12-28");
  fc.assert(fc.property(fc.string(), (text) => {
    const days = daysOfWeek(text);
    assert.ok(days === null || weekOf(days[0] ?? "") === text);
  }));
});
