import assert from "node:assert/strict";
import { storeOn } from "../../lib/store/store.ts";
import { type SpanFacts, tracedKv } from "../../lib/store/tracing.ts";

interface Ended {
  name: string;
  facts: Record<string, unknown>;
  error?: unknown;
}

/** Runs a test on a store whose spans are kept. */
async function withTracedStore(
  run: (
    store: Awaited<ReturnType<typeof storeOn>>,
    ended: Ended[],
    kv: Deno.Kv,
  ) => Promise<void>,
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const ended: Ended[] = [];
  let open = 0;
  const traced = tracedKv(kv, {
    start(name, facts) {
      open++;
      const end = (more: SpanFacts = {}, error?: unknown) => {
        open--;
        ended.push({ name, facts: { ...facts, ...more }, error });
      };
      return { end: (more) => end(more), fail: (error) => end({}, error) };
    },
  });
  const store = await storeOn(traced);
  ended.length = 0;
  try {
    await run(store, ended, kv);
    assert.equal(open, 0, "each span has ended once");
  } finally {
    store.close();
  }
}

const ORG = "org_canary";
const lead = (id: string) => ["org", ORG, "leads", id];

Deno.test("a span tells the families of the keys and how many there were, and no id or value", async () => {
  await withTracedStore(async (store, ended) => {
    const tx = store.transaction();
    await tx.get(lead("lead_canary"));
    tx.set(lead("lead_canary"), { name: "canary" });
    tx.set(["users", "usr_canary"], { email: "canary" });
    tx.sum(["counts", "day_canary", "name_canary"], 1);
    assert.equal(await tx.commit(), true);
    await store.get(["users", "usr_canary"]);
    await store.getMany([lead("lead_canary"), lead("lead_other_canary")]);
    await store.list({ prefix: ["org", ORG, "leads"] });
    const told = ended.map(({ name, facts }) => [
      name,
      facts["db.collection.name"],
      facts["db.response.returned_rows"] ?? facts["streamflow.kv.mutations"],
    ]);
    assert.deepEqual(told, [
      ["kv getMany", "leads", 0],
      ["kv commit", "counts leads users", 3],
      ["kv get", "users", 1],
      ["kv getMany", "leads", 1],
      ["kv list", "leads", 1],
    ]);
    const [, commit] = ended;
    assert.equal(commit?.facts["streamflow.kv.checks"], 1);
    assert.equal(commit?.facts["streamflow.kv.conflict"], false);
    assert.doesNotMatch(JSON.stringify(ended), /canary/);
  });
});

Deno.test("a span tells of a conflict", async () => {
  await withTracedStore(async (store, ended) => {
    const tx = store.transaction();
    await tx.get(["users", "u"]);
    tx.set(["users", "u"], 1);
    const other = store.transaction();
    other.set(["users", "u"], 2);
    await other.commit();
    assert.equal(await tx.commit(), false);
    assert.equal(ended.at(-1)?.facts["streamflow.kv.conflict"], true);
  });
});

Deno.test("a call that fails ends its span with the error, and throws it on", async () => {
  await withTracedStore(async (store, ended) => {
    const tooLong = ["a", "x".repeat(3000)];
    await assert.rejects(store.get(tooLong));
    await assert.rejects(store.list({ prefix: tooLong }));
    assert.deepEqual(ended.map(({ error }) => error instanceof Error), [
      true,
      true,
    ]);
  });
});

Deno.test("a list that is left early ends its span", async () => {
  await withTracedStore(async (_store, ended, kv) => {
    await kv.set(["a", 1], 1);
    await kv.set(["a", 2], 2);
    const traced = tracedKv(kv, {
      start: (name) => ({
        end: (facts = {}) => ended.push({ name, facts }),
        fail() {},
      }),
    });
    for await (const _row of traced.list({ prefix: ["a"] })) break;
    assert.equal(ended.length, 1);
    assert.equal(ended[0]?.facts["db.response.returned_rows"], 1);
  });
});
