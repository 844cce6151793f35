/** A span as it was exported, with its attributes as plain values. */
export interface ExportedSpan {
  name: string;
  spanId: string;
  parentSpanId: string;
  attributes: Record<string, unknown>;
}

/** Takes OTLP over HTTP as JSON, as a collector does. */
export interface Collector {
  url: string;
  /** Every body that arrived, of traces, metrics and logs. */
  payloads: { path: string; text: string }[];
  spans(): ExportedSpan[];
}

interface Attribute {
  key: string;
  value: Record<string, unknown>;
}

interface Traces {
  resourceSpans: {
    scopeSpans: {
      spans: (Omit<ExportedSpan, "attributes"> & { attributes: Attribute[] })[];
    }[];
  }[];
}

/** Runs a test with a collector on loopback. */
export async function withCollector(
  run: (collector: Collector) => Promise<void>,
): Promise<void> {
  const payloads: Collector["payloads"] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    async (request) => {
      const path = new URL(request.url).pathname;
      payloads.push({ path, text: await request.text() });
      return Response.json({});
    },
  );
  try {
    await run({
      url: `http://127.0.0.1:${server.addr.port}`,
      payloads,
      spans: () =>
        payloads.filter(({ path }) => path === "/v1/traces")
          .flatMap(({ text }) => (JSON.parse(text) as Traces).resourceSpans)
          .flatMap(({ scopeSpans }) => scopeSpans)
          .flatMap(({ spans }) => spans)
          .map((span) => ({
            ...span,
            attributes: Object.fromEntries(
              span.attributes.map((
                { key, value },
              ) => [key, Object.values(value)[0]]),
            ),
          })),
    });
  } finally {
    await server.shutdown();
  }
}
