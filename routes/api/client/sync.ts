import { acting } from "../../../lib/http/call.ts";
import { fieldWork } from "../../../lib/http/field_work.ts";
import { problemResponse } from "../../../lib/http/problem_response.ts";
import { MAX_SYNC_BYTES, readJson } from "../../../lib/http/read_body.ts";
import { define } from "../../../lib/http/state.ts";
import { countSync } from "../../../lib/metrics/count_sync.ts";
import { readSettings } from "../../../lib/store/settings.ts";
import { applyBatch } from "../../../lib/sync/apply_batch.ts";
import { pull } from "../../../lib/sync/pull.ts";
import { readSyncRequest } from "../../../lib/sync/read_request.ts";

/** Takes in a device's queue; tells a device what changed. */
export const handler = define.handlers({
  async POST(ctx) {
    const { me, tenant, now, audit } = acting(ctx);
    const body = await readJson(ctx.req, MAX_SYNC_BYTES);
    if (!body.ok) return problemResponse(ctx, body.problem);
    const request = readSyncRequest(body.value);
    if (!request.ok) return problemResponse(ctx, request.problem);
    const caller = {
      subject: me,
      sessionSince: ctx.state.session?.since ?? now,
      requestId: ctx.state.requestId,
      auditId: audit.id,
    };
    const work = fieldWork(await readSettings(tenant));
    const outcome = await applyBatch(tenant, caller, request.value, work, now);
    if (!outcome.ok) return problemResponse(ctx, outcome.problem);
    countSync(ctx.state.deps.count, outcome.value, request.value.counts);
    return ctx.json(outcome.value);
  },

  async GET(ctx) {
    const { me, tenant, now } = acting(ctx);
    const { profile, template, version } = await readSettings(tenant);
    const outcome = await pull(tenant, {
      subject: me,
      scope: ctx.url.searchParams.get("scope"),
      cursor: ctx.url.searchParams.get("cursor"),
      timeZone: profile.timeZone,
      settings: { leadForm: template.leadForm },
      settingsVersion: version,
      now,
    });
    return outcome.ok
      ? ctx.json(outcome.value)
      : problemResponse(ctx, outcome.problem);
  },
});
