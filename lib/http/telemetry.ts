import type { Span, Tracer } from "@opentelemetry/api";
import type { KvTracer, SpanFacts } from "../store/tracing.ts";

/** What a trace tells of a request: its pattern, never its address. */
export interface RequestFacts {
  /** Of the request. */
  method: string;
  /** The route's pattern, `/client/orders/:id`; `static` or `none` without one. */
  route: string;
  /** A bare ULID: the same as in the log, the audit record and the `x-request-id` header. */
  requestId: string;
  /** The acting space; absent without a session. */
  space?: string | undefined;
  /** The acting tenant; absent without a session. */
  tenantId?: string | undefined;
  /** Problem code of the answer, where it has one. */
  code?: string | undefined;
}

/** Spans of the runtime's OpenTelemetry, completed with what only the product knows. */
export interface Telemetry {
  /** For `tracedKv`. */
  kv: KvTracer;
  /** Names the running request's span and says what it was. */
  describe(request: RequestFacts): void;
  /** Runs work that no request asked for under a span of its own. */
  background<T>(name: string, run: () => Promise<T>): Promise<T>;
}

/** Attributes in which the runtime would export whole addresses, with what is secret in them. */
const ADDRESSES: ReadonlySet<string> = new Set([
  "url.full",
  "url.path",
  "url.query",
]);

/**
 * Keeps addresses inside. The runtime sets them on its spans before any code of the product runs, and what is set can
 * neither be taken back nor set over: a later value is exported beside the first. So the setter of its spans leaves
 * them out.
 */
function withholdAddresses(tracer: Tracer): void {
  // Never ended, so never exported.
  const spans = Object.getPrototypeOf(
    tracer.startSpan("start", { root: true }),
  ) as Span;
  const { setAttribute } = spans;
  spans.setAttribute = function (name, value) {
    return ADDRESSES.has(name) ? this : setAttribute.call(this, name, value);
  };
}

const given = (facts: Record<string, string | undefined>) =>
  Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined),
  ) as SpanFacts;

const nameOf = (error: unknown) =>
  error instanceof Error ? error.name : typeof error;

/**
 * Takes the runtime's OpenTelemetry into use. Called once, before the first request, where `OTEL_DENO` is on: the
 * library is not even loaded otherwise.
 */
export async function openTelemetry(): Promise<Telemetry> {
  const { SpanStatusCode, trace } = await import("@opentelemetry/api");
  const tracer = trace.getTracer("streamflow");
  withholdAddresses(tracer);
  const failed = (span: Span, error: unknown) =>
    span.setAttribute("error.type", nameOf(error))
      .setStatus({ code: SpanStatusCode.ERROR })
      .end();
  return {
    kv: {
      start(name, facts) {
        const span = tracer.startSpan(name, { attributes: facts });
        return {
          end: (more) => (more ? span.setAttributes(more) : span).end(),
          fail: (error) => failed(span, error),
        };
      },
    },
    describe({ method, route, requestId, space, tenantId, code }) {
      trace.getActiveSpan()
        ?.updateName(`${method} ${route}`)
        .setAttributes(given({
          "http.route": route,
          "streamflow.request": requestId,
          "streamflow.space": space,
          "streamflow.tenant": tenantId,
          "streamflow.code": code,
        }));
    },
    background: (name, run) =>
      tracer.startActiveSpan(name, { root: true }, async (span) => {
        try {
          const result = await run();
          span.end();
          return result;
        } catch (error) {
          failed(span, error);
          throw error;
        }
      }),
  };
}
