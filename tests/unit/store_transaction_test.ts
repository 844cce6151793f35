import assert from "node:assert/strict";
import { dirname } from "node:path";
import { LIMITS } from "../../lib/store/limits.ts";
import { openStore, StoreUnavailable } from "../../lib/store/open.ts";
import { feedHead, readFeed } from "../../lib/store/changes.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import { withStore } from "./builders.ts";

const ROOM = { checks: 1, mutations: 1, keyBytes: 1, valueBytes: 1 };

Deno.test("a transaction reads its own writes, and nobody else does before the commit", () =>
  withStore(async (store) => {
    const tx = store.transaction();
    assert.equal(await tx.get(["a"]), null);
    tx.set(["a"], 1);
    assert.equal(await tx.get(["a"]), 1);
    assert.equal(await tx.peek(["a"]), 1);
    tx.delete(["a"]);
    assert.equal(await tx.get(["a"]), null);
    tx.set(["a"], 2);
    assert.equal(await store.get(["a"]), null);
    assert.equal(await tx.commit(), true);
    assert.equal(await store.get(["a"]), 2);
  }));

Deno.test("of two transactions that read the same only one commits, and the other writes nothing", () =>
  withStore(async (store) => {
    const [first, second] = [store.transaction(), store.transaction()];
    for (const tx of [first, second]) {
      await tx.get(["a"]);
      tx.set(["a"], tx === first ? "first" : "second");
      tx.set(["b", tx === first ? "first" : "second"], true);
    }
    assert.deepEqual([await first.commit(), await second.commit()], [
      true,
      false,
    ]);
    assert.deepEqual(
      await store.getMany([["a"], ["b", "first"], ["b", "second"]]),
      ["first", true, null],
    );
    assert.deepEqual([store.counts.commits, store.counts.conflicts], [2, 1]);
  }));

Deno.test("what was only peeked at may change meanwhile; what is read after a peek may not", () =>
  withStore(async (store) => {
    for (const readToo of [false, true]) {
      const tx = store.transaction();
      await tx.peek(["a"]);
      const other = store.transaction();
      other.set(["a"], readToo);
      await other.commit();
      if (readToo) await tx.get(["a"]);
      tx.set(["b"], 1);
      assert.equal(await tx.commit(), !readToo);
    }
  }));

Deno.test("what is fetched ahead is read once, in the order asked, and checked only when it is read", () =>
  withStore(async (store) => {
    const keys = Array.from({ length: 25 }, (_, i) => ["k", i]);
    const setup = store.transaction();
    keys.forEach((key, i) => setup.set(key, i));
    await setup.commit();
    const tx = store.transaction();
    const before = store.counts.keysRead;
    await tx.prefetch([...keys, ...keys]);
    for (const [i, key] of keys.entries()) assert.equal(await tx.get(key), i);
    assert.equal(store.counts.keysRead - before, 25);
    assert.deepEqual(await store.getMany(keys), keys.map((_, i) => i));
  }));

Deno.test("the change feed tells each commit once, in order, with each record once", () =>
  withStore(async (store) => {
    const tenant = new TenantStore(store, "org_a");
    assert.equal(await feedHead(tenant), "");
    const positions = [""];
    for (let i = 0; i < 3; i++) {
      const tx = tenant.transaction();
      tx.set(tx.keys.lead(`lead_${i}`), i);
      tx.changed({ type: "lead", id: "lead_same" });
      tx.changed({ type: "lead", id: `lead_${i}` });
      tx.changed({ type: "lead", id: "lead_same" });
      await tx.commit();
      positions.push(await feedHead(tenant));
    }
    assert.deepEqual([...positions].sort(), positions);
    const all = await readFeed(tenant, "", 10);
    assert.deepEqual(all.changes.map(({ id }) => id), [
      "lead_0",
      "lead_1",
      "lead_same",
      "lead_2",
    ]);
    assert.deepEqual([all.more, all.position], [false, positions[3]]);
    const part = await readFeed(tenant, positions[1] ?? "", 1);
    assert.deepEqual([part.changes.length, part.more, part.position], [
      2,
      true,
      positions[2],
    ]);
    const quiet = tenant.transaction();
    quiet.set(quiet.keys.lead("lead_quiet"), 1);
    await quiet.commit();
    assert.equal(await feedHead(tenant), positions[3]);
  }));

