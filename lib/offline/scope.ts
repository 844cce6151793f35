import type { Me } from "../model/spaces.ts";
import { browserDevice, type Device } from "./device.ts";
import { commit, read } from "./draft.ts";
import { sync } from "./drainer.ts";
import {
  type ConflictsModule,
  connectField,
  databaseName,
  disconnectField,
  type Field,
} from "./field.ts";
import { count } from "./recovery.ts";
import { readActive, recall, remember, writeActive } from "./registry.ts";
import { LIVE } from "./schema.ts";

/** How long a logout waits for the network, milliseconds. */
const LAST_SYNC_MS = 3000;

const opened = new WeakMap<
  Device,
  { name: string; field: Promise<Field | null> }
>();

const lazyConflicts = () => import("./conflicts.ts");

/** Takes everything readable out of a user's database. Ops stay, under that user and org alone. */
async function clearRecords(field: Field): Promise<void> {
  await commit(field, (draft) => {
    draft.clear = true;
    draft.head.left = true;
    draft.head.generation++;
    draft.head.drain = null;
    draft.feed = {
      ...draft.feed,
      cursor: null,
      loading: false,
      settings: null,
    };
  });
}

async function enter(
  device: Device,
  me: Me | null,
  conflicts: () => Promise<ConflictsModule>,
): Promise<Field | null> {
  const active = await readActive(device);
  const who = me ?? active;
  if (!who) return null;
  if (active && databaseName(active) !== databaseName(who)) {
    const other = connectField(device, active, conflicts);
    // First nobody, so that no shell shows the one who left while their records are taken away.
    await writeActive(device, null);
    await clearRecords(other);
    disconnectField(other);
  }
  if (me) await writeActive(device, me);
  const field = connectField(device, who, conflicts);
  const { head } = await read(field);
  const trace = await recall(device, who);
  const vanished = head.rev === 0 && trace !== null;
  if (vanished || head.left || (me && head.loginNeeded)) {
    await commit(field, async (draft) => {
      const { head } = draft;
      head.loginNeeded = false;
      if (vanished) {
        head.lost = trace;
        count(draft, "vanished");
      }
      if (!head.left) return;
      head.left = false;
      for (const live of Object.values(LIVE)) {
        for (const op of await draft.opsAlive(live)) {
          if (op.record !== undefined) await draft.refresh(op.record);
        }
      }
    });
  }
  if (!vanished) {
    const { deviceId, nextSeq } = head;
    await remember(device, who, { deviceId, lastSeq: nextSeq - 1 });
  }
  return field;
}

/**
 * Opens the work of whoever uses this device. All islands of a page get the same one.
 *
 * @param me from the page's props: this person is logged in, and becomes the active one. Null, in a shell:
 * whoever is active on this device
 * @returns null when nobody is
 * @throws {StorageFailure}
 */
export function openField(
  me: Me | null,
  device: Device = browserDevice(),
  conflicts: () => Promise<ConflictsModule> = lazyConflicts,
): Promise<Field | null> {
  const name = me ? databaseName(me) : "";
  const known = opened.get(device);
  if (known && (me === null || known.name === name)) return known.field;
  const before = known?.field.catch(() => null) ?? Promise.resolve(null);
  const field = before.then(() => enter(device, me, conflicts));
  const entry = { name, field };
  const forget = () => {
    if (opened.get(device) === entry) opened.delete(device);
  };
  field.then((found) => found ?? forget(), forget);
  opened.set(device, entry);
  return field;
}

/**
 * Opens the active scope for one task of the service worker, which lives longer than any login.
 *
 * @returns null when nobody is active
 */
export async function openActive(
  device: Device,
  conflicts: () => Promise<ConflictsModule>,
): Promise<Field | null> {
  const me = await readActive(device);
  return me && connectField(device, me, conflicts);
}

/**
 * Logs the person out of this device: first nobody is active, then a last sync is tried for at most three
 * seconds, then everything readable is taken away. What was not sent stays for this person's next login.
 *
 * @returns how many changes were not sent
 */
export async function leaveField(field: Field): Promise<number> {
  const { device } = field;
  await writeActive(device, null);
  await new Promise<void>((done) => {
    const callOff = device.after(LAST_SYNC_MS, done);
    sync(field).then(() => {
      callOff();
      done();
    });
  });
  await clearRecords(field);
  opened.delete(device);
  return await field.db.run((db) =>
    db.countFromIndex("pending", "live", IDBKeyRange.bound(1, LIVE.parked))
  );
}
