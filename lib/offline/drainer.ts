import { read } from "./draft.ts";
import { type Field, notify } from "./field.ts";
import { alone } from "./lock.ts";
import { pull } from "./pull.ts";
import { remember } from "./registry.ts";
import { drain } from "./replay.ts";
import { backoffMs } from "./wire.ts";

/** How a sync ended; `waitMs` is when it is worth trying again. */
export type SyncOutcome =
  | { kind: "done" }
  | { kind: "login" }
  | { kind: "later"; waitMs: number };

async function cycle(field: Field, generation: number): Promise<SyncOutcome> {
  const later = (afterMs: number): SyncOutcome => ({
    kind: "later",
    waitMs: afterMs,
  });
  for (let compare = false;; compare = true) {
    const drained = await drain(field, generation, compare);
    if (drained.kind === "superseded") return later(0);
    if (drained.kind === "later") return later(drained.afterMs);
    if (drained.kind === "login") return drained;
    const pulled = await pull(field);
    if (pulled.kind === "later") return later(pulled.afterMs);
    if (pulled.kind === "login") return pulled;
    const { epoch, deviceId, nextSeq } = (await read(field)).head;
    await remember(field.device, field.me, { deviceId, lastSeq: nextSeq - 1 });
    // Another life of the store: it may have lost what it once confirmed.
    if (compare || epoch === null || pulled.epoch === epoch) {
      return { kind: "done" };
    }
  }
}

async function once(field: Field): Promise<SyncOutcome> {
  const { device } = field;
  let outcome: SyncOutcome;
  try {
    outcome = await alone(field, (generation) => cycle(field, generation));
  } catch {
    // Robbed of the lock, or the storage failed: everything is still queued.
    outcome = { kind: "later", waitMs: 0 };
  }
  if (outcome.kind === "later") {
    const wait = outcome.waitMs;
    field.failures++;
    if (wait > 0) field.notBefore = device.monotonic() + wait;
    outcome.waitMs = wait + backoffMs(device, field.failures);
  } else field.failures = 0;
  notify(field);
  return outcome;
}

/**
 * Sends what is queued and brings in what is new. Asked while it runs, it runs once more afterwards, for all
 * who asked. Never throws for reasons of network or storage.
 */
export function sync(field: Field): Promise<SyncOutcome> {
  if (field.running) {
    return field.next ??= field.running.then(() => {
      field.next = null;
      return sync(field);
    });
  }
  const run = once(field).finally(() => {
    field.running = null;
  });
  field.running = run;
  return run;
}