Deno.test("64 writers at once lose no change in the feed", () =>
  withStore(async (store) => {
    const tenant = new TenantStore(store, "org_a");
    let position = "";
    const seen = new Set<string>();
    const follow = async () => {
      const page = await readFeed(tenant, position, 1000);
      for (const { id } of page.changes) seen.add(id);
      position = page.position;
    };
    await Promise.all(Array.from({ length: 64 }, async (_, writer) => {
      for (let i = 0; i < 5; i++) {
        const tx = tenant.transaction();
        tx.changed({ type: "lead", id: `${writer}/${i}` });
        tx.set(tx.keys.lead(`${writer}`), i);
        await tx.commit();
        if (writer === 0) await follow();
      }
    }));
    await follow();
    assert.equal(seen.size, 320);
  }));

for (const backend of ["embedded", "connect"] as const) {
  Deno.test(`a transaction knows when the backend's limits are reached (${backend})`, () =>
    withStore(async (store) => {
      const tx = store.transaction();
      for (let i = 0; i < LIMITS[backend].checks; i++) {
        assert.ok(
          tx.hasRoomFor({ ...ROOM, mutations: 0, keyBytes: 0, valueBytes: 0 }),
        );
        await tx.get(["k", i]);
      }
      assert.ok(
        !tx.hasRoomFor({ ...ROOM, mutations: 0, keyBytes: 0, valueBytes: 0 }),
      );
      assert.ok(tx.hasRoomFor({ ...ROOM, checks: 0 }));
      assert.equal(tx.dependsOn(["k", 0]), true);
      assert.equal(tx.dependsOn(["other"]), false);
      await tx.commit();
    }, backend));
}

Deno.test("what fits by the transaction's reckoning is accepted by the backend", () =>
  withStore(async (store) => {
    const fill = async (
      key: (i: number) => (string | number)[],
      value: unknown,
    ) => {
      const tx = store.transaction();
      const one = {
        checks: 0,
        mutations: 1,
        keyBytes: 2000,
        valueBytes: 64 * 1024,
      };
      let i = 0;
      for (; tx.hasRoomFor(one); i++) tx.set(key(i), value);
      assert.equal(await tx.commit(), true);
      return i;
    };
    assert.equal(await fill((i) => ["m", i], 1), 1000);
    assert.ok(await fill((i) => ["long".repeat(400), i], 1) > 30);
    assert.ok(await fill((i) => ["ж".repeat(800), i], 1) > 30);
    assert.ok(await fill((i) => ["v", i], "€".repeat(30_000)) >= 12);
    assert.ok(await fill((i) => ["w", i], "x".repeat(60_000)) >= 12);
  }));

Deno.test("a value that the backend would refuse is refused when it is set", () =>
  withStore(async (store) => {
    const tx = store.transaction();
    assert.throws(() => tx.set(["a"], "x".repeat(66_000)), RangeError);
    assert.throws(() => tx.set(["a"], "€".repeat(33_000)), RangeError);
    tx.set(["a"], "x".repeat(65_000));
    assert.equal(await tx.commit(), true);
  }));

Deno.test("a tenant's store cannot reach the rows of another org or of no org", () =>
  withStore((store) => {
    const [mine, theirs] = [
      new TenantStore(store, "org_a"),
      new TenantStore(store, "org_b"),
    ];
    const foreign = [theirs.keys.lead("x"), ["users", "x"], ["org"], [], [
      "org",
      "org_a2",
      "leads",
    ]];
    for (const key of foreign) {
      const tx = mine.transaction();
      assert.throws(() => mine.get(key), RangeError);
      assert.throws(() => mine.getMany([mine.keys.lead("x"), key]), RangeError);
      for (
        const range of [{ prefix: key }, {
          prefix: mine.keys.leadsByUpdated(),
          start: key,
        }, { prefix: mine.keys.leadsByUpdated(), end: key }]
      ) {
        assert.throws(() => mine.list(range), RangeError);
      }
      assert.throws(() => tx.get(key), RangeError);
      assert.throws(() => tx.peek(key), RangeError);
      assert.throws(() => tx.prefetch([key]), RangeError);
      assert.throws(() => tx.set(key, 1), RangeError);
      assert.throws(() => tx.delete(key), RangeError);
      assert.throws(() => tx.dependsOn(key), RangeError);
    }
    return Promise.resolve();
  }));

