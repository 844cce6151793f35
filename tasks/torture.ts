import { deathsOf, runScenario } from "../tests/torture/kill.ts";
import { SCENARIOS } from "../tests/torture/scenarios.ts";
import { putUnderFire } from "./browser_fire.ts";
import { spendShift } from "./shift.ts";
import { simulateMany } from "./simulation.ts";

/**
 * Kills the server before, within and after every call of the store, in every scenario, and writes what came of it to
 * docs/benchmarks/torture.md. Needs a build. `deno task torture registration` runs the scenarios whose names begin so.
 *
 * Then simulates phones and server, see `simulateMany`: `deno task torture simulation 500 1` makes only that, 500 runs
 * from seed 1 on. Then Chromium, see `putUnderFire`: `deno task torture browser 200 300 1` makes only that, 200 runs and
 * 300 kills. At last a worker's day, see `spendShift`: `deno task torture shift 8` makes only that, 8 hours.
 */

const REPORT = new URL("../docs/benchmarks/torture.md", import.meta.url);
/** Servers at the same time. */
const AT_ONCE = 2;

/** Runs of the simulation. */
const RUNS = 10_000;

/** Runs in Chromium, and kills of it. */
const BROWSER_RUNS = 200;
const BROWSER_KILLS = 300;

/** Hours of a shift. */
const HOURS = 8;

const only = Deno.args[0] ?? "";
if (only === "simulation") {
  const [runs = RUNS, first = 1] = Deno.args.slice(1).map(Number);
  Deno.exit(await simulateMany(runs, first) ? 0 : 1);
}
if (only === "browser") {
  const [runs = BROWSER_RUNS, kills = BROWSER_KILLS, first = 1] = Deno.args
    .slice(1).map(Number);
  Deno.exit(await putUnderFire(runs, kills, first) ? 0 : 1);
}
if (only === "shift") {
  Deno.exit(await spendShift(Number(Deno.args[1] ?? HOURS)) ? 0 : 1);
}
const rows: string[] = [];
const failures: string[] = [];
const sequences: string[] = [];

for (const scenario of SCENARIOS.filter(({ name }) => name.startsWith(only))) {
  const startedAt = performance.now();
  const deaths = await deathsOf(scenario);
  const left = [...deaths];
  let died = 0;
  let twice = 0;
  const work = async () => {
    for (let death = left.shift(); death; death = left.shift()) {
      const what =
        `${scenario.name}, ${death.fault} call ${death.at} (${death.call})`;
      try {
        const run = await runScenario(scenario, death);
        if (run.died) died++;
        if (run.mails > scenario.mails) twice++;
        console.log(`${run.died ? "killed" : "lived "}  ${what}`);
      } catch (error) {
        failures.push(
          `${what}\n${error instanceof Error ? error.stack : error}`,
        );
        console.error(`FAILED  ${what}\n`, error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const calls = deaths.filter(({ fault }) => fault === "before");
  const failed = failures.filter((one) => one.startsWith(scenario.name)).length;
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  rows.push(
    `| ${scenario.name} | ${calls.length} | ${deaths.length} | ${died} | ${twice} | ${failed} | ${minutes} |`,
  );
  sequences.push(
    `- ${scenario.name}: ${calls.map(({ call }) => call).join(", ")}`,
  );
}

const report = `# Killed at every call of the store

\`deno task torture\` on ${Deno.build.os}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}, ${
  new Date().toISOString().slice(0, 10)
}.

The server is the real one, on a file. Calls of Deno KV are counted from the
request on (the outbox: from the start of the process), and the process gets
SIGKILL before, within and after each. Then it is started again on the same
file, the client asks the same again, and every row of the store is looked at:
no record without its index rows, no index row without its record, one tenant,
one owner, each op once, one mail under one Message-ID, an empty outbox, an audit
log that verifies. A run in which the process lived had fewer calls than the dry
run: timers fall differently.

| scenario | calls | deaths planned | killed | mail sent again | failed | minutes |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

A mail that is sent again has the same Message-ID: the server died after the mail
server had taken it, and before that was written down.

The calls, in the order of the dry run:

${sequences.join("\n")}
${failures.map((one) => `\n\`\`\`\n${one}\n\`\`\`\n`).join("")}`;

if (only === "") {
  await Deno.writeTextFile(REPORT, report);
  const formatter = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "-q", REPORT.pathname],
  });
  await formatter.output();
} else console.log(report);
const simulated = only !== "" || await simulateMany(RUNS, 1);
const unharmed = only !== "" ||
  await putUnderFire(BROWSER_RUNS, BROWSER_KILLS, 1);
const steady = only !== "" || await spendShift(HOURS);
if (failures.length > 0 || !simulated || !unharmed || !steady) Deno.exit(1);
