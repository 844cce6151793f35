import type { Chance } from "./chance.ts";

// The engine's own queue of what follows a promise: run to its end between two steps, so that no step meets another
// one's loose ends. Not part of Deno's API; a run says clearly when it is gone.
const { runMicrotasks } = (Deno as unknown as Record<
  symbol,
  { core: { runMicrotasks?: () => void } }
>)[(Deno as unknown as { internal: symbol }).internal]!.core;

const realImmediate = globalThis.setImmediate;

/** How much time one step of a database takes, milliseconds: so that everything else can come in between. */
const STEP_MS = 0.02;

/** Steps after which a run is taken for one that never ends. */
const MOST_STEPS = 1_000_000;
/** Virtual time after which it is too, milliseconds: whoever is waited for never answers. */
const MOST_MS = 4 * 3_600_000;

interface Timer {
  at: number;
  run: () => void;
}

interface Native {
  work: () => Promise<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Time and order of a run. Nothing in it happens by the machine's clock or threads: steps of the database in the order
 * in which they were asked for, timers by virtual time, and what really leaves the thread (the store) one at a time,
 * with an answer at a drawn time later.
 */
export class Timeline {
  /** Virtual milliseconds since the run began. */
  now = 0;
  steps = 0;
  /** A number that two equal runs have in common. */
  trace = 0;
  readonly #chance: Chance;
  readonly #ready: (() => void)[] = [];
  #readyFrom = 0;
  /** By time, the next one last. */
  readonly #timers: Timer[] = [];
  readonly #natives: Native[] = [];
  #flying = false;
  #held = 0;
  #over = false;
  #fail: (error: unknown) => void = () => {};

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Mixes something that happened into the trace. */
  note(text: string): void {
    for (let i = 0; i < text.length; i++) {
      this.trace = (Math.imul(this.trace, 31) + text.charCodeAt(i)) | 0;
    }
    this.trace = (Math.imul(this.trace, 31) + Math.round(this.now * 100)) | 0;
  }

  /** Does something as soon as what was posted before is done. */
  post(run: () => void): void {
    this.#ready.push(run);
  }

  /** Does something later; the returned function calls it off. */
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.now + ms, run };
    let i = this.#timers.length;
    while (i > 0 && (this.#timers[i - 1] as Timer).at <= timer.at) i--;
    this.#timers.splice(i, 0, timer);
    return () => {
      timer.run = () => {};
    };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Does something that leaves the thread: one at a time, in the order asked for. */
  native<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#natives.push({
        work,
        resolve: resolve as Native["resolve"],
        reject,
      });
      if (!this.#flying) this.#fly();
    });
  }

  #fly(): void {
    const next = this.#natives.shift();
    if (!next) return;
    this.#flying = true;
    const land = (settle: () => void) => {
      this.#flying = false;
      this.after(this.#chance.between(0.1, 2), settle);
      if (this.#natives.length > 0) this.#fly();
      else this.#resume();
    };
    next.work().then(
      (value) => land(() => next.resolve(value)),
      (error) => land(() => next.reject(error)),
    );
  }

  /** Lets nothing happen before `release`: something leaves the thread that `native` cannot wrap. */
  hold(): void {
    this.#held++;
  }

  release(): void {
    if (--this.#held === 0) this.#resume();
  }

  #resume(): void {
    if (this.#held === 0 && !this.#flying) realImmediate(() => this.#go());
  }

  #go(): void {
    if (!runMicrotasks) {
      return this.#fail(new Error("This Deno cannot run microtasks by hand"));
    }
    try {
      runMicrotasks();
      while (!this.#over && !this.#flying && this.#held === 0) {
        if (++this.steps > MOST_STEPS || this.now > MOST_MS) {
          throw new Error("The run does not end");
        }
        const timer = this.#timers.at(-1);
        if (
          this.#readyFrom < this.#ready.length &&
          !(timer && timer.at <= this.now)
        ) {
          const run = this.#ready[this.#readyFrom++] as () => void;
          if (this.#readyFrom > 1000) {
            this.#ready.splice(0, this.#readyFrom);
            this.#readyFrom = 0;
          }
          this.now += STEP_MS;
          run();
        } else if (timer) {
          this.#timers.pop();
          this.now = Math.max(this.now, timer.at);
          timer.run();
        } else throw new Error("Everything waits for ever");
        runMicrotasks();
      }
    } catch (error) {
      this.#over = true;
      this.#fail(error);
    }
  }

  /** Runs until `main` has ended. */
  run<T>(main: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#fail = reject;
      realImmediate(() => {
        main().then(
          (value) => {
            this.#over = true;
            resolve(value);
          },
          (error) => {
            this.#over = true;
            reject(error);
          },
        );
        this.#go();
      });
    });
  }
}
