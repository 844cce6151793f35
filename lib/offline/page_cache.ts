/**
 * Keeps the page out of the browser's back/forward cache until the work is done: Chromium does not keep a page that holds a
 * Web Lock. A page that is put there while it opens a database never hears that it may lay it out, and every other
 * page that opens the same database waits for it, in Chromium 156 for as long as the page is kept.
 */
export function outOfPageCache<T>(work: () => Promise<T>): Promise<T> {
  const locks: LockManager | undefined = navigator.locks;
  if (!locks) return work();
  return locks.request("streamflow:open", { mode: "shared" }, work) as Promise<
    T
  >;
}
