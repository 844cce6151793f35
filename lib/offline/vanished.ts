import "./engine.ts";
import { PROTOCOL_VERSION, type SyncResponse } from "../model/protocol.ts";
import { commit } from "./draft.ts";
import type { Field } from "./field.ts";
import { call, Halt, packed } from "./wire.ts";

// Loaded when a database has vanished.

/**
 * Asks the server how much it has of a queue that is no longer on this device.
 *
 * @param deviceId the queue's name
 * @returns the last seq that it has a result for; null: it cannot be asked now
 */
export async function lastReceivedOf(
  field: Field,
  deviceId: string,
): Promise<number | null> {
  const { id, orgId } = field.me;
  const text = JSON.stringify({
    v: PROTOCOL_VERSION,
    deviceId,
    userId: id,
    orgId,
    ops: [],
  });
  try {
    const answer = await call<SyncResponse>(field, "/api/client/sync", {
      method: "POST",
      ...await packed(text),
    }, "results");
    return "code" in answer ? null : answer.lastSeq;
  } catch (error) {
    if (error instanceof Halt) return null;
    throw error;
  }
}

/** The person has taken note that the database had vanished. */
export async function forgetVanished(field: Field): Promise<void> {
  await commit(field, ({ head }) => {
    head.lost = null;
  });
}
