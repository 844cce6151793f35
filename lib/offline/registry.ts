import type { DBSchema } from "idb";
import type { Me } from "../model/spaces.ts";
import { Connection } from "./database.ts";
import type { Device } from "./device.ts";
import { databaseName, scopeOf } from "./schema.ts";

/** Where a user's queue stood when it was last looked at, to notice that its database has vanished. */
export interface QueueTrace {
  /** The queue's name. */
  deviceId: string;
  /** Its highest seq. */
  lastSeq: number;
}

interface RegistrySchema extends DBSchema {
  active: { key: "active"; value: Me };
  queues: { key: string; value: QueueTrace };
  keys: { key: string; value: CryptoKey };
}

const registries = new WeakMap<Device, Connection<RegistrySchema>>();

function registryOf(device: Device): Connection<RegistrySchema> {
  let registry = registries.get(device);
  if (!registry) {
    registry = new Connection<RegistrySchema>(
      device,
      "streamflow",
      2,
      (db) => {
        for (const name of ["active", "queues", "keys"] as const) {
          if (!db.objectStoreNames.contains(name)) db.createObjectStore(name);
        }
      },
    );
    registries.set(device, registry);
  }
  return registry;
}

/** The key that a user's database is sealed with, or null: it is here from a login to the logout. */
export async function readKey(
  device: Device,
  name: string,
): Promise<CryptoKey | null> {
  return await registryOf(device).run((db) => db.get("keys", name)) ?? null;
}

/** Who works on this device now, or null. */
export async function readActive(device: Device): Promise<Me | null> {
  return await registryOf(device).run((db) => db.get("active", "active")) ??
    null;
}

/** Says who works on this device now; durable when it resolves. */
export async function writeActive(
  device: Device,
  me: Me | null,
): Promise<void> {
  await registryOf(device).run(async (db) => {
    const tx = db.transaction("active", "readwrite", { durability: "strict" });
    await Promise.all([
      me ? tx.store.put(me, "active") : tx.store.delete("active"),
      tx.done,
    ]);
  });
}

/**
 * Says that nobody works on this device any more, unless it is who is expected: one transaction, so that nobody is forgotten
 * who was let in meanwhile.
 *
 * @param expected `<orgId>:<userId>`
 * @returns who was forgotten, or null
 */
export async function forgetUnless(
  device: Device,
  expected: string,
): Promise<Me | null> {
  return await registryOf(device).run(async (db) => {
    const tx = db.transaction("active", "readwrite", { durability: "strict" });
    const me = await tx.store.get("active") ?? null;
    const leaves = me !== null && scopeOf(me) !== expected;
    if (leaves) await tx.store.delete("active");
    await tx.done;
    return leaves ? me : null;
  });
}

/** Where a user's queue stood when it was last looked at, or null. */
export async function recall(
  device: Device,
  me: Me,
): Promise<QueueTrace | null> {
  return await registryOf(device).run((db) =>
    db.get("queues", databaseName(me))
  ) ?? null;
}

/** Notes where a user's queue stands. */
export async function remember(
  device: Device,
  me: Me,
  trace: QueueTrace,
): Promise<void> {
  await registryOf(device).run(async (db) => {
    await db.put("queues", trace, databaseName(me));
  });
}

/** Keeps the key of a user's database, or takes it away. */
export async function writeKey(
  device: Device,
  name: string,
  key: CryptoKey | null,
): Promise<void> {
  await registryOf(device).run(async (db) => {
    await (key ? db.put("keys", key, name) : db.delete("keys", name));
  });
}
