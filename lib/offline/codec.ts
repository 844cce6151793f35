/**
 * The one place through which records and ops pass on their way into the database and out of it, outside of
 * any transaction, so that it may await. What is to be sealed on the disk is sealed and opened here.
 */

/** Turns a row into what is written. */
export function encode<T>(row: T): Promise<T> {
  return Promise.resolve(row);
}

/** Turns what was written back into rows. */
export function decode<T>(stored: T[]): Promise<T[]> {
  return Promise.resolve(stored);
}
