import { attempt } from "./attempt.ts";
import type { Device } from "./device.ts";

import {
  connectField,
  disconnectField,
  type Field,
  type Seldom,
} from "./field.ts";
import { drainLock } from "./lock.ts";
import { clearRecords } from "./clear_records.ts";
import { forgetUnless, readActive, readKey } from "./registry.ts";
import { drain } from "./replay.ts";
import { databaseName } from "./schema.ts";

/** Opens the active scope for one task of the service worker, which lives longer than any login. */
async function openActive(
  device: Device,
  seldom: Seldom,
): Promise<Field | null> {
  const me = await readActive(device);
  // Without the key, also where a browser cannot hand it to a worker, the next open page sends.
  const key = me && await readKey(device, databaseName(me)).catch(() => null);
  return key ? connectField(device, me, seldom) : null;
}

/**
 * Sends the active person's queue from the service worker, and nobody else's: another person's waits for their
 * login.
 *
 * What is new on the server is left to the next open page: the browser gives a worker little time.
 *
 * @returns whether everything has its result; false: the browser should wake the worker again
 */
export async function drainInBackground(
  device: Device,
  seldom: Seldom,
): Promise<boolean> {
  const field = await openActive(device, seldom);
  if (!field) return true;
  try {
    const { kind } = await attempt(
      field,
      (generation) => drain(field, generation),
    );
    // After the end of a session only a login helps, and the page that follows it sends the queue.
    return kind !== "later";
  } finally {
    disconnectField(field);
  }
}

/**
 * Takes leave of the active person when the server says that somebody else acts now: another person, another org, another
 * space. No shell shows their records any more; what they did not send stays for them.
 *
 * @param scope who acts in field work, as the server's pages say: `<orgId>:<userId>`, or anything else for nobody
 */
export async function leaveUnless(
  device: Device,
  scope: string,
  seldom: Seldom,
): Promise<void> {
  const me = await forgetUnless(device, scope);
  if (!me) return;
  const field = connectField(device, me, seldom);
  try {
    await clearRecords(field);
  } finally {
    disconnectField(field);
  }
}

/** Does something while no drain of the active person's queue is under way, in any tab. */
export async function whileNobodyDrains(
  device: Device,
  run: () => Promise<void>,
): Promise<void> {
  const me = await readActive(device);
  if (me && device.locks) await device.locks.request(drainLock(me), run);
  else await run();
}