Deno.test("a second opening of a store's file is refused in plain words, until the first is closed", async () => {
  const file = `${await Deno.makeTempDir()}/deep/store.sqlite3`;
  try {
    const first = await openStore(file);
    await assert.rejects(
      openStore(file),
      (error) =>
        error instanceof StoreUnavailable && error.message.includes(file),
    );
    const { epoch } = first.store;
    first.close();
    const again = await openStore(file);
    assert.equal(again.store.epoch, epoch);
    again.close();
  } finally {
    await Deno.remove(dirname(dirname(file)), { recursive: true });
  }
});

Deno.test("a second process on a store's file is refused, and a killed one gives it free", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/store.sqlite3`;
  const module = new URL("../../lib/store/open.ts", import.meta.url).href;
  const code = `const { openStore } = await import(${JSON.stringify(module)});
    await openStore(${JSON.stringify(file)});
    console.log("open");
    setInterval(() => {}, 1000);`;
  const other = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--unstable-kv", code],
    stdout: "piped",
  }).spawn();
  const reader = other.stdout.getReader();
  try {
    const { value } = await reader.read();
    assert.equal(new TextDecoder().decode(value).trim(), "open");
    await assert.rejects(openStore(file), StoreUnavailable);
    other.kill("SIGKILL");
    await other.status;
    (await openStore(file)).close();
  } finally {
    await reader.cancel();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a following transaction sees what the one before it writes, and commits after it", () =>
  withStore(async (store) => {
    const setup = store.transaction();
    setup.set(["old"], 1);
    setup.set(["gone"], 1);
    await setup.commit();
    const first = store.transaction();
    await first.get(["old"]);
    first.set(["old"], 2);
    first.set(["new"], 3);
    first.delete(["gone"]);
    const second = first.following();
    await second.prefetchBetween([["new"], ["old"]]);
    assert.deepEqual([
      await second.get(["old"]),
      await second.get(["new"]),
      await second.get(["gone"]),
    ], [2, 3, null]);
    assert.equal(await store.get(["new"]), null);
    second.set(["sum"], 5);
    assert.deepEqual([await first.commit(), await second.commit()], [
      true,
      true,
    ]);
    assert.equal(await store.get(["sum"]), 5);
  }));

Deno.test("a following transaction fails when what it inherited was changed by somebody else", () =>
  withStore(async (store) => {
    const first = store.transaction();
    first.set(["a"], 1);
    const second = first.following();
    assert.equal(await second.get(["a"]), 1);
    second.set(["b"], 1);
    await first.commit();
    const other = store.transaction();
    other.set(["a"], 2);
    await other.commit();
    assert.equal(await second.commit(), false);
    assert.equal(await store.get(["b"]), null);
  }));

Deno.test("a following transaction writes nothing where the one before it failed", () =>
  withStore(async (store) => {
    const first = store.transaction();
    await first.get(["a"]);
    first.set(["a"], 1);
    const second = first.following();
    await second.get(["a"]);
    second.set(["b"], 1);
    const other = store.transaction();
    other.set(["a"], 2);
    await other.commit();
    assert.deepEqual([await first.commit(), await second.commit()], [
      false,
      false,
    ]);
    assert.equal(await store.get(["b"]), null);
  }));

Deno.test("a guess that nothing is there makes the commit fail where something is", () =>
  withStore(async (store) => {
    const setup = store.transaction();
    setup.set(["here"], 1);
    await setup.commit();
    const tx = store.transaction();
    tx.assumeAbsent(["here"]);
    assert.equal(await tx.get(["here"]), null);
    tx.set(["b"], 1);
    assert.equal(await tx.commit(), false);
  }));
