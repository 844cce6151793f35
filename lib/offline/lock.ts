import type { Me } from "../model/spaces.ts";
import { commit, read } from "./draft.ts";
import type { Field, Signal } from "./field.ts";
import { databaseName } from "./schema.ts";

const BEAT_MS = 1000;

/** How long a drainer may be silent before its lock is taken: with the jitter and the taking, less than five seconds. */
const SILENCE_MS = 3500;

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
export async function alone<T>(
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
