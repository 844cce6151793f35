import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import * as conflicts from "../../lib/offline/conflicts.ts";
import * as recovery from "../../lib/offline/recovery.ts";
import type { Channel, Device } from "../../lib/offline/device.ts";
import { decode } from "../../lib/offline/codec.ts";
import { type Field, type Seldom } from "../../lib/offline/field.ts";
import { databaseName } from "../../lib/offline/schema.ts";
import { openField } from "../../lib/offline/scope.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { Lead } from "../../lib/model/lead.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import type { QueuedOp } from "../../lib/offline/schema.ts";
import { FakeServer } from "./fake_server.ts";

export const WORKER: Me = {
  id: "usr_worker",
  orgId: "org_hvac",
  tenantId: "ten_hvac",
  space: "CLIENT",
  roles: ["WORKER"],
  name: "Wanda",
  company: "Warm & Co",
  timeZone: "UTC",
};

/** Called with where a request stands; what it throws is what the wire does. */
export type Fault = (
  at: "before" | "after",
  path: string,
) => void | Promise<void | Response>;

/** Everything at hand, as in a worker. */
export const SELDOM: Seldom = {
  conflicts: () => Promise.resolve(conflicts),
  recovery: () => Promise.resolve(recovery),
};

let lives = 0;

/** One browser profile: what its tabs and its worker share. */
export class Profile {
  indexedDB: IDBFactory = new IDBFactory();
  readonly channels = new Map<string, Set<FakeChannel>>();
  locks: LockManager | null = new FakeLocks() as unknown as LockManager;
}

class FakeChannel implements Channel {
  readonly #listeners = new Set<(event: { data: unknown }) => void>();
  readonly #peers: Set<FakeChannel>;
  constructor(peers: Set<FakeChannel>) {
    this.#peers = peers;
    peers.add(this);
  }
  postMessage(message: unknown): void {
    for (const peer of this.#peers) {
      if (peer === this) continue;
      queueMicrotask(() => {
        for (const listener of peer.#listeners) {
          listener({ data: structuredClone(message) });
        }
      });
    }
  }
  addEventListener(
    _type: "message",
    listener: (event: { data: unknown }) => void,
  ): void {
    this.#listeners.add(listener);
  }
  close(): void {
    this.#peers.delete(this);
  }
}

/** Web Locks of one profile: a queue per name, with `signal` and `steal`. */
export class FakeLocks {
  readonly #queues = new Map<string, (() => void)[]>();
  readonly #held = new Map<string, { reject(error: unknown): void }>();

  request(
    name: string,
    options: { signal?: AbortSignal; steal?: boolean; ifAvailable?: boolean },
    work: (lock?: unknown) => Promise<unknown>,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const start = () => {
        const holder = { reject };
        this.#held.set(name, holder);
        Promise.resolve().then(() => work({ name })).then(resolve, reject)
          .finally(() => {
            if (this.#held.get(name) !== holder) return;
            this.#held.delete(name);
            this.#queues.get(name)?.shift()?.();
          });
      };
      const holder = this.#held.get(name);
      if (!holder) return start();
      if (options.ifAvailable) return resolve(work(null));
      if (options.steal) {
        holder.reject(new DOMException("Stolen", "AbortError"));
        return start();
      }
      const queue = this.#queues.get(name) ?? [];
      this.#queues.set(name, queue);
      queue.push(start);
      options.signal?.addEventListener("abort", () => {
        const i = queue.indexOf(start);
        if (i < 0) return;
        queue.splice(i, 1);
        reject(options.signal?.reason);
      });
    });
  }
}

/** A tab or worker: a device whose clock and wire the test holds. */
export class Tab implements Device {
  readonly pageLife = `life-${++lives}`;
  readonly #world: World;
  readonly #profile: Profile;
  #timers = new Set<{ at: number; run: () => void }>();
  ticks = 0;
  /** What this device's wall clock is wrong by, milliseconds. */
  skew = 0;
  fault: Fault = () => {};
  away?: NonNullable<Device["away"]>;

