import { askForBackgroundSync } from "./background_sync.ts";
import { sync, type SyncOutcome } from "./drainer.ts";
import { type Field, notify } from "./field.ts";
import { backoffMs, probe } from "./wire.ts";

/** How often a visible page asks for what is new, milliseconds. */
const EVERY_MS = 30_000;

/** What keeps a page in sync. */
export interface Keeping {
  /** Settles with the first sync, or when there was no server for it. */
  first: Promise<void>;
  /** Ends it. */
  end: () => void;
}

const kept = new WeakMap<Field, Keeping>();

/**
 * Keeps an open page in sync: now, after each change, when the network or the person comes back, and every
 * half minute while the page is visible. Called again for the same field, it is the same.
 */
export function keepInSync(field: Field): Keeping {
  const already = kept.get(field);
  if (already) return already;
  const { device } = field;
  const ends = new AbortController();
  const { signal } = ends;
  let callOff = () => {};
  let looking: Promise<boolean> | null = null;

  const visible = () => document.visibilityState === "visible";
  const schedule = (ms: number) => {
    callOff();
    if (!signal.aborted) callOff = device.after(ms, tick);
  };
  const next = (outcome: SyncOutcome) => {
    // After the end of a session only a person's doing starts it again.
    if (outcome.kind !== "login") {
      schedule(outcome.kind === "later" ? outcome.waitMs : EVERY_MS);
    }
  };
  // Where the last try did not just reach the server, it is looked for before the queue is opened: a phone that is offline all
  // day saves quickly, and what no request has carried can be taken back.
  const isThere = () =>
    looking ??= probe(device).then((there) => {
      looking = null;
      if (!there) {
        field.failures++;
        field.reach = "unreachable";
        notify(field);
      }
      return there;
    });
  const run = async (sure = true) => {
    callOff();
    await field.running;
    const { failures, notBefore, reach } = field;
    const early = notBefore - device.monotonic();
    const reached = sure && !failures && reach === "reached" &&
      navigator.onLine;
    if (early > 0) schedule(early);
    else if (!reached && !await isThere()) {
      schedule(backoffMs(device, field.failures));
    } else if (!signal.aborted) next(await sync(field));
  };
  const tick = () => visible() ? run() : schedule(EVERY_MS);
  const cameBack = () => {
    if (visible()) run();
  };

  field.wake = () => {
    navigator.serviceWorker?.ready.then(askForBackgroundSync);
    run();
  };
  // The browser only knows that there is some network; whether the server is behind it, the server says.
  addEventListener("online", () => run(false), { signal });
  addEventListener("focus", cameBack, { signal });
  addEventListener("pageshow", cameBack, { signal });
  document.addEventListener("visibilitychange", cameBack, { signal });
  navigator.serviceWorker?.addEventListener("message", (event) => {
    if (event.data?.type === "sync") run();
  }, { signal });
  const keeping = {
    first: run(),
    end: () => {
      ends.abort();
      callOff();
      field.wake = null;
      kept.delete(field);
    },
  };
  kept.set(field, keeping);
  return keeping;
}

/** Whether this browser can send the queue while every tab is closed; where not, the page says so. */
export function sendsWhenClosed(): boolean {
  return "serviceWorker" in navigator && "SyncManager" in globalThis;
}
