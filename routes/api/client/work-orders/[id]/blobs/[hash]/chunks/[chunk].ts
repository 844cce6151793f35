import { putChunk } from "../../../../../../../../lib/blobs/put_chunk.ts";
import {
  progressResponse,
  sendingOf,
} from "../../../../../../../../lib/http/blob_call.ts";
import { acting } from "../../../../../../../../lib/http/call.ts";
import { problemResponse } from "../../../../../../../../lib/http/problem_response.ts";
import { readOctets } from "../../../../../../../../lib/http/read_body.ts";
import { define } from "../../../../../../../../lib/http/state.ts";
import { CHUNK_BYTES } from "../../../../../../../../lib/model/blob.ts";

/** Takes one chunk of an announced blob, named by its SHA-256: in any order, and as often as it is sent. */
export const handler = define.handlers({
  async PUT(ctx) {
    const sending = sendingOf(ctx);
    if (!sending.ok) return problemResponse(ctx, sending.problem);
    const bytes = await readOctets(ctx.req, CHUNK_BYTES);
    if (!bytes.ok) return problemResponse(ctx, bytes.problem);
    const { tenant } = acting(ctx);
    const { chunk = "" } = ctx.params;
    return progressResponse(
      ctx,
      await putChunk(tenant, sending.value, chunk, bytes.value),
    );
  },
});
