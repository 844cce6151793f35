import { type DBSchema, type IDBPDatabase, wrap } from "idb";
import type { Device } from "./device.ts";
import { openAloud } from "./open_aloud.ts";

/** The types of a database's stores. */
export type StoreTypes = DBSchema;

/**
 * An open database.
 *
 * @internal idb's own type, documented there
 */
export type Database<S extends StoreTypes> = IDBPDatabase<S>;

/** Why the device's storage did not do its part. */
export class StorageFailure extends Error {
  /**
   * `full`: no room, nothing of the write was kept. `outdated`: a newer version of the app owns the database,
   * reload. `broken`: the browser's storage does not answer.
   */
  readonly kind: "full" | "outdated" | "broken";

  /** Wraps what the browser threw. */
  constructor(kind: "full" | "outdated" | "broken", cause: unknown) {
    super(`Storage ${kind}`, { cause });
    this.kind = kind;
  }
}

const DEAD = /^(InvalidState|Abort|Unknown|NotFound)Error$/;
const TRIES = 4;

/** A connection that is opened when it is first needed, and again whenever the browser has closed it. */
export class Connection<S extends StoreTypes> {
  readonly #device: Device;
  readonly #name: string;
  readonly #version: number;
  readonly #upgrade: (db: Database<S>) => void;
  #db: Promise<Database<S>> | null = null;

  /**
   * Connects to a database when it is first used.
   *
   * @param upgrade lays out a database that is new or of an older version; must not await
   */
  constructor(
    device: Device,
    name: string,
    version: number,
    upgrade: (db: Database<S>) => void,
  ) {
    this.#device = device;
    this.#name = name;
    this.#version = version;
    this.#upgrade = upgrade;
  }

  #open(): Promise<Database<S>> {
    return this.#db ??= openAloud(
      this.#device,
      this.#name,
      () => this.#connect(),
    ).catch((error) => {
      this.#db = null;
      throw error;
    });
  }

  async #connect(): Promise<Database<S>> {
    const request = this.#device.indexedDB.open(this.#name, this.#version);
    // An open connection of an older version gets `versionchange` and gives way, so `blocked` only ever waits.
    request.onupgradeneeded = () =>
      this.#upgrade(wrap(request.result) as unknown as Database<S>);
    const db = await (wrap(request) as Promise<unknown>) as Database<S>;
    const gone = () => {
      db.close();
      this.#db = null;
    };
    db.addEventListener("versionchange", gone);
    db.addEventListener("close", gone);
    return db;
  }

  /**
   * Runs transactions on the connection. When the connection turns out dead it is opened again and the work
   * repeated, so the work must be able to tell whether an earlier try arrived.
   *
   * @throws {StorageFailure}
   */
  async run<T>(work: (db: Database<S>) => Promise<T>): Promise<T> {
    for (let tries = 1;; tries++) {
      try {
        return await work(await this.#open());
      } catch (error) {
        const { name } = error as DOMException;
        if (name === "QuotaExceededError") {
          throw new StorageFailure("full", error);
        }
        if (name === "VersionError") {
          throw new StorageFailure("outdated", error);
        }
        if (!DEAD.test(name)) throw error;
        this.close();
        if (tries === TRIES) throw new StorageFailure("broken", error);
      }
    }
  }

  /** Closes the connection; the next use opens it again. */
  close(): void {
    this.#db?.then((db) => db.close(), () => {});
    this.#db = null;
  }
}
