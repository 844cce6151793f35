import assert from "node:assert/strict";
import { type Collector, withCollector } from "../system/collector.ts";
import { eventually } from "../system/eventually.ts";
import { startServer } from "../system/server_process.ts";
import { canariesIn, carrySecrets } from "../system/traffic.ts";

/** Runs a test on a server whose telemetry goes to a collector. */
async function withTelemetry(
  run: (origin: string, collector: Collector) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "streamflow-e2e-" });
  await withCollector(async (collector) => {
    const server = await startServer(`${folder}/store.sqlite3`, 0, {
      // Without a mail server the log is where mails go.
      STREAMFLOW_MAIL: "smtp://127.0.0.1:9",
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_BSP_SCHEDULE_DELAY: "100",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
    });
    try {
      await run(server.origin, collector);
    } finally {
      await server.stop("SIGKILL");
      await Deno.remove(folder, { recursive: true });
    }
  });
}

/** Signs a company up. @returns the cookie of its owner */
async function signUp(origin: string): Promise<string> {
  const answer = await fetch(`${origin}/signup`, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({
      registration: "q".repeat(43),
      company: "Alder Heating",
      industry: "hvac",
      timeZone: "Europe/Berlin",
      name: "Olga Alder",
      email: "olga@alder.example",
      password: "a long enough one",
    }),
  });
  await answer.body?.cancel();
  assert.equal(answer.status, 303);
  return answer.headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

Deno.test("a request's span tells route, space and tenant, and has the store's calls under it", async () => {
  await withTelemetry(async (origin, collector) => {
    const cookie = await signUp(origin);
    const me = await fetch(`${origin}/api/me`, { headers: { cookie } });
    const { user } = await me.json();
    const page = await fetch(`${origin}/client/leads?cursor=x`, {
      headers: { cookie },
    });
    await page.body?.cancel();
    const request = await eventually(
      "the page's span has arrived",
      () =>
        collector.spans().find((span) => span.name === "GET /client/leads") ??
          null,
    );
    assert.equal(request.attributes["http.route"], "/client/leads");
    assert.equal(request.attributes["streamflow.space"], "CLIENT");
    assert.equal(request.attributes["streamflow.tenant"], user.tenantId);
    assert.equal(
      request.attributes["streamflow.request"],
      page.headers.get("x-request-id"),
    );
    const calls = collector.spans().filter((span) =>
      span.parentSpanId === request.spanId
    );
    const session = calls.find((call) =>
      call.attributes["db.collection.name"] === "sessions"
    );
    assert.equal(session?.name, "kv get");
    assert.equal(session?.attributes["db.response.returned_rows"], 1);
    const list = calls.find((call) => call.name === "kv list");
    assert.equal(
      list?.attributes["db.collection.name"],
      "leads_by_updated",
    );
    const commits = collector.spans().filter((span) =>
      span.name === "kv commit"
    );
    const signup = commits.find((commit) =>
      String(commit.attributes["db.collection.name"]).includes("tenants")
    );
    assert.equal(signup?.attributes["streamflow.kv.conflict"], false);
    assert.ok(Number(signup?.attributes["streamflow.kv.mutations"]) > 10);
  });
});

Deno.test("no address, no body, no secret and no person leaves by telemetry", async () => {
  await withTelemetry(async (origin, collector) => {
    const statuses = await carrySecrets(origin);
    await eventually(
      "all spans and some metrics have arrived",
      () =>
        collector.spans().filter((span) => "http.route" in span.attributes)
            .length >= statuses.length &&
        collector.payloads.some(({ path }) => path === "/v1/metrics"),
    );
    const all = collector.payloads.map(({ text }) => text).join("\n");
    assert.deepEqual(canariesIn(all), []);
    assert.doesNotMatch(all, /url\.(full|path|query)/);
    assert.ok(
      collector.spans().some((span) => span.name === "GET /invite/:token"),
    );
  });
});
