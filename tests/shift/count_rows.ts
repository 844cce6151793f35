import type { Page } from "puppeteer-core";
import type { Head } from "../../lib/offline/schema.ts";

/** What a phone's storage holds. */
export interface Storage {
  /** Rows by store, of all databases. */
  rows: Record<string, number>;
  /** Changes without a result. */
  unsent: number;
  /** Bytes, as the browser estimates them. */
  bytes: number;
}

/** Counts the rows of every database of this browser, without reading them. */
export async function countRows(page: Page): Promise<Storage> {
  return await page.evaluate(async () => {
    const rows: Record<string, number> = {};
    let unsent = NaN;
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name = "" } of await indexedDB.databases()) {
      const db = await done(indexedDB.open(name));
      for (const store of db.objectStoreNames) {
        if (store === "meta") {
          const head: Head = await done(
            db.transaction(store).objectStore(store).get("head"),
          );
          unsent = head.nextSeq - 1 - head.acked;
        }
        rows[store] = (rows[store] ?? 0) +
          await done(db.transaction(store).objectStore(store).count());
      }
      db.close();
    }
    const { usage = NaN } = await navigator.storage.estimate();
    return { rows, unsent, bytes: usage };
  });
}
