import assert from "node:assert/strict";
import { type ClockKind, workedMs } from "../../lib/model/timesheet.ts";
import { pressClock, readClock } from "../../lib/offline/clock.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { World } from "./world.ts";

const HOUR_MS = 3_600_000;

/** What the clock says after presses an hour apart, each with another error of the device's clock. */
async function press(...presses: [kind: ClockKind, skew: number][]) {
  const world = new World();
  const { field, tab } = await world.tab();
  await sync(field);
  world.network = false;
  for (const [kind, skew] of presses) {
    tab.pass(HOUR_MS);
    tab.skew = skew;
    await pressClock(field, kind);
  }
  tab.pass(HOUR_MS);
  const { state, events } = await readClock(field);
  return {
    kinds: events.map(({ kind }) => kind),
    status: state.status,
    workedHours: workedMs(state, tab.now()) / HOUR_MS,
    flags: state.flags,
  };
}

Deno.test("a clock that is always wrong by the same counts the hours that passed", async () => {
  assert.deepEqual(
    await press(["in", 10 * 365 * 24 * HOUR_MS]),
    // It was right when the server was last heard of, and the hour before the press is not the worker's.
    { kinds: ["in"], status: "on", workedHours: 1, flags: [] },
  );
});

Deno.test("a clock that jumps by ten years and back turns no presses round, and makes no years of work", async () => {
  const day = await press(
    ["in", -25 * HOUR_MS],
    ["break", 10 * 365 * 24 * HOUR_MS],
    ["resume", 0],
  );
  assert.deepEqual(day.kinds, ["in", "break", "resume"]);
  assert.equal(day.status, "on");
  assert.ok(day.workedHours <= 4, `${day.workedHours} hours`);
  assert.deepEqual(day.flags, ["doubtful-clock"]);
});
