import type { CDPSession, Page } from "puppeteer-core";

/** What a page with a driven clock has in its global scope. */
export interface PageClock {
  /** Lets so many milliseconds pass, second by second; waits wherever a sync or a request is under way. */
  forward(ms: number): Promise<void>;
  /** Pulls that were asked for since the document was opened. */
  readonly pulls: number;
}

interface InPage {
  shiftClock: PageClock;
}

/**
 * Runs before the page's scripts. Wall clock, monotonic clock and timers go on by themselves as ever, and further when they
 * are told to. Time stands still for requests and for whoever holds or awaits a Web Lock: their deadlines are the real ones.
 */
function install(ahead: number): void {
  const AHEAD = "shift-ahead";
  const STEP_MS = 1000;
  const realNow = Date.now.bind(Date);
  const realTicks = performance.now.bind(performance);
  const realTimeout = globalThis.setTimeout.bind(globalThis);
  const realClear = globalThis.clearTimeout.bind(globalThis);
  // A page that is opened later in the same tab goes on from there.
  const storage = location.protocol === "http:" ? sessionStorage : null;
  let wall = Number(storage?.getItem(AHEAD) ?? ahead);
  let ticks = 0;
  let busy = 0;
  let pulls = 0;

  interface Timer {
    due: number;
    every: number | null;
    run: () => void;
    real: ReturnType<typeof setTimeout> | undefined;
  }
  const timers = new Map<number, Timer>();
  let lastId = 0;
  const now = () => realTicks() + ticks;
  const arm = (id: number, timer: Timer) => {
    timer.real = realTimeout(() => fire(id), Math.max(0, timer.due - now()));
  };
  const fire = (id: number) => {
    const timer = timers.get(id);
    if (!timer) return;
    realClear(timer.real);
    if (timer.every === null) timers.delete(id);
    else {
      timer.due = now() + timer.every;
      arm(id, timer);
    }
    timer.run();
  };
  const start =
    (repeats: boolean) =>
    (handler: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) => {
      const timer: Timer = {
        due: now() + ms,
        every: repeats ? ms : null,
        run: () => handler(...values),
        real: undefined,
      };
      timers.set(++lastId, timer);
      arm(lastId, timer);
      return lastId;
    };
  const stop = (id?: number) => {
    const timer = timers.get(id ?? 0);
    if (timer) realClear(timer.real);
    timers.delete(id ?? 0);
  };
  Object.assign(globalThis, {
    setTimeout: start(false),
    setInterval: start(true),
    clearTimeout: stop,
    clearInterval: stop,
    Date: new Proxy(Date, {
      construct: (target, values, newTarget) =>
        Reflect.construct(
          target,
          values.length ? values : [realNow() + wall],
          newTarget,
        ),
      get: (target, name) =>
        name === "now" ? () => realNow() + wall : Reflect.get(target, name),
    }),
  });
  performance.now = now;

  const whileBusy = async <T>(work: Promise<T>): Promise<T> => {
    busy++;
    try {
      return await work;
    } finally {
      busy--;
    }
  };
  const realFetch = globalThis.fetch.bind(globalThis);
  globalThis.fetch = (input, init) => {
    if (/^\/api\/client\/sync\?/.test(String(input))) pulls++;
    return whileBusy(realFetch(input, init));
  };
  if (navigator.locks) {
    const request = navigator.locks.request.bind(navigator.locks);
    // The overloads differ in what stands between the name and the callback.
    navigator.locks.request = ((...values: Parameters<typeof request>) =>
      whileBusy(request(...values))) as typeof request;
  }

  // A task of the page's own event loop, without a timer's delay.
  const turns = new MessageChannel();
  const turn = () =>
    new Promise<void>((done) => {
      turns.port1.onmessage = () => done();
      turns.port2.postMessage(0);
    });
  const clock: PageClock = {
    get pulls() {
      return pulls;
    },
    async forward(ms) {
      for (let left = ms; left > 0; left -= STEP_MS) {
        const step = Math.min(STEP_MS, left);
        wall += step;
        ticks += step;
        const due = [...timers].filter(([, timer]) => timer.due <= now())
          .sort(([, a], [, b]) => a.due - b.due);
        for (const [id] of due) fire(id);
        await turn();
        while (busy > 0) await new Promise((done) => realTimeout(done, 2));
      }
      storage?.setItem(AHEAD, String(wall));
    },
  };
  Object.assign(globalThis, { shiftClock: clock });
}

/** Gives a tab a clock that can be driven, in every document that it opens from now on. @param ahead milliseconds */
export async function driveClock(page: Page, ahead: number): Promise<void> {
  await page.evaluateOnNewDocument(install, ahead);
}

/** Lets time pass in a page. @see PageClock.forward */
export async function forward(page: Page, ms: number): Promise<void> {
  await page.evaluate(
    (ms) => (globalThis as unknown as InPage).shiftClock.forward(ms),
    ms,
  );
}

/** Pulls that a page has asked for since it was opened. */
export function pullsOf(page: Page): Promise<number> {
  return page.evaluate(() =>
    (globalThis as unknown as InPage).shiftClock.pulls
  );
}

/** Puts the clock of a service worker ahead; it has no timers of its own that are longer than a request. */
export async function forwardWorker(
  worker: CDPSession,
  ms: number,
): Promise<void> {
  // The same few texts again and again: each new one would be a script more in the heap that is measured.
  await worker.send("Runtime.evaluate", {
    expression: `(globalThis.ahead ??= (() => {
      const real = Date.now.bind(Date);
      const ahead = { ms: 0 };
      Date.now = () => real() + ahead.ms;
      return ahead;
    })()).ms += ${ms}`,
  });
}
