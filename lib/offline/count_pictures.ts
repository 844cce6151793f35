import "./engine.ts";
import type { Me } from "../model/spaces.ts";
import { isRefused, unsentBlobs } from "./blobs.ts";
import type { Device } from "./device.ts";
import type { Seldom } from "./field.ts";
import { openField } from "./scope.ts";

// Loaded where a person may log out, on a device that keeps pictures.

/**
 * How many photos and signatures of this person's wait on the device to be sent. Looks only at whoever is active: a look must not
 * let in again who is just leaving, here or in another tab.
 */
export async function countUnsentPictures(
  { id, orgId }: Me,
  device?: Device,
  seldom?: Seldom,
): Promise<number> {
  const field = await openField(null, device, seldom);
  return field?.me.id === id && field.me.orgId === orgId
    ? (await unsentBlobs(field)).filter((row) => !isRefused(row)).length
    : 0;
}
