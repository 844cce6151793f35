import "./shared_chunk.ts";
import type { Me } from "../../lib/model/spaces.ts";
import { unsentBlobs } from "../../lib/offline/blobs.ts";
import { openField } from "../../lib/offline/scope.ts";

// Loaded when a person logs out, or may do so on a device that keeps pictures.
export { leaveField } from "../../lib/offline/scope.ts";
export { openField };

/**
 * How many photos and signatures of this person's the device has not sent. Looks only at whoever is active: a look must not
 * let in again who is just leaving, here or in another tab.
 */
export async function countUnsentPictures({ id, orgId }: Me): Promise<number> {
  const field = await openField(null);
  return field?.me.id === id && field.me.orgId === orgId
    ? (await unsentBlobs(field)).length
    : 0;
}
