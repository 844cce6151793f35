import { loadDeviceCode } from "./load_device_code.ts";
import { simulate } from "./run.ts";

// One process of `deno task torture simulation`: a report as a line of JSON for each seed from the first one on.
const [first = 1, runs = 1, ops = 200] = Deno.args.map(Number);
const device = await loadDeviceCode();
for (let seed = first; seed < first + runs; seed++) {
  console.log(JSON.stringify(await simulate(seed, { device, ops })));
}
