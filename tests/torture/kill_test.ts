import fc from "fast-check";
import { type Death, deathsOf, runScenario } from "./kill.ts";
import { SCENARIOS } from "./scenarios.ts";

/** Given again, the same sample is run. */
const seed = Number(Deno.env.get("TORTURE_SEED") ?? Date.now() % 1e9);

for (const scenario of SCENARIOS) {
  Deno.test(`a server killed at a call of the store leaves nothing half done: ${scenario.name}`, async () => {
    const deaths = await deathsOf(scenario);
    const commits = deaths.filter(({ call }) => call === "commit");
    const sample = [
      ...fc.sample(fc.constantFrom(...commits), { seed, numRuns: 1 }),
      ...fc.sample(fc.constantFrom(...deaths), { seed: seed + 1, numRuns: 2 }),
    ];
    const told = ({ at, fault, call }: Death) => `${fault} call ${at}, ${call}`;
    console.log(`TORTURE_SEED=${seed}: killed ${sample.map(told).join("; ")}`);
    await Promise.all(sample.map((death) => runScenario(scenario, death)));
  });
}
