import assert from "node:assert/strict";
import { leaksOf, workShift } from "../shift/shift.ts";
import { stageTest } from "./field_day.ts";

stageTest(
  "Today and a list of leads that stay open for half an hour of syncs and changes hold no more than before",
  async (stage) => {
    const looks = await workShift(stage, {
      minutes: 30,
      lookEvery: 10,
      leads: 300,
      walks: false,
    });
    assert.deepEqual(leaksOf(looks), []);
    // Every half minute in each of the two tabs: else nothing was tried.
    assert.ok((looks.at(-1)?.pulls ?? 0) >= 115, `${looks.at(-1)?.pulls}`);
  },
);
