import { attempt, type SyncOutcome } from "./attempt.ts";
import { read } from "./draft.ts";
import type { Field } from "./field.ts";
import { pull } from "./pull.ts";
import { remember } from "./registry.ts";
import { drain } from "./replay.ts";

export type { SyncOutcome } from "./attempt.ts";

async function cycle(field: Field, generation: number): Promise<void> {
  for (let compare = false;; compare = true) {
    await drain(field, generation, compare);
    const pulled = await pull(field);
    const { epoch, deviceId, nextSeq } = (await read(field)).head;
    await remember(field.device, field.me, { deviceId, lastSeq: nextSeq - 1 });
    // Another life of the store: it may have lost what it once confirmed.
    if (compare || pulled === epoch) return;
  }
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
  const run = attempt(field, (generation) => cycle(field, generation)).finally(
    () => {
      field.running = null;
    },
  );
  field.running = run;
  return run;
}
