import type { IDBPDatabase } from "idb";
import { makeId } from "../model/ids.ts";
import type { FieldConflict } from "../model/merge.ts";
import { LEDGER_START } from "../model/protocol.ts";
import type { Me } from "../model/spaces.ts";
import { Connection } from "./database.ts";
import type { Channel, Device } from "./device.ts";
import type { Draft } from "./draft.ts";
import type { SyncOutcome } from "./attempt.ts";
import {
  DATABASE_VERSION,
  databaseName,
  type Feed,
  type FieldSchema,
  type Head,
} from "./schema.ts";

/** Whose value stands; `both`: one text after the other. */
export type Choice = "mine" | "theirs" | "both";

/** Merging; see `conflicts.ts`. Written out here, so that whoever drains does not draw it in. */
export interface Merging {
  /** Merges every record that waits for it. */
  mergeStale(field: Field): Promise<void>;
  /** Merges one record. */
  mergeRecord(
    field: Field,
    id: string,
    choices?: Record<string, Choice>,
  ): Promise<FieldConflict[]>;
  /** What fields would hold if both values stayed, where that can be. */
  joinsOf(
    field: Field,
    id: string,
    conflicts: readonly FieldConflict[],
  ): Promise<Record<string, string>>;
  /** Settles what the merge screen asked. */
  resolveConflict(
    field: Field,
    key: string,
    choices: Record<string, Choice>,
    seen?: readonly FieldConflict[],
  ): Promise<FieldConflict[]>;
}

/** Getting over a copied profile or a restored server; see `recovery.ts`. */
export interface Recovery {
  /** The queue under a new name. */
  renumber(draft: Draft, from: number): Promise<void>;
  /** Back to where the server stands. */
  stepBack(
    draft: Draft,
    known: number,
    hash: string | null,
    restored?: boolean,
  ): Promise<boolean>;
}

/** The parts of the engine that are seldom needed, and loaded then. */
export interface Seldom {
  /** For when the office and the device changed the same record. May fail: what is parked then stays so. */
  conflicts: () => Promise<Merging>;
  /** For when the server was restored, or this profile copied. */
  recovery: () => Promise<Recovery>;
}

/** Whether the server was reached at the last try. */
export type Reach = "unknown" | "reached" | "unreachable";

/** What the contexts that share a database tell each other. */
export type Signal =
  | { type: "changed"; reach: Reach }
  /** Whoever drains is alive. */
  | { type: "beat" };

/** One user's work in one org, open on this device. Handed to every function of the engine. */
export interface Field extends Seldom {
  /** Time, wire and storage. */
  readonly device: Device;
  /** Whose work it is. */
  readonly me: Me;
  /** Their database. */
  readonly db: Connection<FieldSchema>;
  /** To the other contexts that have it open. */
  readonly channel: Channel;
  /** See `watch`. */
  readonly listeners: Set<() => void>;
  /** Called at each sign of life of a drainer in another context. */
  readonly beats: Set<() => void>;
  /** Opens what is sealed in the database; null: not read yet. */
  key: Promise<CryptoKey> | null;
  /** Whether the server was reached at the last try. */
  reach: Reach;
  /** Called after each change that a person made, to send it soon. */
  wake: (() => void) | null;
  /** What this context last wrote, for its next change to begin with; null: it is read anew. */
  draft: Draft | null;
  /** The last transaction of this context; the next one waits for it. */
  turn: Promise<unknown>;
  /** The sync that runs in this context, and the one that was asked for meanwhile. */
  running: Promise<SyncOutcome> | null;
  /** The sync that was asked for while one runs. */
  next: Promise<SyncOutcome> | null;
  /** Tries in a row that did not get through. */
  failures: number;
  /** Not before this point of the monotonic clock, because the server said so. */
  notBefore: number;
}

function layOut(device: Device, db: IDBPDatabase<FieldSchema>): void {
  db.createObjectStore("leads", { keyPath: "id" })
    .createIndex("newest", ["newest", "id"]);
  db.createObjectStore("workOrders", { keyPath: "id" })
    .createIndex("planned", "planned");
  db.createObjectStore("timesheets", { keyPath: "id" });
  const pending = db.createObjectStore("pending", { keyPath: "n" });
  pending.createIndex("key", "key", { unique: true });
  pending.createIndex("seq", ["deviceId", "seq"]);
  pending.createIndex("record", "record");
  pending.createIndex("live", "live");
  db.createObjectStore("blobs");
  const meta = db.createObjectStore("meta");
  const deviceId = newDeviceId(device);
  const head: Head = {
    rev: 0,
    by: [],
    deviceId,
    vault: deviceId,
    nextSeq: 1,
    nextN: 1,
    acked: 0,
    hash: LEDGER_START,
    epoch: null,
    sentUpTo: 0,
    attempts: 0,
    generation: 0,
    loginNeeded: false,
    left: false,
    drain: null,
    receivedAt: null,
    counts: {},
    lost: null,
  };
  const feed: Feed = {
    cursor: null,
    load: 0,
    loading: false,
    today: null,
    todayAt: 0,
    settings: null,
  };
  meta.put(head, "head");
  meta.put(feed, "feed");
}

/** Makes the name of a queue: it never names two. */
export function newDeviceId(device: Device): string {
  return makeId("dev", device.now(), device.random(10));
}

/** Connects to a user's database. Nothing is opened before it is needed. */
export function connectField(
  device: Device,
  me: Me,
  seldom: Seldom,
): Field {
  const name = databaseName(me);
  const field: Field = {
    device,
    me,
    db: new Connection(
      device,
      name,
      DATABASE_VERSION,
      (db) => layOut(device, db),
    ),
    channel: device.openChannel(name),
    listeners: new Set(),
    beats: new Set(),
    ...seldom,
    key: null,
    reach: "unknown",
    wake: null,
    draft: null,
    turn: Promise.resolve(),
    running: null,
    next: null,
    failures: 0,
    notBefore: 0,
  };
  field.channel.addEventListener("message", ({ data }) => {
    const signal = data as Signal;
    if (signal.type === "beat") return tell(field.beats);
    if (signal.reach !== "unknown") field.reach = signal.reach;
    // Messages reach a frozen page, timers do not: a transaction that it began would hold up all others.
    device.after(0, () => tell(field.listeners));
  });
  return field;
}

/** Lets go of the database and the channel. */
export function disconnectField(field: Field): void {
  field.listeners.clear();
  field.channel.close();
  field.db.close();
}

function tell(listeners: Set<() => void>): void {
  for (const listener of [...listeners]) listener();
}

/** Tells every tab that something changed. */
export function notify(field: Field): void {
  field.channel.postMessage(
    { type: "changed", reach: field.reach } satisfies Signal,
  );
  tell(field.listeners);
}

/**
 * Calls `listener` after each change, made here or synced, in any tab.
 *
 * @returns ends it
 */
export function watch(field: Field, listener: () => void): () => void {
  field.listeners.add(listener);
  return () => field.listeners.delete(listener);
}
