import { dirname } from "node:path";
import { type Store, storeOn } from "./store.ts";

/** A store could not be opened, for a reason that an operator can mend. */
export class StoreUnavailable extends Error {
  /** Tells it from other errors in a log. */
  override name = "StoreUnavailable";
}

/** An open store and how to close it. */
export interface OpenStore {
  /** Ready for use. */
  store: Store;
  /** No other process can use the store as long as this one has it. */
  sole: boolean;
  /** Closes the store and gives the file free. */
  close(): void;
}

/**
 * Opens the store that the configuration names. One process owns an embedded file: it holds a lock beside
 * it, which the operating system gives free even after a kill.
 *
 * @param location a file path, `:memory:`, or the http(s) URL of a KV Connect server
 * @param wrap stands between the store and the backend: see `tracedKv`
 * @throws {StoreUnavailable} when another process owns the file, or the file cannot be made
 */
export async function openStore(
  location: string,
  wrap: (kv: Deno.Kv) => Deno.Kv = (kv) => kv,
): Promise<OpenStore> {
  if (/^https?:/.test(location)) {
    const store = await storeOn(wrap(await Deno.openKv(location)), "connect");
    return { store, sole: false, close: () => store.close() };
  }
  if (location === ":memory:") {
    const store = await storeOn(wrap(await Deno.openKv(location)));
    return { store, sole: true, close: () => store.close() };
  }
  await Deno.mkdir(dirname(location), { recursive: true });
  const lock = await Deno.open(`${location}.lock`, {
    create: true,
    write: true,
  });
  if (!await lock.tryLock(true)) {
    lock.close();
    throw new StoreUnavailable(
      `Another process already serves ${location}. Stop it first: one process owns the file.`,
    );
  }
  const store = await storeOn(wrap(await Deno.openKv(location)));
  return {
    store,
    sole: true,
    close() {
      store.close();
      lock.close();
    },
  };
}
