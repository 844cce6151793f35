import "./shared_chunk.ts";
import type { Me } from "../../lib/model/spaces.ts";
import { countUnsentBlobs } from "../../lib/offline/blobs.ts";
import { openField } from "../../lib/offline/scope.ts";

// Loaded when a person logs out, or may do so on a device that keeps pictures.
export { leaveField } from "../../lib/offline/scope.ts";
export { openField };

/** How many photos and signatures of this person's the device has not sent. */
export async function countUnsentPictures(me: Me): Promise<number> {
  const field = await openField(me);
  return field ? await countUnsentBlobs(field) : 0;
}