  constructor(world: World, profile: Profile) {
    this.#world = world;
    this.#profile = profile;
  }
  get indexedDB(): IDBFactory {
    return this.#profile.indexedDB;
  }
  get locks(): LockManager | null {
    return this.#profile.locks;
  }
  now(): number {
    return this.#world.server.now + this.skew;
  }
  monotonic(): number {
    return this.ticks;
  }
  random(bytes: number): Uint8Array {
    return crypto.getRandomValues(new Uint8Array(bytes));
  }
  async fetch(path: string, init: RequestInit): Promise<Response> {
    if (!this.#world.network) throw new TypeError("Failed to fetch");
    const instead = await this.fault("before", path);
    if (instead) return instead;
    const response = await this.#world.server.handle(path, init);
    return await this.fault("after", path) ?? response;
  }
  openChannel(name: string): Channel {
    const peers = this.#profile.channels.get(name) ?? new Set();
    this.#profile.channels.set(name, peers);
    return new FakeChannel(peers);
  }
  after(ms: number, run: () => void): () => void {
    const timer = { at: this.ticks + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
  /** Lets time pass for this tab, and for everybody's wall clock. */
  pass(ms: number): void {
    this.#world.server.now += ms;
    this.ticks += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.ticks) continue;
      this.#timers.delete(timer);
      timer.run();
    }
  }
}

/** A server and the network in front of it. */
export class World {
  readonly server = new FakeServer();
  network = true;

  async tab(
    profile: Profile = new Profile(),
    me: Me | null = WORKER,
  ): Promise<{ field: Field; tab: Tab; profile: Profile }> {
    const tab = new Tab(this, profile);
    const field = await openField(me, tab, SELDOM);
    return { field: field as Field, tab, profile };
  }
}

/** All ops that a device keeps, oldest first. */
export async function opsOf(field: Field): Promise<QueuedOp[]> {
  return await decode(
    field,
    await field.db.run((db) => db.getAll("pending")),
  );
}

/** Copies a whole browser profile, as a backup of a phone does. */
export async function cloneProfile(
  profile: Profile,
  me: Me = WORKER,
): Promise<Profile> {
  const copy = new Profile();
  for (const name of ["streamflow", databaseName(me)]) {
    const open = (factory: IDBFactory, layOut?: IDBDatabase) =>
      new Promise<IDBDatabase>((resolve, reject) => {
        const request = factory.open(name, layOut?.version);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
        request.onupgradeneeded = () => {
          if (!layOut) return;
          const tx = layOut.transaction([...layOut.objectStoreNames]);
          for (const storeName of layOut.objectStoreNames) {
            const from = tx.objectStore(storeName);
            const to = request.result.createObjectStore(
              storeName,
              from.keyPath === null ? {} : { keyPath: from.keyPath },
            );
            for (const index of from.indexNames) {
              const { keyPath, unique } = from.index(index);
              to.createIndex(index, keyPath, { unique });
            }
          }
        };
      });
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => {
        request.onsuccess = () => resolve(request.result);
      });
    const from = await open(profile.indexedDB);
    const to = await open(copy.indexedDB, from);
    for (const storeName of from.objectStoreNames) {
      const source = from.transaction(storeName).objectStore(storeName);
      const [keys, values] = await Promise.all([
        done(source.getAllKeys()),
        done(source.getAll()),
      ]);
      const target = to.transaction(storeName, "readwrite").objectStore(
        storeName,
      );
      for (const [i, value] of values.entries()) {
        if (source.keyPath === null) target.put(value, keys[i] as IDBValidKey);
        else target.put(value);
      }
      await done(target.count());
    }
    from.close();
    to.close();
  }
  return copy;
}

/** An order as the office plans it. */
export function order(id: string, more: Partial<WorkOrder> = {}): WorkOrder {
  return {
    v: 1,
    id: `wo_${id}`,
    orgId: WORKER.orgId,
    version: 0,
    updatedAt: "",
    number: 1,
    title: "Service boiler",
    customer: "Kim",
    phone: null,
    address: "1 Hill St",
    brief: null,
    day: "2026-11-22",
    time: "09:00",
    minutes: 60,
    assigneeId: WORKER.id,
    status: "PLANNED",
    startedAt: null,
    finishedAt: null,
    notes: null,
    checklist: [],
    ...more,
  };
}

/** A lead as the office has it. */
export function lead(id: string, fields: Lead["fields"] = {}): Lead {
  return {
    v: 1,
    id: `lead_${id}`,
    orgId: WORKER.orgId,
    version: 0,
    updatedAt: "",
    createdAt: "2026-11-20T10:00:00.000Z",
    createdBy: "usr_office",
    assigneeId: WORKER.id,
    fields: { name: "Kim", phone: "555123", address: null, ...fields },
  };
}
