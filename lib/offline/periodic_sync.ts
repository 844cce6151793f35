import { SYNC_TAG } from "./background_sync.ts";

/** The shortest time between two wakes that is asked for, milliseconds; the browser makes it longer as it likes. */
const AT_LEAST_MS = 12 * 3_600_000;

/** What Periodic Background Sync adds to a registration, where a browser has it. */
interface PeriodicRegistration {
  periodicSync?: {
    register(tag: string, options: { minInterval: number }): Promise<void>;
  };
}

/**
 * Asks the browser to wake the service worker now and then with every tab closed. It grants that to an installed app; there the
 * queue goes on also when Background Sync has been given up after its few tries, which a worker without a tab cannot ask for
 * anew.
 */
export async function askForPeriodicSync(): Promise<void> {
  try {
    const registration = await navigator.serviceWorker?.ready;
    await (registration as PeriodicRegistration | undefined)?.periodicSync
      ?.register(SYNC_TAG, { minInterval: AT_LEAST_MS });
  } catch {
    // Not installed, or refused: the next open page sends the queue.
  }
}
