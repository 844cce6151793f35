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
