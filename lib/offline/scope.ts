import type { Me } from "../model/spaces.ts";
import { browserDevice, type Device } from "./device.ts";
import { read } from "./draft.ts";
import {
  connectField,
  disconnectField,
  type Field,
  type Seldom,
} from "./field.ts";
import { later } from "./later.ts";
import { readActive, readKey, recall, writeActive } from "./registry.ts";
import { databaseName } from "./schema.ts";

const opened = new WeakMap<
  Device,
  { name: string; field: Promise<Field | null> }
>();

/** How long a device shows what it has without a sign of the server, milliseconds: 30 days. */
const TRUSTED_MS = 30 * 86_400_000;

async function enter(
  device: Device,
  me: Me | null,
  seldom: Seldom,
): Promise<Field | null> {
  const active = await readActive(device);
  const who = me ?? active;
  if (!who) return null;
  if (active && databaseName(active) !== databaseName(who)) {
    // First nobody, so that no shell shows the one who left while their records are taken away.
    await writeActive(device, null);
    const other = connectField(device, active, seldom);
    await (await later.upkeep()).clearRecords(other);
    disconnectField(other);
  }
  const field = connectField(device, who, seldom);
  const { head, feed } = await read(field);
  device.away = { me: who, heardAt: feed.todayAt };
  const fresh = head.rev === 0;
  if (fresh || !await readKey(device, databaseName(who))) {
    // In a shell there is nobody to ask: a login brings the key.
    if (!me) return null;
    const { takeKey } = await later.takeKey();
    await takeKey(field, head.vault);
  }
  if (me) await writeActive(device, me);
  // A clock that stands before the last contact is wrong, and no absence.
  else if (device.now() - feed.todayAt > TRUSTED_MS) return null;
  const trace = fresh ? await recall(device, who) : null;
  if (trace || head.left || (me && head.loginNeeded)) {
    await (await later.upkeep()).takeUp(field, trace);
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
  seldom: Seldom = later,
): Promise<Field | null> {
  const name = me ? databaseName(me) : "";
  const known = opened.get(device);
  if (known && (me === null || known.name === name)) return known.field;
  const before = known?.field.catch(() => null) ?? Promise.resolve(null);
  const field = before.then(() => enter(device, me, seldom));
  const entry = { name, field };
  const forget = () => {
    if (opened.get(device) === entry) opened.delete(device);
  };
  field.then((found) => found ?? forget(), forget);
  opened.set(device, entry);
  return field;
}

/**
 * Logs the person out of this device: first nobody is active, then a last sync is tried for at most three
 * seconds, then everything readable is taken away. What was not sent stays for this person's next login.
 *
 * @returns how many changes were not sent
 */
export async function leaveField(field: Field): Promise<number> {
  opened.delete(field.device);
  return await (await later.upkeep()).leave(field);
}
