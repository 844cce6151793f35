/**
 * Measures the package against a bare server of the same bytes, in one run:
 * `deno run -A measure.ts [seconds] [rounds] [--quick]`. Needs wrk. Uses the
 * loopback device only. `--quick` leaves out the million requests.
 */
const seconds = Number(Deno.args[0] ?? 3);
const rounds = Number(Deno.args[1] ?? 5);
const here = new URL(".", import.meta.url).pathname;
const BARE = 8211;
const FRESH = 8212;

interface Load {
  readonly perSecond: number;
  readonly p99: number;
  /** Processor time that the server took for each request, microseconds. */
  readonly cpu: number;
}

interface Server {
  readonly port: number;
  readonly pid: number;
}

function start(args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args,
    cwd: here,
    stdout: "null",
    stderr: "null",
  }).spawn();
}

async function isUp(port: number): Promise<void> {
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/leads`);
      await response.body?.cancel();
      if (response.ok) return;
    } catch {
      // It does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const UNITS: Record<string, number> = { us: 0.001, ms: 1, s: 1000 };

/** Processor time that a process has taken so far, in microseconds. */
async function processorTime(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  return ticks * 10_000;
}

async function load(
  { port, pid }: Server,
  path: string,
  time: number,
): Promise<Load> {
  const before = await processorTime(pid);
  const { stdout } = await new Deno.Command("wrk", {
    args: [
      "-t1",
      "-c32",
      `-d${time}s`,
      "--latency",
      `http://127.0.0.1:${port}${path}`,
    ],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const taken = await processorTime(pid) - before;
  const [, value, unit] = /99%\s+([\d.]+)(us|ms|s)/.exec(text)!;
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(text)![1]),
    p99: Number(value) * UNITS[unit!]!,
    cpu: taken / Number(/(\d+) requests in/.exec(text)![1]),
  };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

async function stop(child: Deno.ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await child.status;
}

const servers: Record<string, { port: number; args: string[] }> = {
  bare: { port: BARE, args: ["run", "-A", "bare.tsx", String(BARE)] },
  fresh: {
    port: FRESH,
    args: ["serve", "-A", "--port", String(FRESH), "_fresh/server.js"],
  },
};

const lines: string[] = [];
await start(["run", "-A", "build.ts"]).status;

const cold: Record<string, number[]> = { bare: [], fresh: [] };
for (let i = 0; i <= 5; i++) {
  for (const [name, { port, args }] of Object.entries(servers)) {
    const begun = performance.now();
    const child = start(args);
    await isUp(port);
    if (i > 0) cold[name]!.push(performance.now() - begun);
    await stop(child);
  }
}
for (const [name, times] of Object.entries(cold)) {
  lines.push(`cold start ${name}: ${median(times).toFixed(0)} ms`);
}

const bare = start(servers["bare"]!.args);
const fresh = start(servers["fresh"]!.args);
await Promise.all([isUp(BARE), isUp(FRESH)]);
const both = {
  bare: { port: BARE, pid: bare.pid },
  fresh: { port: FRESH, pid: fresh.pid },
};
for (const path of ["/text", "/json", "/plain", "/leads"]) {
  const ratios: number[] = [];
  const runs: { bare: Load; fresh: Load }[] = [];
  for (const server of [both.bare, both.fresh]) await load(server, path, 1);
  for (let i = 0; i < rounds; i++) {
    const run = {
      bare: await load(both.bare, path, seconds),
      fresh: await load(both.fresh, path, seconds),
    };
    runs.push(run);
    ratios.push(run.fresh.perSecond / run.bare.perSecond);
  }
  const of = (read: (run: { bare: Load; fresh: Load }) => number) =>
    median(runs.map(read));
  lines.push(
    `${path}: bare ${of((r) => r.bare.perSecond).toFixed(0)}/s, fresh ${
      of((r) => r.fresh.perSecond).toFixed(0)
    }/s, ratio ${median(ratios).toFixed(2)} (${
      ratios.map((ratio) => ratio.toFixed(2)).join(" ")
    }), processor time bare ${of((r) => r.bare.cpu).toFixed(1)} us, fresh ${
      of((r) => r.fresh.cpu).toFixed(1)
    } us, ratio ${
      median(runs.map((run) => run.bare.cpu / run.fresh.cpu)).toFixed(2)
    }, p99 bare ${of((r) => r.bare.p99).toFixed(1)} ms, fresh ${
      of((r) => r.fresh.p99).toFixed(1)
    } ms`,
  );
}
lines.push(
  `memory after the load: bare ${
    (await residentMegabytes(bare.pid)).toFixed(0)
  } MB, fresh ${(await residentMegabytes(fresh.pid)).toFixed(0)} MB`,
);
await stop(fresh);

/** What the process holds while a million plain pages are asked for. */
async function memoryOverPages(): Promise<string> {
  const child = start(servers["fresh"]!.args);
  await isUp(FRESH);
  const memory: string[] = [];
  for (let requests = 0; requests < 1_000_000;) {
    const server = { port: FRESH, pid: child.pid };
    requests += (await load(server, "/plain", 4)).perSecond * 4;
    const resident = await residentMegabytes(child.pid);
    memory.push(`${(requests / 1e6).toFixed(2)}M: ${resident.toFixed(0)} MB`);
  }
  await stop(child);
  return `memory over plain pages: ${memory.join(", ")}`;
}

if (!Deno.args.includes("--quick")) lines.push(await memoryOverPages());
await stop(bare);
// deno-lint-ignore no-console -- the result of the measurement
console.log(lines.join("\n"));
