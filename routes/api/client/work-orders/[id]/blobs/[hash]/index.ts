import { announceBlob } from "../../../../../../../lib/blobs/announce_blob.ts";
import { readBlob } from "../../../../../../../lib/blobs/read_blob.ts";
import {
  blobLimit,
  progressResponse,
  sendingOf,
} from "../../../../../../../lib/http/blob_call.ts";
import { acting } from "../../../../../../../lib/http/call.ts";
import { problemResponse } from "../../../../../../../lib/http/problem_response.ts";
import { readJson } from "../../../../../../../lib/http/read_body.ts";
import { define } from "../../../../../../../lib/http/state.ts";

/** Reads a photo or signature of an order; PUT announces one, and says which of its chunks are missing. */
export const handler = define.handlers({
  async GET(ctx) {
    const { me, tenant } = acting(ctx);
    const { id = "", hash = "" } = ctx.params;
    const blob = await readBlob(tenant, me, id, hash);
    if (!blob.ok) return problemResponse(ctx, blob.problem);
    const { bytes, type, fileName } = blob.value;
    return new Response(bytes, {
      headers: {
        "content-type": type,
        "content-length": String(bytes.length),
        "content-disposition": `inline; filename="${fileName}"`,
        "cache-control": "no-store",
      },
    });
  },

  async PUT(ctx) {
    const sending = sendingOf(ctx);
    if (!sending.ok) return problemResponse(ctx, sending.problem);
    const body = await readJson(ctx.req);
    if (!body.ok) return problemResponse(ctx, body.problem);
    const { tenant } = acting(ctx);
    const limit = await blobLimit(ctx);
    return progressResponse(
      ctx,
      await announceBlob(tenant, sending.value, body.value, limit),
    );
  },
});
