import { commit } from "./draft.ts";
import { type Field, notify } from "./field.ts";
import { alone } from "./lock.ts";
import { count } from "./queue.ts";
import { backoffMs, Halt } from "./wire.ts";

/** How a sync ended; `waitMs` is when it is worth trying again. */
export type SyncOutcome =
  | { kind: "done" }
  | { kind: "login" }
  | { kind: "later"; waitMs: number };

/**
 * Does something with the server, as the one drainer, and notes how that went. Never throws for reasons of
 * network or storage.
 */
export async function attempt(
  field: Field,
  work: (generation: number) => Promise<void>,
): Promise<SyncOutcome> {
  const { device } = field;
  let outcome: SyncOutcome = { kind: "done" };
  try {
    await alone(field, work);
    field.failures = 0;
  } catch (error) {
    // Everything else: robbed of the lock, or the storage failed.
    const { login, waitMs } = error instanceof Halt
      ? error
      : new Halt(false, 0);
    if (waitMs > 0) field.notBefore = device.monotonic() + waitMs;
    outcome = login ? { kind: "login" } : {
      kind: "later",
      waitMs: waitMs + backoffMs(device, ++field.failures),
    };
    // Robbed, maybe because it is frozen: a transaction that it begins now would never end, and hold up the robber.
    if ((error as Error).name === "AbortError") return outcome;
    await commit(field, (draft) => {
      draft.head.drain = null;
      draft.head.loginNeeded ||= login;
      count(draft, "failures");
    }).catch(() => {});
  }
  notify(field);
  return outcome;
}
