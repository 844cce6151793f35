/** From which share of the browser's allowance on a person is told. */
const FULL = 0.9;

/** Asks the browser not to evict what is kept here. Granted or not, everything works. */
export function askToPersist(
  storage: Pick<StorageManager, "persist"> | undefined = navigator.storage,
): void {
  storage?.persist?.().catch(() => {});
}

/** Whether little is left of what the browser lets the app keep on this device; where it does not say, no. */
export async function isNearlyFull(
  storage: Pick<StorageManager, "estimate"> | undefined = navigator.storage,
): Promise<boolean> {
  const { usage = 0, quota = Infinity } = await storage?.estimate?.()
    .catch(() => undefined) ?? {};
  return usage >= quota * FULL;
}
