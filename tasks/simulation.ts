import type { Report } from "../tests/simulation/run.ts";

const ROOT = new URL("../", import.meta.url);
const REPORT = new URL("docs/benchmarks/simulation.md", ROOT);

/** Ops that a run tries to make. */
const OPS = 200;
/** Runs of one process: what they leave in memory goes with it. */
const SHARE = 50;

interface Sum {
  runs: number;
  ops: number;
  applied: number;
  refused: number;
  requests: number;
  faults: Map<string, number>;
  failures: Report[];
}

function add(sum: Sum, report: Report): void {
  sum.runs++;
  for (const name of ["ops", "applied", "refused", "requests"] as const) {
    sum[name] += report[name];
  }
  for (const [name, times] of Object.entries(report.faults)) {
    sum.faults.set(name, (sum.faults.get(name) ?? 0) + times);
  }
  if (report.failure === null) return;
  sum.failures.push(report);
  console.error(`SIMULATION_SEED=${report.seed} fails:\n${report.failure}\n`);
}

async function runShare(sum: Sum, first: number, runs: number): Promise<void> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "tests/simulation/run_seeds.ts",
      ...[first, runs, OPS].map(String),
    ],
    cwd: ROOT,
    stderr: "inherit",
  }).output();
  const lines = new TextDecoder().decode(stdout).split("\n").filter(Boolean);
  for (const line of lines) add(sum, JSON.parse(line));
  if (!success || lines.length !== runs) {
    throw new Error(`The runs from ${first} on ended after ${lines.length}`);
  }
}

function reportOf(sum: Sum, first: number, seconds: number): string {
  const faults = [...sum.faults].sort(([a], [b]) => a < b ? -1 : 1);
  const number = (n: number) => Math.round(n).toLocaleString("en");
  return `# Simulated: everything goes wrong

\`deno task torture simulation\` on ${Deno.build.os}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}, ${
    new Date().toISOString().slice(0, 10)
  }.

The real queue, replay, merging and pull of the phones against the real reading,
applying and pulling of the server on a real store; the clock, the wire and
IndexedDB are simulated (tests/simulation). Each run is drawn from its seed, and
\`SIMULATION_SEED=<seed> deno test -A tests/simulation\` repeats it. At its end
faults stop, everything drains, and then: each op has its effect exactly once or
a reason, each effect is one op's, a record's changes are in their order, no value
that a screen called saved is gone without a trace, devices and server are equal,
and so are the hashes of their ledgers.

| | |
| --- | --- |
| runs | ${number(sum.runs)} (seeds from ${first} on) |
| failed | ${number(sum.failures.length)} |
| ops saved by people | ${number(sum.ops)} |
| ops with an effect, merges included | ${number(sum.applied)} |
| ops refused with a reason, settled ones included | ${number(sum.refused)} |
| requests answered by the server | ${number(sum.requests)} |
| seconds | ${number(seconds)} |

| fault | times |
| --- | --- |
${faults.map(([name, times]) => `| ${name} | ${number(times)} |`).join("\n")}
${
    sum.failures.map(({ seed, failure }) =>
      `\nSeed ${seed}:\n\n\`\`\`\n${
        failure?.replaceAll(ROOT.href, "")
      }\n\`\`\`\n`
    ).join("")
  }`;
}

/**
 * Runs seeds of the simulation, in as many processes as there are cores, and writes what came of them to
 * docs/benchmarks/simulation.md.
 *
 * @returns whether every run ended as it should
 */
export async function simulateMany(
  runs: number,
  first: number,
): Promise<boolean> {
  const sum: Sum = {
    runs: 0,
    ops: 0,
    applied: 0,
    refused: 0,
    requests: 0,
    faults: new Map(),
    failures: [],
  };
  const startedAt = performance.now();
  // After each share, so that a run that is cut short tells of what was really run.
  const write = async () => {
    const seconds = (performance.now() - startedAt) / 1000;
    await Deno.writeTextFile(REPORT, reportOf(sum, first, seconds));
    await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "-q", REPORT.pathname],
    }).output();
  };
  let next = first;
  const work = async () => {
    while (next < first + runs) {
      const from = next;
      const share = Math.min(SHARE, first + runs - from);
      next += share;
      await runShare(sum, from, share);
      console.log(`${sum.runs} of ${runs} runs, ${sum.failures.length} failed`);
      await write();
    }
  };
  await Promise.all(
    Array.from({ length: navigator.hardwareConcurrency }, work),
  );
  return sum.failures.length === 0;
}
