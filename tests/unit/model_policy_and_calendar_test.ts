import assert from "node:assert/strict";
import fc from "fast-check";
import { addDays, isTimeZone, localTime } from "../../lib/model/calendar.ts";
import { type Action, may, reachOf } from "../../lib/model/policy.ts";
import {
  problem,
  type ProblemCode,
  PROBLEMS,
} from "../../lib/model/problem.ts";
import {
  CLIENT_ROLES,
  type ClientRole,
  SPACES,
} from "../../lib/model/spaces.ts";

/** Who may do what, written a second time: all, own or nothing for OWNER, MANAGER, DISPATCHER, WORKER. */
const MATRIX: Partial<Record<Action, string>> = {
  "lead.read": "a a a o",
  "lead.create": "a a a o",
  "lead.update": "a a a o",
  "order.read": "a a a o",
  "order.create": "a a a -",
  "order.update": "a a a o",
  "order.plan": "a a a -",
  "order.advance": "a a a o",
  "clock.write": "o o o o",
  "unsent.import": "a a a -",
  "timesheet.read": "a a a o",
  "member.read": "a a a -",
  "member.invite": "a a - -",
  "member.update": "a a - -",
  "audit.read": "a - - -",
};
const ACTIONS = Object.keys(MATRIX) as Action[];
const cell = (action: Action, role: ClientRole) =>
  MATRIX[action]?.split(" ")[CLIENT_ROLES.indexOf(role)];
const subject = (
  roles: ClientRole[],
  space = "CLIENT" as typeof SPACES[number],
) => ({ id: "usr_me", space, roles });

Deno.test("each role reaches what the table says, record by record", () => {
  for (const action of ACTIONS) {
    for (const role of CLIENT_ROLES) {
      const me = subject([role]);
      const granted = cell(action, role);
      const told = [
        may(me, action),
        may(me, action, { assigneeId: "usr_me" }),
        may(me, action, { assigneeId: "usr_other" }),
        may(me, action, { assigneeId: null }),
      ];
      const nobodys = granted === "a" ||
        granted === "o" && action.startsWith("lead.");
      const expected = [
        granted !== "-",
        granted !== "-",
        granted === "a",
        nobodys,
      ];
      assert.deepEqual(told, expected, `${role} ${action}`);
    }
  }
});

Deno.test("outside the client space, or without a role, nothing is allowed", () => {
  for (const action of ACTIONS) {
    for (const space of SPACES.filter((name) => name !== "CLIENT")) {
      assert.equal(
        may(subject([...CLIENT_ROLES], space), action, {
          assigneeId: "usr_me",
        }),
        false,
      );
    }
    assert.equal(may(subject([]), action), false);
    assert.equal(reachOf(subject(["ADMIN" as ClientRole]), action), null);
    assert.equal(reachOf(subject(["constructor" as ClientRole]), action), null);
  }
});

Deno.test("of several roles the one that reaches furthest counts, in any order", () =>
  fc.assert(fc.property(
    fc.constantFrom(...ACTIONS),
    fc.shuffledSubarray([...CLIENT_ROLES]),
    (action, roles) => {
      const cells = roles.map((role) => cell(action, role));
      const best = cells.includes("a")
        ? "all"
        : cells.includes("o")
        ? "own"
        : null;
      assert.equal(reachOf(subject(roles), action), best);
    },
  )));

Deno.test("a day is the company's, also across midnight and daylight saving", () => {
  const at = (zone: string, time: string) =>
    Object.values(localTime(zone, Date.parse(time))).join(" ");
  assert.equal(at("Europe/Berlin", "2026-11-23T23:30:00Z"), "2026-11-24 00:30");
  assert.equal(
    at("America/New_York", "2026-11-24T04:59:00Z"),
    "2026-11-23 23:59",
  );
  assert.equal(at("Europe/Berlin", "2026-03-29T00:59:00Z"), "2026-03-29 01:59");
  assert.equal(at("Europe/Berlin", "2026-03-29T01:00:00Z"), "2026-03-29 03:00");
  assert.equal(
    at("Pacific/Kiritimati", "2026-12-31T10:00:00Z"),
    "2027-01-01 00:00",
  );
  assert.throws(() => localTime("Nowhere/Land", 0), RangeError);
  assert.deepEqual(
    ["Europe/Berlin", "UTC", "Nowhere/Land", ""].map(isTimeZone),
    [true, true, false, false],
  );
});

Deno.test("days are added over months, years and leap days, and back again", () => {
  assert.equal(addDays("2028-02-28", 1), "2028-02-29");
  assert.equal(addDays("2026-12-31", 1), "2027-01-01");
  const day = fc.date({
    min: new Date("1971-01-01"),
    max: new Date("2100-01-01"),
    noInvalidDate: true,
  })
    .map((date) => date.toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, fc.integer({ min: -400, max: 400 }), (from, days) => {
      assert.equal(addDays(addDays(from, days), -days), from);
      assert.equal(addDays(from, days) > from, days > 0);
    }),
  );
});

Deno.test("each problem has a type made from its code, an error's status and a title for people", () => {
  for (const code of Object.keys(PROBLEMS) as ProblemCode[]) {
    const { type, status, title } = problem(code);
    assert.equal(type, `urn:streamflow:problem:${code}`);
    assert.ok(status >= 400 && status < 600 && title.length > 3);
  }
});
