import type { Me } from "../model/spaces.ts";

/** What the engine needs of a broadcast channel. */
export interface Channel {
  /** Sends to all others of the name. */
  postMessage(message: unknown): void;
  /** Hears what others send. */
  addEventListener(
    type: "message",
    listener: (event: { data: unknown }) => void,
  ): void;
  /** Ends it. */
  close(): void;
}

/**
 * Everything that is not pure: time, randomness, the wire, storage, locks. One object, so that the whole
 * engine runs in a page, in a service worker and in a test with the same code.
 */
export interface Device {
  /** The device's wall clock, milliseconds since the epoch. Evidence, never truth. */
  now(): number;
  /** A clock that never jumps, milliseconds; only differences within one `pageLife` mean something. */
  monotonic(): number;
  /** Names this life of the page or worker; unique for ever. */
  readonly pageLife: string;
  /** `bytes` random bytes. */
  random(bytes: number): Uint8Array;
  /** As the browser's `fetch`. */
  fetch(path: string, init: RequestInit): Promise<Response>;
  /** Null: there is no lock that spans tabs, the server's ledger alone keeps order. */
  readonly locks: LockManager | null;
  /** Joins the channel of that name. */
  openChannel(name: string): Channel;
  /** Where everything is kept. */
  readonly indexedDB: IDBFactory;
  /** Runs something once after `ms` milliseconds; the returned function calls that off. */
  after(ms: number, run: () => void): () => void;
  /**
   * Whose work `openField` looked at last, and when by this device's clock the server had been heard of; 0: never. Says why a
   * shell does not open it.
   */
  away?: { me: Me; heardAt: number };
}

let browser: Device | undefined;

/** The device of this page or worker, made once. */
export function browserDevice(): Device {
  return browser ??= {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    pageLife: crypto.randomUUID(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    fetch: (path, init) => fetch(path, init),
    locks: navigator.locks ?? null,
    openChannel: (name) => new BroadcastChannel(name),
    indexedDB,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
