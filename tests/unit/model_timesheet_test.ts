import assert from "node:assert/strict";
import fc from "fast-check";
import {
  believe,
  type Claimed,
  clockChoices,
  type ClockEvent,
  type ClockKind,
  projectClock,
  type TimeClaim,
  workedMs,
} from "../../lib/model/timesheet.ts";
import { HOUR, MINUTE, MONDAY } from "./builders.ts";

const KINDS: ClockKind[] = ["in", "out", "break", "resume"];
let made = 0;

function event(
  kind: ClockKind,
  minutes: number,
  more: Partial<ClockEvent> = {},
): ClockEvent {
  const at = new Date(MONDAY + minutes * MINUTE).toISOString();
  return {
    id: `ts_${++made}`,
    kind,
    occurredAt: at,
    believedAt: at,
    confidence: "high",
    seq: made,
    ...more,
  };
}

/** Presses in any order, many at the same minute and with the same seq, as of several devices. */
const presses = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    minutes: fc.nat(20),
    seq: fc.nat(3),
    confidence: fc.constantFrom("high" as const, "low" as const),
  }),
  { maxLength: 14 },
).map((list) =>
  list.map(({ kind, minutes, ...more }, i) =>
    event(kind, minutes, { ...more, id: `ts_${i}` })
  )
);

Deno.test("what the clock says does not depend on the order in which events arrived", () =>
  fc.assert(
    fc.property(
      presses.chain((events) =>
        fc.tuple(
          fc.constant(events),
          fc.shuffledSubarray(events, { minLength: events.length }),
        )
      ),
      ([events, shuffled]) => {
        const copy = structuredClone(events);
        assert.deepEqual(projectClock(shuffled), projectClock(events));
        assert.deepEqual(events, copy);
      },
    ),
    { numRuns: 500 },
  ));

Deno.test("time worked is never negative, nor longer than from the first event to the last", () =>
  fc.assert(fc.property(presses, (events) => {
    const state = projectClock(events);
    const times = events.map(({ believedAt }) => Date.parse(believedAt));
    const span = events.length === 0
      ? 0
      : Math.max(...times) - Math.min(...times);
    assert.ok(state.workedMs >= 0 && state.workedMs <= span);
    const now = MONDAY + 3 * HOUR;
    assert.ok(
      workedMs(state, now) >= state.workedMs &&
        workedMs(state, now) <= now - MONDAY,
    );
    assert.equal(state.status === "off", state.since === null);
    assert.equal(state.status === "break", state.breakSince !== null);
  })));

Deno.test("who presses only what is offered is never flagged", () =>
  fc.assert(fc.property(fc.array(fc.nat(1), { maxLength: 12 }), (choices) => {
    const events: ClockEvent[] = [];
    for (const choice of choices) {
      const offered = clockChoices(projectClock(events).status);
      events.push(
        event(offered[choice % offered.length] ?? "in", events.length * 7),
      );
    }
    assert.deepEqual(projectClock(events).flags, []);
  })));

Deno.test("a day with a break counts its work and not its break", () => {
  const day = [
    event("in", 0),
    event("break", 180),
    event("resume", 210),
    event("out", 480),
  ];
  assert.deepEqual(projectClock(day), {
    status: "off",
    since: null,
    breakSince: null,
    breakMs: 0,
    workedMs: 450 * MINUTE,
    flags: [],
  });
  const open = projectClock(day.slice(0, 2));
  assert.deepEqual([open.status, workedMs(open, MONDAY + 9 * HOUR)], [
    "break",
    3 * HOUR,
  ]);
});

Deno.test("clocking out of a break ends both", () => {
  const state = projectClock([
    event("in", 0),
    event("break", 60),
    event("out", 90),
  ]);
  assert.deepEqual([state.status, state.workedMs, state.flags], [
    "off",
    HOUR,
    [],
  ]);
});

Deno.test("of two clock-ins the later one counts, the other is kept and flagged", () => {
  const events = [event("in", 0), event("in", 30), event("out", 90)];
  const state = projectClock(events);
  assert.deepEqual([state.workedMs, state.flags], [HOUR, ["double-in"]]);
  assert.equal(events.length, 3);
});

Deno.test("at one instant the device's order decides", () => {
  const state = projectClock([
    event("in", 0, { seq: 2 }),
    event("out", 0, { seq: 1 }),
  ]);
  assert.deepEqual([state.status, state.flags], ["on", ["double-out"]]);
  const other = projectClock([
    event("in", 0, { seq: 1 }),
    event("out", 0, { seq: 2 }),
  ]);
  assert.deepEqual([other.status, other.flags], ["off", []]);
});

Deno.test("odd pairs and doubtful clocks are flagged, once each", () => {
  const odd = projectClock([
    event("out", 0),
    event("out", 1),
    event("break", 2),
    event("resume", 3),
    event("in", 4, { confidence: "low" }),
    event("resume", 5, { confidence: "low" }),
  ]);
  assert.deepEqual([...odd.flags].sort(), [
    "double-out",
    "doubtful-clock",
    "odd-break",
  ]);
  assert.equal(odd.status, "on");
});

