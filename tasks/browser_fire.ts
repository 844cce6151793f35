import { withFieldDay } from "../tests/e2e/field_day.ts";
import { runUnderFire } from "../tests/fire/fire.ts";
import { killWhenSaved } from "../tests/fire/killed_phone.ts";
import { toldNothing } from "../tests/fire/told.ts";

/** Runs on one phone and server before both are new. */
const RUNS_A_DAY = 10;
/** Kills on one phone before it is new. */
const KILLS_A_DAY = 50;

const REPORT = new URL("../docs/benchmarks/browser_fire.md", import.meta.url);

/** Does something in parts and keeps what failed, each with the seed that it began with. */
async function inParts(
  count: number,
  most: number,
  first: number,
  part: (count: number, seed: number) => Promise<void>,
): Promise<string[]> {
  const failed: string[] = [];
  for (let done = 0; done < count; done += most) {
    const size = Math.min(most, count - done);
    try {
      await part(size, first + done);
      console.log(`${done + size} of ${count}`);
    } catch (error) {
      failed.push(`seeds from ${first + done} on\n${Deno.inspect(error)}`);
      console.error("FAILED", failed.at(-1));
    }
  }
  return failed;
}

/**
 * Real Chromium against a real server process: seeded runs on a broken network with a server that is killed, and a browser
 * that is killed when its screen says saved. Writes what came of it to docs/benchmarks/browser_fire.md. Needs a build.
 *
 * @returns whether nothing was lost and nothing stood twice
 */
export async function putUnderFire(
  runs: number,
  kills: number,
  first: number,
): Promise<boolean> {
  const startedAt = performance.now();
  const runsFailed = await inParts(
    runs,
    RUNS_A_DAY,
    first,
    (count, seed) =>
      withFieldDay(async (day) => {
        const told = toldNothing(day);
        for (let run = 0; run < count; run++) {
          await runUnderFire(day, told, seed + run);
        }
      }),
  );
  let lost = 0;
  let writes = 0;
  let weak = 0;
  const killsFailed = await inParts(
    kills,
    KILLS_A_DAY,
    first,
    (rounds, seed) =>
      withFieldDay(async (day) => {
        const killed = await killWhenSaved(day, { rounds, seed });
        lost += killed.lost.length;
        writes += killed.writes;
        weak += killed.weak.length;
      }),
  );
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  const failures = [...runsFailed, ...killsFailed];
  await Deno.writeTextFile(
    REPORT,
    `# Chromium under fire

\`deno task torture browser ${runs} ${kills} ${first}\` on ${Deno.build.os}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}, ${
      new Date().toISOString().slice(0, 10)
    }, ${minutes} minutes.

Runs: requests dropped, answers cut at a byte, slow, replaced by a 502 with HTML or a captive portal's 200 (whether the
request reached the server or not), the server killed with SIGKILL in half of the runs. What the screen called saved is
compared with the server's records, their versions and every step of their histories. Kills: SIGKILL of the browser's whole process group 0 to 50 ms after
the screen says saved, half of them on a slowed disk; the same profile is started again.

| what | made | parts failed |
| --- | --- | --- |
| runs | ${runs} | ${runsFailed.length} |
| kills | ${kills}, ${lost} changes lost | ${killsFailed.length} |

${writes} transactions of the queue were seen, ${weak} of them not strict.
${failures.map((one) => `\n\`\`\`\n${one}\n\`\`\`\n`).join("")}`,
  );
  await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "-q", REPORT.pathname],
  }).output();
  return failures.length + lost + weak === 0;
}
