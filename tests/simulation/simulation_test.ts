import assert from "node:assert/strict";
import { type DeviceCode, loadDeviceCode } from "./load_device_code.ts";
import { PLANTED_BUGS } from "./planted_bugs.ts";
import { type Report, simulate } from "./run.ts";

/** Runs of the sample; `deno task torture simulation` makes thousands. */
const RUNS = 12;
const OPS = 200;

/** Within how many runs a planted bug has to be found. */
const MOST_RUNS = 500;
/** Ops of a run that looks for a planted bug: small runs find it sooner. */
const FEW_OPS = 60;

/** The suite makes the same runs each time, so that it says something of the change; others are for `deno task torture`. */
const first = Number(Deno.env.get("SIMULATION_SEED") ?? 1);

const say = (report: Report) =>
  `SIMULATION_SEED=${report.seed} fails:\n${report.failure}`;

Deno.test("a seed gives the same run twice, down to every answer and its time", async () => {
  const device = await loadDeviceCode();
  for (const seed of [first, first + 1]) {
    const once = await simulate(seed, { device, ops: FEW_OPS });
    const twice = await simulate(seed, { device, ops: FEW_OPS });
    assert.deepEqual(twice, once);
  }
});

Deno.test("whatever goes wrong, each op has its effect once, in order, and device and server end equal", async () => {
  const device = await loadDeviceCode();
  console.log(`The first seed is ${first}`);
  for (let seed = first; seed < first + RUNS; seed++) {
    const report = await simulate(seed, { device, ops: OPS });
    assert.equal(report.failure, null, say(report));
    assert(report.ops > OPS / 2, `only ${report.ops} ops were saved`);
  }
});

for (const { name, patches, wrapStore } of PLANTED_BUGS) {
  Deno.test(`planted: ${name}, and a run finds it`, async () => {
    const device: DeviceCode = await loadDeviceCode(patches);
    for (let run = 1; run <= MOST_RUNS; run++) {
      const { failure } = await simulate(run, {
        device,
        ops: FEW_OPS,
        ...(wrapStore && { wrapStore }),
      });
      if (!failure) continue;
      return console.log(`Found by run ${run}: ${failure.split("\n")[0]}`);
    }
    assert.fail(`${MOST_RUNS} runs did not find it`);
  });
}
