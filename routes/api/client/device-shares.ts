import { deviceShare } from "../../../lib/access/device_share.ts";
import { acting } from "../../../lib/http/call.ts";
import { problemResponse } from "../../../lib/http/problem_response.ts";
import { readJson } from "../../../lib/http/read_body.ts";
import { define } from "../../../lib/http/state.ts";

/** Gives a device, at a login, what it seals its database with. */
export const handler = define.handlers({
  async POST(ctx) {
    const { me, tenant, now, audit } = acting(ctx);
    const body = await readJson(ctx.req);
    if (!body.ok) return problemResponse(ctx, body.problem);
    const { vault } = Object(body.value) as { vault?: unknown };
    const share = await deviceShare(tenant, me, vault, now, audit);
    return share.ok
      ? ctx.json({ share: [...share.value] })
      : problemResponse(ctx, share.problem);
  },
});
