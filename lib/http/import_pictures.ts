import {
  foreseeBlobs,
  importBlobs,
  type ImportedBlob,
} from "../blobs/import_blobs.ts";
import type { Subject } from "../model/spaces.ts";
import type { AuditRow } from "../store/audit.ts";
import type { ReadFile, ReadPicture } from "../sync/import_file.ts";
import { blobLimit } from "./blob_call.ts";
import { acting } from "./call.ts";
import type { RequestContext } from "./state.ts";

/**
 * Takes in the pictures of a file on behalf of whoever took them, or says what would come of it.
 *
 * @param audit the request's record; stays open
 * @param worker whose pictures they are
 * @param done false: nothing is written
 */
export async function importPictures(
  ctx: RequestContext,
  audit: AuditRow,
  worker: Subject,
  { pictures, deviceId }: ReadFile,
  done: boolean,
): Promise<ImportedBlob<ReadPicture>[]> {
  if (pictures.length === 0) return [];
  const { me, tenant, now } = acting(ctx);
  const open: AuditRow = {
    ...audit,
    ...(worker.id !== me.id && { onBehalfOf: worker.id }),
    device: deviceId,
    closed: false,
  };
  const by = { subject: worker, now, audit: open };
  const limit = await blobLimit(ctx);
  return await (done ? importBlobs : foreseeBlobs)(tenant, by, pictures, limit);
}
