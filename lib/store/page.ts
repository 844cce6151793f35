import type { Key } from "./keys.ts";
import type { ListedRow, ListRange } from "./store.ts";

/** What rows are listed from: one org's store, or the whole one. */
export interface Lists {
  /** Lists rows in key order. */
  list<T>(range: ListRange): Promise<ListedRow<T>[]>;
}

/** One page of a list. */
export interface Page<T> {
  /** At most as many as were asked for, in the index's order. */
  rows: T[];
  /** Opaque; null on the last page. */
  next: string | null;
}

/**
 * Reads one page of an index: the rows it returns and no others, and one more to know whether there is a next.
 *
 * @param prefix the index
 * @param options `cursor` as an earlier page gave it; `reverse` from the last row to the first
 */
export async function readPage<T>(
  store: Lists,
  prefix: Key,
  options: { cursor?: string | null; limit: number; reverse?: boolean },
): Promise<Page<T>> {
  const after = readCursor(options.cursor ?? null);
  const reverse = options.reverse ?? false;
  const rows = await store.list<T>({
    prefix,
    ...(after &&
      (reverse
        ? { end: [...prefix, ...after] }
        : { start: [...prefix, ...after, ""] })),
    limit: options.limit + 1,
    reverse,
  });
  const shown = rows.slice(0, options.limit);
  const last = shown.at(-1);
  return {
    rows: shown.map((row) => row.value),
    next: rows.length > options.limit && last
      ? JSON.stringify(last.key.slice(prefix.length))
      : null,
  };
}

/** Reads a cursor that came over the wire; what is not one starts at the beginning. */
function readCursor(cursor: string | null): (string | number)[] | null {
  if (cursor === null) return null;
  try {
    const parts: unknown = JSON.parse(cursor);
    const good = Array.isArray(parts) && parts.length > 0 && parts.length < 5 &&
      parts.every((part) =>
        typeof part === "number" ||
        typeof part === "string" && part.length <= 100
      );
    return good ? parts : null;
  } catch {
    return null;
  }
}
