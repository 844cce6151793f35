import assert from "node:assert/strict";
import {
  type ClockKind,
  projectClock,
  type Timesheet,
  timesheetId,
  workedMs,
} from "../../lib/model/timesheet.ts";
import { pressClock, readClock } from "../../lib/offline/clock.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { cloneProfile, Profile, WORKER, World } from "./world.ts";

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

const MINUTE_MS = 60_000;

/** Presses in one page life each, with what the device's clock is wrong by then, milliseconds. */
async function pressInLives(
  before: (world: World, profile: Profile) => Promise<void>,
  ...presses: [kind: ClockKind, skew: number, waitMs: number][]
) {
  const world = new World();
  const profile = new Profile();
  await before(world, profile);
  world.network = false;
  for (const [kind, skew, waitMs] of presses) {
    const { field, tab } = await world.tab(profile);
    tab.skew = skew;
    tab.pass(waitMs);
    await pressClock(field, kind);
  }
  const { field, tab } = await world.tab(profile);
  tab.pass(MINUTE_MS);
  const screen = await readClock(field);
  world.network = true;
  await sync(field);
  const sheet = world.server.get<Timesheet>(
    timesheetId(WORKER.id, world.server.today),
  );
  const said = await readClock(field);
  assert.deepEqual(said.state, projectClock(sheet.events));
  const short = ({ state, events }: typeof screen) => ({
    kinds: events.map(({ kind }) => kind).join(" "),
    status: state.status,
    workedHours: workedMs(state, tab.now()) / HOUR_MS,
  });
  return { screen: short(screen), said: short(said) };
}

/** Online, once. */
async function loadOnce(world: World, profile: Profile): Promise<void> {
  await sync((await world.tab(profile)).field);
}

for (
  const [name, skew, hours] of [
    ["five minutes fast", 5 * MINUTE_MS, 0],
    ["ten years fast", 10 * 365 * 24 * HOUR_MS, 0],
    // Before the last contact: no later than what came before it, which is as far as anybody can tell.
    ["a day slow", -25 * HOUR_MS, 3 / 60],
  ] as const
) {
  Deno.test(`a clock that was ${name} and is put right between two page lives: the shift ends, on the screen as on the server`, async () => {
    const { screen, said } = await pressInLives(
      loadOnce,
      ["in", skew, MINUTE_MS],
      ["out", 0, 2 * MINUTE_MS],
    );
    assert.deepEqual(screen, {
      kinds: "in out",
      status: "off",
      workedHours: hours,
    });
    assert.deepEqual(said.kinds, screen.kinds);
    assert.deepEqual(said.status, screen.status);
  });
}

for (const skew of [-25 * HOUR_MS, 5 * MINUTE_MS, 0]) {
  Deno.test(
    `a press ends the shift that the server knows of, with a clock that is ${
      skew / MINUTE_MS
    } minutes wrong since`,
    async () => {
      const { screen, said } = await pressInLives(
        async (world, profile) => {
          const { field, tab } = await world.tab(profile);
          await pressClock(field, "in");
          await sync(field);
          tab.pass(HOUR_MS);
        },
        ["out", skew, HOUR_MS],
      );
      assert.deepEqual([screen.kinds, screen.status], ["in out", "off"]);
      assert.deepEqual([said.kinds, said.status], ["in out", "off"]);
    },
  );
}

Deno.test("a press under a queue's new name comes after those under its old one", async () => {
  const world = new World();
  const profile = new Profile();
  const first = await world.tab(profile);
  await sync(first.field);
  const copy = await cloneProfile(profile);
  first.tab.pass(HOUR_MS);
  for (const kind of ["in", "out", "in"] as const) {
    await pressClock(first.field, kind);
    await sync(first.field);
    first.tab.pass(HOUR_MS);
  }
  const other = await world.tab(copy);
  other.tab.skew = -25 * HOUR_MS;
  await sync(other.field);
  await pressClock(other.field, "break");
  await sync(other.field);
  world.network = false;
  await pressClock(other.field, "resume");
  await pressClock(other.field, "out");
  const { state, events } = await readClock(other.field);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["in", "out", "in", "break", "resume", "out"],
  );
  assert.equal(state.status, "off");
});
