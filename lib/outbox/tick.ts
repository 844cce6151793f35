/** Something that is to be done again and again, whenever it is due. */
export interface Chore {
  /** In the log, when it fails. */
  name: string;
  /** The least time from one start to the next, milliseconds; 0: at every tick. */
  everyMs: number;
  /** Does what is due. Stops early, at a good moment, once the signal is aborted. */
  run(signal: AbortSignal): Promise<unknown>;
}

/** Runs what is due, and nothing twice at once. */
export interface Ticker {
  /**
   * Runs every chore that is due. One that runs already is run once more after that, if what it does at every tick is
   * asked for again meanwhile.
   *
   * @returns when all that this tick asked for has ended; never throws
   */
  tick(): Promise<void>;
  /** Ticks now, and from now on by itself. */
  start(everyMs: number): void;
  /** Ticks no more. @returns when what runs has ended */
  stop(): Promise<void>;
}

/**
 * Makes the one function that runs what is due: kicked by commits that ordered a job, by a timer, and by `Deno.cron`
 * where timers sleep. Chores do not wait for each other: a mail server that hangs holds up no seal.
 *
 * @param deps.now server time, milliseconds
 * @param deps.log takes one line for each failure, which ends with it
 */
export function createTicker(
  deps: { now: () => number; log: (line: Record<string, unknown>) => void },
  chores: readonly Chore[],
): Ticker {
  const stopping = new AbortController();
  const running = new Map<Chore, Promise<void>>();
  const startedAt = new Map<Chore, number>();
  const again = new Set<Chore>();
  let timer: ReturnType<typeof setInterval> | undefined;

  const isDue = (chore: Chore) =>
    deps.now() - (startedAt.get(chore) ?? -Infinity) >= chore.everyMs;

  async function runUntilNothingIsAsked(chore: Chore): Promise<void> {
    do {
      again.delete(chore);
      startedAt.set(chore, deps.now());
      try {
        // Also what throws at once has to end after this run is known to be running.
        await (async () => await chore.run(stopping.signal))();
      } catch (error) {
        deps.log({
          time: new Date(deps.now()).toISOString(),
          level: "error",
          chore: chore.name,
          error: error instanceof Error
            ? `${error.name}: ${error.message}`
            : String(error),
          stack: error instanceof Error ? error.stack : undefined,
        });
      }
    } while (again.has(chore) && !stopping.signal.aborted);
    running.delete(chore);
  }

  function begin(chore: Chore): Promise<void> | undefined {
    const present = running.get(chore);
    if (present !== undefined) {
      if (chore.everyMs === 0) again.add(chore);
      return present;
    }
    if (!isDue(chore)) return;
    const run = runUntilNothingIsAsked(chore);
    running.set(chore, run);
    return run;
  }

  async function tick(): Promise<void> {
    if (stopping.signal.aborted) return;
    await Promise.all(chores.map(begin));
  }

  return {
    tick,
    start(everyMs) {
      timer ??= setInterval(tick, everyMs);
      void tick();
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await Promise.all(running.values());
    },
  };
}
