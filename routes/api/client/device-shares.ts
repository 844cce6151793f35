import { deviceShare } from "../../../lib/access/device_share.ts";
import { acting } from "../../../lib/http/call.ts";
import { problemResponse } from "../../../lib/http/problem_response.ts";
import { readJson } from "../../../lib/http/read_body.ts";
import { define } from "../../../lib/http/state.ts";
import { problem } from "../../../lib/model/problem.ts";

/** The most fields that an answer names. */
const MAX_ERRORS = 20;

/** Gives a device, at a login, what it seals its database with. */
export const handler = define.handlers({
  async POST(ctx) {
    const { me, tenant, now, audit } = acting(ctx);
    const body = await readJson(ctx.req);
    if (!body.ok) return problemResponse(ctx, body.problem);
    const { vault, ...unknown } = Object(body.value) as Record<string, unknown>;
    const errors = Object.keys(unknown).slice(0, MAX_ERRORS).map((field) => ({
      field,
      message: "This field is not known here.",
    }));
    if (errors.length > 0) {
      return problemResponse(ctx, problem("invalid-input", { errors }));
    }
    const share = await deviceShare(tenant, me, vault, now, audit);
    return share.ok
      ? ctx.json({ share: [...share.value] })
      : problemResponse(ctx, share.problem);
  },
});
