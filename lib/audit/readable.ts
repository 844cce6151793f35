/** Stands for a row whose bytes the store can no longer turn into a value. */
export const UNREADABLE: unique symbol = Symbol("unreadable");

/** Whether an error says that what was read is no value, or not one of its kind: somebody has changed its bytes. */
export function saysUnreadable(error: unknown): boolean {
  return error instanceof RangeError || error instanceof TypeError;
}

/** What a read gives, or `UNREADABLE`. Other errors, such as a lost connection, are thrown on. */
export async function readable<T>(
  read: () => Promise<T>,
): Promise<T | typeof UNREADABLE> {
  try {
    return await read();
  } catch (error) {
    if (saysUnreadable(error)) return UNREADABLE;
    throw error;
  }
}
