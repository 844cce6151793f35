/** How many letters of a device's name stay in all names of its queue: 40 bits, among the few devices of one person. */
const KEPT = 8;

/**
 * The next name of a device's queue, by which the server can still tell whose database it is.
 *
 * @param vault the name of the database
 * @param fresh a name that was never used
 */
export function nextQueueName(vault: string, fresh: string): string {
  return fresh.slice(0, -KEPT) + vault.slice(-KEPT);
}

/** Whether a queue is a device's. @param vault the name of the device's database */
export function isQueueOf(deviceId: string, vault: string): boolean {
  return deviceId.slice(-KEPT) === vault.slice(-KEPT);
}
