import assert from "node:assert/strict";
import { fieldTest, withFieldDay } from "../e2e/field_day.ts";
import { killWhenSaved } from "./killed_phone.ts";
import { withPatchedBuild } from "../system/patched_build.ts";
import { seedOfRun } from "./random.ts";

const ROUNDS = 20;

fieldTest(
  `what the screen says is saved is there after a kill at that moment, ${ROUNDS} times`,
  async (day) => {
    const seed = seedOfRun();
    console.log(`FIRE_SEED=${seed}`);
    const { lost, writes, weak } = await killWhenSaved(day, {
      rounds: ROUNDS,
      seed,
    });
    assert.deepEqual(lost, []);
    assert.ok(writes >= ROUNDS);
    assert.deepEqual(weak, []);
  },
);

Deno.test({
  name: "a build that says saved before the transaction is done is found out",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: () =>
    withPatchedBuild(
      // The screen reads the database, which waits for the transaction: it has to be told to say it without.
      [{
        file: "islands/TodayScreen.tsx",
        from: "await pressClock(field, kind);",
        to: `event.submitter?.setAttribute("value", "pressed");
      await pressClock(field, kind);`,
      }],
      (root) =>
        withFieldDay(async (day) => {
          const { lost } = await killWhenSaved(day, {
            rounds: 2,
            seed: 1,
            slowMs: 200,
            clockOnly: true,
          });
          assert.notEqual(lost.length, 0);
        }, root),
    ),
});
