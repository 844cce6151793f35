import { openDB } from "idb";
import type { Me } from "../model/spaces.ts";
import { browserDevice } from "./device.ts";
import { openAloud } from "./open_aloud.ts";
import {
  DATABASE_VERSION,
  databaseName,
  type FieldSchema,
  type Head,
  LIVE,
} from "./schema.ts";

/** What a page without field work shows of the queue. */
export interface Glance {
  /** Saved on this device, not received by the server. */
  waiting: number;
  /** Changes about which somebody has to decide. */
  needsYou: number;
  /** When the server last confirmed something, by the device's clock, milliseconds. */
  lastReceivedAt: number | null;
  /** Photos and signatures are kept here, sent or not: what tells them apart is sealed. */
  hasBlobs: boolean;
}

/**
 * Looks at a person's queue on this device, without the engine that drains it.
 *
 * @returns null when this device has nothing of that person
 */
export async function glance(me: Me): Promise<Glance | null> {
  try {
    const name = databaseName(me);
    const db = await openAloud(
      browserDevice(),
      name,
      () =>
        openDB<FieldSchema>(name, DATABASE_VERSION, {
          // Looking makes nothing: where there is no database yet, there is none after it either.
          upgrade(_db, _old, _new, tx) {
            tx.done.catch(() => {});
            tx.abort();
          },
        }),
    );
    try {
      const [waiting, parked, head, blobs] = await Promise.all([
        db.countFromIndex("pending", "live", LIVE.waiting),
        db.getAllFromIndex("pending", "live", LIVE.parked),
        db.get("meta", "head") as Promise<Head | undefined>,
        db.count("blobs"),
      ]);
      return {
        waiting,
        needsYou: new Set(parked.map((op) => op.record ?? op.key)).size,
        lastReceivedAt: head?.receivedAt ?? null,
        hasBlobs: blobs > 0,
      };
    } finally {
      db.close();
    }
  } catch {
    return null;
  }
}

/**
 * Calls `listener` whenever a page that has the engine changed something of this person's.
 *
 * @returns ends it
 */
export function watchQueue(me: Me, listener: () => void): () => void {
  const channel = new BroadcastChannel(databaseName(me));
  channel.onmessage = ({ data }) => {
    if (data?.type === "changed") listener();
  };
  return () => channel.close();
}
