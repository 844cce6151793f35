import assert from "node:assert/strict";
import { type Chore, createTicker } from "../../lib/outbox/tick.ts";
import { MONDAY } from "./builders.ts";

/** A ticker with a clock that a test sets. */
function ticking(...chores: Chore[]) {
  const lines: Record<string, unknown>[] = [];
  const clock = { now: MONDAY };
  const ticker = createTicker(
    { now: () => clock.now, log: (line) => lines.push(line) },
    chores,
  );
  return { ticker, lines, clock };
}

/** A chore whose runs a test ends one by one. */
class Gated implements Chore {
  readonly name = "gated";
  readonly signals: AbortSignal[] = [];
  #begun = Promise.withResolvers<void>();
  #ends: PromiseWithResolvers<void>[] = [];

  constructor(readonly everyMs = 0) {}

  run(signal: AbortSignal): Promise<void> {
    this.signals.push(signal);
    this.#begun.resolve();
    const end = Promise.withResolvers<void>();
    this.#ends.push(end);
    return end.promise;
  }

  /** Waits until a run has begun that was not waited for yet. */
  async begun(): Promise<void> {
    await this.#begun.promise;
    this.#begun = Promise.withResolvers();
  }

  end(): void {
    this.#ends.shift()?.resolve();
  }
}

Deno.test("kicks during a run cause one more run, and never two at once", async () => {
  const chore = new Gated();
  const { ticker } = ticking(chore);
  const first = ticker.tick();
  await chore.begun();
  const more = [1, 2, 3].map(() => ticker.tick());
  assert.equal(chore.signals.length, 1);
  chore.end();
  await chore.begun();
  assert.equal(chore.signals.length, 2);
  chore.end();
  await Promise.all([first, ...more]);
  assert.equal(chore.signals.length, 2);
  const last = ticker.tick();
  chore.end();
  await last;
  assert.equal(chore.signals.length, 3);
});

Deno.test("a chore runs when its time has come, and not before", async () => {
  let runs = 0;
  const { ticker, clock } = ticking({
    name: "counts",
    everyMs: 1000,
    run: () => Promise.resolve(runs++),
  });
  await ticker.tick();
  clock.now += 999;
  await ticker.tick();
  assert.equal(runs, 1);
  clock.now += 1;
  await ticker.tick();
  assert.equal(runs, 2);
});

Deno.test("a chore that hangs or fails holds up no other, and its failure is one line of the log", async () => {
  let runs = 0;
  const hangs = new Gated();
  const { ticker, lines } = ticking(
    hangs,
    {
      name: "fails",
      everyMs: 0,
      run: () => Promise.reject(new TypeError("odd")),
    },
    {
      name: "throws",
      everyMs: 0,
      run: () => {
        throw "text";
      },
    },
    { name: "works", everyMs: 0, run: () => Promise.resolve(runs++) },
  );
  const ticks = [ticker.tick(), ticker.tick()];
  for (let turn = 0; lines.length < 4 && turn < 100; turn++) {
    await Promise.resolve();
  }
  assert.equal(runs, 2);
  assert.deepEqual(
    lines.map(({ chore, error, level }) => [chore, error, level]).toSorted(),
    [
      ["fails", "TypeError: odd", "error"],
      ["fails", "TypeError: odd", "error"],
      ["throws", "text", "error"],
      ["throws", "text", "error"],
    ],
  );
  const stopped = ticker.stop();
  hangs.end();
  await Promise.all([...ticks, stopped]);
});

Deno.test("a stop tells what runs, waits for it, and lets nothing begin", async () => {
  const chore = new Gated();
  const { ticker } = ticking(chore);
  ticker.start(3_600_000);
  await chore.begun();
  void ticker.tick();
  let stopped = false;
  const stop = ticker.stop().then(() => stopped = true);
  await Promise.resolve();
  assert.equal(chore.signals[0]?.aborted, true);
  assert.equal(stopped, false);
  chore.end();
  await stop;
  await ticker.tick();
  assert.equal(chore.signals.length, 1);
});
