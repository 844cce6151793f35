/** From which share of the browser's allowance on a person is told. */
const FULL = 0.9;

/** Asks the browser not to evict what is kept here. Granted or not, everything works. */
export function askToPersist(
  storage: Pick<StorageManager, "persist"> | undefined = navigator.storage,
): void {
  storage?.persist?.().catch(() => {});
}

/**
 * Tells whether little is left of what the browser lets the app keep on this device; where the browser does not say, it
 * tells nothing.
 */
export function estimateRoom(
  tell: (isNearlyFull: boolean) => void,
  storage: Pick<StorageManager, "estimate"> | undefined = navigator.storage,
): void {
  storage?.estimate?.().then(
    ({ usage = 0, quota = Infinity }) => tell(usage >= quota * FULL),
    () => {},
  );
}
