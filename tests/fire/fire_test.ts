import { fieldTest } from "../e2e/field_day.ts";
import { runUnderFire } from "./fire.ts";
import { seedOfRun } from "./random.ts";
import { toldNothing } from "./told.ts";

const RUNS = 10;

fieldTest(
  `${RUNS} runs on a broken network with a server that is killed: nothing is lost, nothing stands twice`,
  async (day) => {
    const first = seedOfRun();
    const told = toldNothing(day);
    for (let run = 0; run < RUNS; run++) {
      const seed = first + run;
      console.log(`FIRE_SEED=${seed}`);
      await runUnderFire(day, told, seed);
    }
  },
);
