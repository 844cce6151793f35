import { askForBackgroundSync } from "./background_sync.ts";
import { sync, type SyncOutcome } from "./drainer.ts";
import type { Field } from "./field.ts";
import { backoffMs, probe } from "./wire.ts";

/** How often a visible page asks for what is new, milliseconds. */
const EVERY_MS = 30_000;

const kept = new WeakMap<Field, () => void>();

/**
 * Keeps an open page in sync: now, after each change, when the network or the person comes back, and every
 * half minute while the page is visible. Called again for the same field, it is the same.
 *
 * @returns ends it
 */
export function keepInSync(field: Field): () => void {
  const already = kept.get(field);
  if (already) return already;
  const { device } = field;
  const ends = new AbortController();
  const { signal } = ends;
  let callOff = () => {};

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
  // Where there was no server, it is looked for before the queue is opened: a phone that is offline all day saves quickly.
  const run = async (sure = !field.failures) => {
    callOff();
    const early = field.notBefore - device.monotonic();
    if (early > 0) schedule(early);
    else if (!sure && !await probe(device)) {
      schedule(backoffMs(device, ++field.failures));
    } else if (!signal.aborted) sync(field).then(next);
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
  run();

  const end = () => {
    ends.abort();
    callOff();
    field.wake = null;
    kept.delete(field);
  };
  kept.set(field, end);
  return end;
}

/** Whether this browser can send the queue while every tab is closed; where not, the page says so. */
export function sendsWhenClosed(): boolean {
  return "serviceWorker" in navigator && "SyncManager" in globalThis;
}
