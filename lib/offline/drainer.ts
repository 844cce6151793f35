import type { Me } from "../model/spaces.ts";
import { commit, read } from "./draft.ts";
import { databaseName, type Field, notify, type Signal } from "./field.ts";
import { pull } from "./pull.ts";
import { remember } from "./registry.ts";
import { drain } from "./replay.ts";
import { backoffMs } from "./wire.ts";

/** How a sync ended; `waitMs` is when it is worth trying again. */
export type SyncOutcome =
  | { kind: "done" }
  | { kind: "login" }
  | { kind: "later"; waitMs: number };

const BEAT_MS = 1000;

/** How long a drainer may be silent before its lock is taken. */
const SILENCE_MS = 4500;

/** The name of the Web Lock that a user's one drainer holds. */
export function drainLock(me: Me): string {
  return `${databaseName(me)}:drain`;
}

/** A drainer's sign of life each second, until the returned function is called. */
function beat(field: Field): () => void {
  let stop = () => {};
  const again = () => {
    field.channel.postMessage({ type: "beat" } satisfies Signal);
    stop = field.device.after(BEAT_MS, again);
  };
  again();
  return () => stop();
}

/**
 * Runs `work` as the one drainer of all tabs and the worker. Waits for the one that drains now; one that gives
 * no sign of life is robbed, and as its code may still run, what it writes is void: the generation is raised.
 */
async function alone<T>(
  field: Field,
  work: (generation: number) => Promise<T>,
): Promise<T> {
  const { device } = field;
  if (!device.locks) return await work((await read(field)).head.generation);
  const name = drainLock(field.me);
  const hold = async (robbing: boolean) => {
    const stop = beat(field);
    try {
      return await work(
        robbing
          ? await commit(field, ({ head }) => ++head.generation)
          : (await read(field)).head.generation,
      );
    } finally {
      stop();
    }
  };
  const silence = new AbortController();
  let callOff = () => {};
  const listen = () => {
    callOff();
    // Waiting tabs do not all rob at the same moment.
    const [jitter = 0] = device.random(1);
    callOff = device.after(SILENCE_MS + 2 * jitter, () => silence.abort());
  };
  const stopListening = () => {
    callOff();
    field.beats.delete(listen);
  };
  field.beats.add(listen);
  listen();
  try {
    return await device.locks.request(name, { signal: silence.signal }, () => {
      stopListening();
      return hold(false);
    });
  } catch (error) {
    if (!silence.signal.aborted) throw error;
  } finally {
    stopListening();
  }
  return await device.locks.request(name, { steal: true }, () => hold(true));
}

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