Deno.test("a claim is believed within last contact and receipt, and doubted where it had to be moved", () =>
  fc.assert(fc.property(
    fc.double(),
    fc.constantFrom("high" as const, "low" as const),
    fc.integer({ min: 0, max: 30 * 24 * HOUR }),
    (elapsedMs, confidence, sinceContact) => {
      const contact = MONDAY - sinceContact;
      const claim = { occurredAt: "", elapsedMs, confidence };
      const [belief] = believe([{ claim }], MONDAY, contact);
      assert.ok(belief);
      const at = Date.parse(belief.believedAt);
      assert.ok(at >= contact && at <= MONDAY);
      const inside = elapsedMs >= 0 && elapsedMs <= sinceContact;
      if (inside) assert.equal(belief.confidence, confidence);
      if (Number.isFinite(elapsedMs) && !inside && elapsedMs !== 0) {
        assert.ok(belief.confidence === "low" || Math.abs(elapsedMs) < 1);
      }
    },
  )));

Deno.test("the device's own time of day has no say in what is believed", () => {
  const beliefs = ["1970-01-01T00:00:00Z", "2099-12-31T23:59:59Z"].flatMap((
    occurredAt,
  ) => {
    const claim = { occurredAt, elapsedMs: HOUR, confidence: "high" as const };
    return believe([{ claim }], MONDAY, MONDAY - 2 * HOUR);
  });
  assert.deepEqual(beliefs[0], beliefs[1]);
  assert.equal(beliefs[0]?.believedAt, new Date(MONDAY - HOUR).toISOString());
});

/** What is believed of changes that claim to have happened so many hours ago; all of them doubtful, unless told. */
function hoursAgo(
  claims: (number | [hours: number, more: Partial<Claimed & TimeClaim>])[],
  lastBelieved?: number,
): number[] {
  const changes = claims.map((given): Claimed => {
    const [hours, more] = typeof given === "number" ? [given, {}] : given;
    const { confidence = "low", replaces } = more;
    const claim = { occurredAt: "", elapsedMs: hours * HOUR, confidence };
    return { claim, replaces };
  });
  return believe(
    changes,
    MONDAY,
    MONDAY - 12 * HOUR,
    lastBelieved === undefined ? undefined : MONDAY - lastBelieved * HOUR,
  ).map(({ believedAt }) => (MONDAY - Date.parse(believedAt)) / HOUR);
}

const SURE = { confidence: "high" as const };

Deno.test("what contradicts the order gives way to what came later, or to what was measured", () => {
  assert.deepEqual(hoursAgo([9, 5, 1]), [9, 5, 1]);
  // The clock was ahead at the second press, and put right after it.
  assert.deepEqual(hoursAgo([9, 2, 6, 1]), [9, 6, 6, 1]);
  assert.deepEqual(hoursAgo([9, 0, 6, 1]), [9, 6, 6, 1]);
  // As far ahead as no clock can be.
  assert.deepEqual(hoursAgo([9, -87_600, 6, 1]), [9, 6, 6, 1]);
  // The clock was so far behind that the claim is before the last contact, and says nothing.
  assert.deepEqual(hoursAgo([9, 960, 6]), [9, 9, 6]);
  assert.deepEqual(hoursAgo([[5, SURE], 7, [4, SURE]]), [5, 5, 4]);
});

Deno.test("what an earlier request brought is not overtaken", () => {
  assert.deepEqual(hoursAgo([9, 5, 1], 6), [6, 5, 1]);
  assert.deepEqual(hoursAgo([[9, SURE]], 6), [6]);
  // The server's clock was put back: nothing is believed to be yet to come.
  assert.deepEqual(hoursAgo([9, 5], -1), [0, 0]);
});

Deno.test("what is said again keeps its own moment, and moves no other", () => {
  const again = { replaces: "op_refused" };
  assert.deepEqual(hoursAgo([9, 5, [8, again], 1]), [9, 5, 8, 1]);
  assert.deepEqual(hoursAgo([5, [8, again]], 6), [5, 8]);
});

Deno.test("whatever a queue claims, it is believed in its order, between contact and receipt", () =>
  fc.assert(fc.property(
    fc.array(fc.record({
      claim: fc.record({
        occurredAt: fc.constant(""),
        elapsedMs: fc.oneof(
          fc.double(),
          fc.integer({ min: -HOUR, max: 40 * HOUR }),
        ),
        confidence: fc.constantFrom("high" as const, "low" as const),
      }),
    })),
    fc.integer({ min: -HOUR, max: 40 * HOUR }),
    (changes, before) => {
      const contact = MONDAY - 24 * HOUR;
      const last = MONDAY - before;
      const times = believe(changes, MONDAY, contact, last)
        .map(({ believedAt }) => Date.parse(believedAt));
      const from = Math.min(MONDAY, Math.max(contact, last));
      assert.deepEqual(times, times.toSorted((a, b) => a - b));
      assert.ok(times.every((time) => time >= from && time <= MONDAY));
    },
  )));
