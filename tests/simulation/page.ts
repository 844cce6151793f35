import { IDBFactory } from "fake-indexeddb";
import type { Channel, Device } from "../../lib/offline/device.ts";
import type { Field } from "../../lib/offline/field.ts";
import type { World } from "./world.ts";
import { PageStorage } from "./storage.ts";

interface Waiting {
  page: Page;
  start(): void;
}

/** Web Locks of a profile: released when the page that holds one ends. */
class Locks {
  readonly #held = new Map<
    string,
    { page: Page; reject(error: unknown): void }
  >();
  readonly #queues = new Map<string, Waiting[]>();

  request(
    page: Page,
    name: string,
    options: { signal?: AbortSignal; steal?: boolean },
    work: () => Promise<unknown>,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const start = () => {
        const holder = { page, reject };
        this.#held.set(name, holder);
        Promise.resolve().then(work).then(resolve, reject).finally(() => {
          if (this.#held.get(name) === holder) this.#next(name);
        });
      };
      const holder = this.#held.get(name);
      if (!holder) return start();
      if (options.steal) {
        holder.reject(new DOMException("Stolen", "AbortError"));
        return start();
      }
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      const waiting = { page, start };
      queue.push(waiting);
      options.signal?.addEventListener("abort", () => {
        const i = queue.indexOf(waiting);
        if (i < 0) return;
        queue.splice(i, 1);
        reject(options.signal?.reason);
      });
    });
  }

  #next(name: string): void {
    this.#held.delete(name);
    this.#queues.get(name)?.shift()?.start();
  }

  abandon(page: Page): void {
    for (const queue of this.#queues.values()) {
      queue.splice(
        0,
        queue.length,
        ...queue.filter((waiting) => waiting.page !== page),
      );
    }
    for (const [name, holder] of this.#held) {
      if (holder.page === page) this.#next(name);
    }
  }
}

/** What the pages of one browser share, and whether the server knows them. */
export class Profile {
  indexedDB = new IDBFactory();
  readonly channels = new Map<string, Set<PageChannel>>();
  readonly locks = new Locks();
  /** What the wall clock of this device is wrong by, milliseconds. */
  skew = 0;
  /** Null: the session is over. */
  session: { since: number } | null = null;

  constructor(readonly name: string, readonly hasLocks: boolean) {}
}

class PageChannel implements Channel {
  readonly #listeners: ((event: { data: unknown }) => void)[] = [];

  constructor(readonly page: Page, readonly peers: Set<PageChannel>) {
    peers.add(this);
  }

  postMessage(message: unknown): void {
    const { timeline, chance } = this.page.world;
    for (const peer of this.peers) {
      if (peer === this) continue;
      const data = structuredClone(message);
      timeline.after(chance.between(0, 2), () =>
        peer.page.does(() => {
          for (const listener of peer.#listeners) listener({ data });
        }));
    }
  }

  addEventListener(
    _type: "message",
    listener: (event: { data: unknown }) => void,
  ): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.peers.delete(this);
  }
}

/** One life of a tab or of the service worker. */
export class Page implements Device {
  readonly pageLife: string;
  readonly indexedDB: IDBFactory;
  readonly locks: LockManager | null;
  readonly #storage: PageStorage;
  readonly #bornAt: number;
  readonly #channels: PageChannel[] = [];
  /** What happens when a frozen page goes on; null: it is not frozen. */
  #later: (() => void)[] | null = null;
  alive = true;
  field: Field | null = null;

  constructor(
    readonly world: World,
    readonly profile: Profile,
    readonly kind: "tab" | "worker",
    life: number,
  ) {
    this.pageLife = `${kind}-${life}`;
    this.#bornAt = world.timeline.now;
    this.#storage = new PageStorage(this);
    const storage = this.#storage;
    // The engine opens databases and nothing else.
    this.indexedDB = {
      open: (name: string, version?: number) => storage.open(name, version),
    } as IDBFactory;
    const { locks } = profile;
    this.locks = profile.hasLocks
      ? {
        request: (
          name: string,
          options: LockOptions,
          work: () => Promise<unknown>,
        ) => locks.request(this, name, options, work),
      } as unknown as LockManager
      : null;
  }

  /** Does something in this page: now, when it is no longer frozen, or never. */
  does(work: () => void): void {
    if (!this.alive) return;
    if (this.#later) this.#later.push(work);
    else work();
  }

  now(): number {
    return Math.floor(this.world.wallClock() + this.profile.skew);
  }

  monotonic(): number {
    return this.world.timeline.now - this.#bornAt;
  }

  random(bytes: number): Uint8Array {
    return this.world.chance.bytes(bytes);
  }

  after(ms: number, run: () => void): () => void {
    // As a browser's timers: whole milliseconds, never none.
    const whole = Math.max(1, Math.ceil(ms));
    return this.world.timeline.after(whole, () => this.does(run));
  }

  fetch(path: string, init: RequestInit): Promise<Response> {
    return this.world.wire.fetch(this, path, init);
  }

  openChannel(name: string): Channel {
    const peers = this.profile.channels.get(name) ?? new Set();
    this.profile.channels.set(name, peers);
    const channel = new PageChannel(this, peers);
    this.#channels.push(channel);
    return channel;
  }

  /** The browser stops the page for a while; its database goes on with what it was asked. */
  freeze(ms: number): void {
    if (this.#later) return;
    this.#later = [];
    this.world.timeline.after(ms, () => {
      const later = this.#later ?? [];
      this.#later = null;
      for (const work of later) this.does(work);
    });
  }

  /** Ends the page wherever it is: nothing in it ever goes on. */
  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.#storage.abandon();
    for (const channel of this.#channels) channel.close();
    this.profile.locks.abandon(this);
  }
}
