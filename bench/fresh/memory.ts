/**
 * Sends a million requests of every kind through the built app, without a
 * network, and says what memory is kept:
 * `deno run -A --v8-flags=--expose-gc memory.ts [requests]`.
 */
const requests = Number(Deno.args[0] ?? 1_000_000);
const STEP = requests / 10;

const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error("Run it with --expose-gc.");
const { default: server }: {
  default: { fetch(request: Request): Promise<Response> };
} = await import(import.meta.resolve("./_fresh/server.js"));
const manifest = await Deno.readTextFile(
  new URL("_fresh/manifest.json", import.meta.url),
);
const [, script] = /"path": "([^"]*boot[^"]*|[^"]*chunk[^"]*)"/.exec(manifest)!;

/** Mostly pages; every path of a miss and every query is another one. */
const kinds: ((n: number) => Request)[] = [
  () => new Request("http://localhost/leads"),
  (n) => new Request(`http://localhost/plain?n=${n}`),
  () => new Request("http://localhost/json"),
  () => new Request("http://localhost/text", { method: "HEAD" }),
  (n) => new Request(`http://localhost/missing/${n}`),
  () => new Request("http://localhost/text", { method: "DELETE" }),
  () =>
    new Request(`http://localhost${script}`, {
      headers: { "accept-encoding": "br" },
    }),
];

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
const lines: string[] = [];
for (let n = 1; n <= requests; n++) {
  const response = await server.fetch(kinds[n % kinds.length]!(n));
  await response.body?.pipeTo(new WritableStream());
  if (n % STEP !== 0) continue;
  collect();
  const { rss, heapUsed } = Deno.memoryUsage();
  lines.push(`${n}: heap ${megabytes(heapUsed)}, resident ${megabytes(rss)}`);
}
// deno-lint-ignore no-console -- the result of the measurement
console.log(lines.join("\n"));
