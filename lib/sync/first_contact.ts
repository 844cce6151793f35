import { isQueueOf } from "../model/queue_name.ts";
import type { DeviceShareRow } from "../store/identities.ts";
import type { TenantStore } from "../store/tenant_store.ts";

/** The most of a person's devices that are looked at; the oldest come first, by their own clocks. */
const MOST_DEVICES = 100;

/**
 * When the device of a queue that never sent anything was let in: a login after that was no contact with the queue, and
 * must not cut off what was done before it. Where a version before queues kept a part of their device's name has given it
 * another one, only the first of the person's devices bounds its work.
 *
 * @param sessionSince when the session began, milliseconds
 * @returns server time, milliseconds
 */
export async function firstContact(
  tenant: TenantStore,
  userId: string,
  deviceId: string,
  sessionSince: number,
): Promise<number> {
  const { keys } = tenant;
  const same = await tenant.get<DeviceShareRow>(
    keys.deviceShare(userId, deviceId),
  );
  if (same) return Math.min(sessionSince, Date.parse(same.createdAt));
  const all = await tenant.list<DeviceShareRow>({
    prefix: keys.deviceShares(userId),
    limit: MOST_DEVICES,
  });
  const own = all.filter(({ key }) => isQueueOf(deviceId, String(key.at(-1))));
  const since = (own.length > 0 ? own : all).map(({ value }) =>
    Date.parse(value.createdAt)
  );
  return Math.min(sessionSince, ...since);
}
