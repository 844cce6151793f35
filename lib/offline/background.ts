import type { Device } from "./device.ts";
import { drainLock, sync } from "./drainer.ts";
import { type ConflictsModule, disconnectField } from "./field.ts";
import { readActive } from "./registry.ts";
import { openActive } from "./scope.ts";

/** The tag under which the browser is asked to wake the service worker. */
export const SYNC_TAG = "streamflow-queue";

/** What Background Sync adds to a registration, where a browser has it. */
interface SyncRegistration {
  sync?: { register(tag: string): Promise<void> };
}

/** Asks the browser to send the queue when it can, even with every tab closed. Does nothing where it cannot. */
export async function askForBackgroundSync(
  registration: ServiceWorkerRegistration | undefined,
): Promise<void> {
  try {
    await (registration as SyncRegistration | undefined)?.sync?.register(
      SYNC_TAG,
    );
  } catch {
    // Refused: the next open page sends the queue.
  }
}

/**
 * Sends the active person's queue from the service worker, and nobody else's: another person's waits for their
 * login.
 *
 * @returns whether everything has its result; false: the browser should wake the worker again
 */
export async function drainInBackground(
  device: Device,
  conflicts: () => Promise<ConflictsModule>,
): Promise<boolean> {
  const field = await openActive(device, conflicts);
  if (!field) return true;
  const outcome = await sync(field);
  disconnectField(field);
  // After the end of a session only a login helps, and the page that follows it sends the queue.
  return outcome.kind !== "later";
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
