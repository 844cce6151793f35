import { define } from "../lib/http/state.ts";

/** 200 when the store answers. Also the probe that tells the server from a captive portal. */
export const handler = define.handlers({
  async GET(ctx) {
    const good = await ctx.state.deps.store.answers();
    return ctx.json({
      status: good ? "ok" : "unavailable",
      service: "streamflow",
    }, {
      status: good ? 200 : 503,
      headers: { "cache-control": "no-store" },
    });
  },
});
