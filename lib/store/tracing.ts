/** What a span may say of a call: names of key families and counts, never an id and never a value. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** A span that runs. */
export interface OpenSpan {
  /** Ends it, with what the call came to. */
  end(facts?: SpanFacts): void;
  /** Ends it with an error. Only the error's name is told: its message may quote data. */
  fail(error: unknown): void;
}

/** Starts spans for calls of the store. */
export interface KvTracer {
  /**
   * Starts a span under the one that is active.
   *
   * @param name `kv get`, `kv getMany`, `kv list`, `kv commit`
   */
  start(name: string, facts: SpanFacts): OpenSpan;
}

/** The family of a key: what it is a key of, without whose. */
const familyOf = (key: Deno.KvKey) =>
  String(key[0] === "org" ? key[2] ?? "org" : key[0]);

/** The families of many keys, each once, in order. */
const familiesOf = (keys: Iterable<Deno.KvKey>) =>
  [...new Set([...keys].map(familyOf))].sort().join(" ");

/** What every span of the store says (OpenTelemetry semantic conventions, database spans). */
const factsOf = (operation: string, families: string): SpanFacts => ({
  "db.system.name": "deno.kv",
  "db.operation.name": operation,
  "db.collection.name": families,
});

async function inSpan<T>(
  span: OpenSpan,
  run: () => Promise<T>,
  facts: (result: T) => SpanFacts,
): Promise<T> {
  try {
    const result = await run();
    span.end(facts(result));
    return result;
  } catch (error) {
    span.fail(error);
    throw error;
  }
}

function tracedList<T>(
  list: Deno.KvListIterator<T>,
  span: OpenSpan,
): Deno.KvListIterator<T> {
  let rows = 0;
  const end = () => span.end({ "db.response.returned_rows": rows });
  const traced = {
    get cursor() {
      return list.cursor;
    },
    async next() {
      try {
        const step = await list.next();
        if (step.done) end();
        else rows++;
        return step;
      } catch (error) {
        span.fail(error);
        throw error;
      }
    },
    return(value?: undefined) {
      end();
      return Promise.resolve({ done: true as const, value });
    },
    [Symbol.asyncIterator]() {
      return traced;
    },
  };
  return traced as unknown as Deno.KvListIterator<T>;
}

function tracedAtomic(
  atomic: Deno.AtomicOperation,
  tracer: KvTracer,
): Deno.AtomicOperation {
  let checks = 0;
  const written: Deno.KvKey[] = [];
  const traced = {
    check(...all: Deno.AtomicCheck[]) {
      checks += all.length;
      atomic.check(...all);
      return traced;
    },
    set(key: Deno.KvKey, value: unknown, options?: { expireIn?: number }) {
      written.push(key);
      atomic.set(key, value, options);
      return traced;
    },
    delete(key: Deno.KvKey) {
      written.push(key);
      atomic.delete(key);
      return traced;
    },
    sum(key: Deno.KvKey, n: bigint) {
      written.push(key);
      atomic.sum(key, n);
      return traced;
    },
    max(key: Deno.KvKey, n: bigint) {
      written.push(key);
      atomic.max(key, n);
      return traced;
    },
    commit() {
      const span = tracer.start("kv commit", {
        ...factsOf("commit", familiesOf(written)),
        "streamflow.kv.checks": checks,
        "streamflow.kv.mutations": written.length,
      });
      return inSpan(
        span,
        () => atomic.commit(),
        ({ ok }) => ({ "streamflow.kv.conflict": !ok }),
      );
    },
  };
  return traced as unknown as Deno.AtomicOperation;
}

/**
 * A Deno KV whose calls are spans. It stands between the store and the backend, so that a store without telemetry pays
 * nothing for it.
 *
 * @param kv an open Deno KV
 * @param tracer makes the spans
 */
export function tracedKv(kv: Deno.Kv, tracer: KvTracer): Deno.Kv {
  const calls = {
    get: (
      key: Deno.KvKey,
      options?: { consistency?: Deno.KvConsistencyLevel },
    ) =>
      inSpan(
        tracer.start("kv get", factsOf("get", familyOf(key))),
        () => kv.get(key, options),
        ({ versionstamp }) => ({
          "db.response.returned_rows": versionstamp === null ? 0 : 1,
        }),
      ),
    getMany: (keys: readonly Deno.KvKey[]) =>
      inSpan(
        tracer.start("kv getMany", {
          ...factsOf("getMany", familiesOf(keys)),
          "db.operation.batch.size": keys.length,
        }),
        () => kv.getMany([...keys]),
        (entries) => ({
          "db.response.returned_rows":
            entries.filter((entry) => entry.versionstamp !== null).length,
        }),
      ),
    list: (selector: Deno.KvListSelector, options?: Deno.KvListOptions) =>
      tracedList(
        kv.list(selector, options),
        tracer.start(
          "kv list",
          factsOf(
            "list",
            familyOf("prefix" in selector ? selector.prefix : selector.start),
          ),
        ),
      ),
    atomic: () => tracedAtomic(kv.atomic(), tracer),
  };
  return new Proxy(kv, {
    get(target, name) {
      if (Object.hasOwn(calls, name)) return calls[name as keyof typeof calls];
      const member = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
