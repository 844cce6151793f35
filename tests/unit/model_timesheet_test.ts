import assert from "node:assert/strict";
import fc from "fast-check";
import {
  believe,
  clockChoices,
  type ClockEvent,
  type ClockKind,
  projectClock,
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
      const belief = believe(
        { occurredAt: "", elapsedMs, confidence },
        MONDAY,
        contact,
      );
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
  const beliefs = ["1970-01-01T00:00:00Z", "2099-12-31T23:59:59Z"].map((
    occurredAt,
  ) =>
    believe(
      { occurredAt, elapsedMs: HOUR, confidence: "high" },
      MONDAY,
      MONDAY - 2 * HOUR,
    )
  );
  assert.deepEqual(beliefs[0], beliefs[1]);
  assert.equal(beliefs[0]?.believedAt, new Date(MONDAY - HOUR).toISOString());
});
