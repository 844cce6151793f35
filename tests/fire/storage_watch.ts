import type { Page } from "puppeteer-core";

/** What a page's storage was asked, and what the page said meanwhile. */
export interface StorageLog {
  /** Transactions that may write the queue. */
  writes: number;
  /** Those among them that did not report `strict`. */
  weak: string[];
}

/** What the watch leaves in the page. */
interface Watched {
  streamflowStorage: StorageLog & { slowMs: number };
}

/** Watches the queue's transactions in every document that the page opens from now on. */
export async function watchStorage(page: Page): Promise<void> {
  await page.evaluateOnNewDocument(() => {
    const log = { writes: 0, weak: [] as string[], slowMs: 0 };
    Object.assign(globalThis, { streamflowStorage: log });
    const begin = IDBDatabase.prototype.transaction;
    IDBDatabase.prototype.transaction = function (stores, mode, options) {
      const tx = begin.call(this, stores, mode, options);
      if (mode !== "readwrite" || !tx.objectStoreNames.contains("pending")) {
        return tx;
      }
      log.writes++;
      if (tx.durability !== "strict") log.weak.push(tx.durability);
      const until = performance.now() + log.slowMs;
      const hold = () => {
        if (performance.now() > until) return;
        tx.objectStore("meta").get("head").onsuccess = hold;
      };
      if (log.slowMs > 0) hold();
      return tx;
    };
  });
}

/** From now on each of the queue's transactions in the open document lasts that long, as on a phone whose disk is busy. */
export async function setSlowness(page: Page, slowMs: number): Promise<void> {
  await page.evaluate((slowMs: number) => {
    (globalThis as unknown as Watched).streamflowStorage.slowMs = slowMs;
  }, slowMs);
}

/** What the watch has seen in the document that is open. */
export async function readStorageLog(page: Page): Promise<StorageLog> {
  return await page.evaluate(() => {
    const { writes, weak } =
      (globalThis as unknown as Watched).streamflowStorage;
    return { writes, weak };
  });
}
