import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { deserialize } from "node:v8";
import fc from "fast-check";
import type { AuditHead, CheckpointRow } from "../../lib/audit/checkpoint.ts";
import { seal } from "../../lib/audit/seal.ts";
import type { AuditReport } from "../../lib/audit/verify_audit.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import { instanceKeyFrom } from "../../lib/store/instance_key.ts";
import { type Key, tenantKeys } from "../../lib/store/keys.ts";
import { type Store, storeOn } from "../../lib/store/store.ts";
import { HOUR, MINUTE } from "./builders.ts";
import {
  audit,
  auditRecord,
  audits,
  ORG,
  sealing,
  verified,
  withBackend,
} from "./audit_log.ts";

const keys = tenantKeys(ORG);

/** The backend, as somebody uses it who goes around the product. */
class Intruder {
  constructor(readonly kv: Deno.Kv) {}

  async read<T>(key: Key): Promise<T> {
    const { value } = await this.kv.get<T>(key as Deno.KvKey);
    if (value === null) throw new Error(`Nothing at ${key}`);
    return value;
  }

  async put(key: Key, value: unknown): Promise<void> {
    await this.kv.set(key as Deno.KvKey, value);
  }

  async remove(key: Key): Promise<void> {
    await this.kv.delete(key as Deno.KvKey);
  }

  /** Removes rows under a prefix whose last key part comes after one. */
  async removeAfter(prefix: Key, after: string): Promise<void> {
    for await (
      const { key } of this.kv.list({ prefix: prefix as Deno.KvKey })
    ) {
      if (String(key.at(-1)) > after) await this.kv.delete(key);
    }
  }

  async swap(a: Key, b: Key): Promise<void> {
    const [first, second] = [await this.read(a), await this.read(b)];
    await this.put(a, second);
    await this.put(b, first);
  }
}

/** A log of 5 records: checkpoints of 3 and 5. */
async function withSealedLog(
  run: (world: {
    store: Store;
    intruder: Intruder;
    rows: AuditRow[];
    /** The roots of the two checkpoints. */
    roots: [string, string];
    /** The sealer's head after the first checkpoint. */
    firstHead: AuditHead;
  }) => Promise<void>,
): Promise<void> {
  await withBackend(async (store, kv) => {
    const deps = sealing(store);
    const rows = await audits(store, 3);
    await seal(deps, ORG);
    const intruder = new Intruder(kv);
    const firstHead = await intruder.read<AuditHead>(keys.auditHead());
    rows.push(...await audits(store, 2));
    await seal(deps, ORG);
    const [first, second] = deps.lines.map(({ root }) => String(root));
    const roots: [string, string] = [first ?? "", second ?? ""];
    await run({ store, intruder, rows, roots, firstHead });
  });
}

async function faultOf(store: Store, witness?: { size: number; root: string }) {
  const report = await verified(
    store,
    ORG,
    witness ? [{ org: ORG, ...witness }] : [],
  );
  return report.fault;
}

const idOf = (rows: AuditRow[], at: number) => (rows[at] as AuditRow).id;

Deno.test("an edited, a missing and a swapped record are each named", () =>
  withSealedLog(async ({ store, intruder, rows }) => {
    const [first, , third, fourth, last] = rows.map(({ id }) => keys.audit(id));
    const edited = {
      ...await intruder.read<AuditRow>(third as Key),
      actor: "usr_b",
    };
    const good = await intruder.read<AuditRow>(third as Key);
    await intruder.put(third as Key, edited);
    let fault = await faultOf(store);
    assert.equal(fault?.kind, "edited");
    assert.ok(fault?.message.includes(`${idOf(rows, 2)}, number 3,`));
    await intruder.put(third as Key, good);
    assert.equal(await faultOf(store), null);

    await intruder.swap(first as Key, fourth as Key);
    fault = await faultOf(store);
    assert.equal(fault?.kind, "swapped");
    assert.ok(fault?.message.includes(`${idOf(rows, 0)}, number 1,`));
    assert.ok(fault?.message.includes(idOf(rows, 3)));
    await intruder.swap(first as Key, fourth as Key);
    assert.equal(await faultOf(store), null);

    await intruder.remove(last as Key);
    fault = await faultOf(store);
    assert.equal(fault?.kind, "missing");
    assert.ok(fault?.message.includes(`${idOf(rows, 4)}, number 5,`));
  }));

Deno.test("two records that changed places together with their ids are named", () =>
  withSealedLog(async ({ store, intruder, rows }) => {
    const [a, b] = [keys.audit(idOf(rows, 0)), keys.audit(idOf(rows, 1))];
    const [first, second] = [
      await intruder.read<AuditRow>(a),
      await intruder.read<AuditRow>(b),
    ];
    await intruder.put(a, { ...second, id: first.id });
    await intruder.put(b, { ...first, id: second.id });
    const fault = await faultOf(store);
    assert.equal(fault?.kind, "edited");
    assert.ok(fault?.message.includes(first.id));
  }));

Deno.test("a record that no checkpoint and no commit knows is named as inserted", () =>
  withSealedLog(async ({ store, intruder }) => {
    const forged = auditRecord();
    await intruder.put(keys.audit(forged.id), forged);
    const fault = await faultOf(store);
    assert.equal(fault?.kind, "inserted");
    assert.ok(fault?.message.includes(forged.id));
    await intruder.remove(keys.audit(forged.id));
    await intruder.put([...keys.audits(), "a", "b"], forged);
    assert.equal((await faultOf(store))?.kind, "inserted");
  }));

Deno.test("a log whose end was cut off is named: by its head, or by a checkpoint kept elsewhere", () =>
  withSealedLog(async ({ store, intruder, roots: [, root], firstHead }) => {
    const last = await intruder.read<CheckpointRow>(keys.auditCheckpoint(5));
    await intruder.remove(keys.auditCheckpoint(5));
    assert.equal((await faultOf(store))?.kind, "cut-off");
    for (const id of last.ids) await intruder.remove(keys.audit(id));
    const fault = await faultOf(store);
    assert.equal(fault?.kind, "cut-off");
    assert.ok(fault?.message.includes("records 4 to 5 are missing"));
    // Whoever removes everything that tells of it leaves a shorter log that is good in itself.
    await intruder.put(keys.auditHead(), firstHead);
    await intruder.removeAfter(keys.changes(), firstHead.cursor);
    assert.equal(await faultOf(store), null);
    assert.equal((await faultOf(store, { size: 5, root }))?.kind, "cut-off");
  }));

Deno.test("a log that is gone altogether is missed by a checkpoint kept elsewhere", () =>
  withSealedLog(async ({ store, intruder, roots: [root] }) => {
    await intruder.removeAfter(["org"], "");
    assert.equal(await faultOf(store), null);
    assert.equal((await faultOf(store, { size: 3, root }))?.kind, "cut-off");
  }));

Deno.test("a log that was sealed anew with other records is named by a checkpoint kept elsewhere", () =>
  withSealedLog(async ({ store, intruder, rows, roots: [root], firstHead }) => {
    await intruder.removeAfter(["org"], "");
    for (const row of rows) await audit(store, { ...row, actor: "usr_b" });
    await seal(sealing(store), ORG);
    assert.equal(await faultOf(store), null);
    const size = firstHead.size;
    const fault = await faultOf(store, { size, root });
    assert.equal(fault?.kind, "other-history");
  }));

Deno.test("the checkpoints kept elsewhere of a good log fit it, also within a later checkpoint", () =>
  withBackend(async (store) => {
    const deps = sealing(store);
    await audits(store, 3);
    await seal(deps, ORG);
    const [line] = deps.lines;
    const witness = { size: 3, root: String(line?.root) };
    await audits(store, 2);
    await seal(deps, ORG);
    assert.equal(await faultOf(store, witness), null);
    assert.equal(
      (await faultOf(store, { ...witness, root: "0".repeat(64) }))?.kind,
      "other-history",
    );
  }));

Deno.test("a missing, a moved, a foreign and a forged checkpoint are each named", () =>
  withSealedLog(async ({ store, intruder }) => {
    const first = await intruder.read<CheckpointRow>(keys.auditCheckpoint(3));
    await intruder.remove(keys.auditCheckpoint(3));
    let fault = await faultOf(store);
    assert.equal(fault?.kind, "broken-chain");
    assert.ok(fault?.message.includes("records 1 to 3"));
    await intruder.put(keys.auditCheckpoint(3), first);

    const second = await intruder.read<CheckpointRow>(keys.auditCheckpoint(5));
    await intruder.put(keys.auditCheckpoint(4), second);
    assert.equal((await faultOf(store))?.kind, "unreadable");
    await intruder.remove(keys.auditCheckpoint(4));

    await audits(store, 3, "org_b");
    await seal(sealing(store), "org_b");
    const foreign = await intruder.read<CheckpointRow>(
      tenantKeys("org_b").auditCheckpoint(3),
    );
    await intruder.put(keys.auditCheckpoint(3), foreign);
    fault = await faultOf(store);
    assert.equal(fault?.kind, "broken-chain");
    assert.ok(fault?.message.includes("org_b"));
    await intruder.put(keys.auditCheckpoint(3), first);

    await intruder.put(keys.auditCheckpoint(5), {
      ...second,
      previous: first.root,
    });
    assert.equal((await faultOf(store))?.kind, "bad-signature");
    await intruder.put(keys.auditCheckpoint(5), second);
    assert.equal(await faultOf(store), null);
  }));

Deno.test("a log sealed with another instance's secret is not this instance's", () =>
  withBackend(async (store) => {
    await audits(store, 2);
    const instanceKey = instanceKeyFrom("another secret");
    await seal({ ...sealing(store), instanceKey }, ORG);
    const fault = await faultOf(store);
    assert.equal(fault?.kind, "bad-signature");
  }));

Deno.test("what is not sealed yet is checked against the change feed", () =>
  withSealedLog(async ({ store, intruder }) => {
    const [one, two] = await audits(store, 2) as [AuditRow, AuditRow];
    const open = await audit(store, { closed: false });
    assert.deepEqual(await verified(store), {
      org: ORG,
      sealed: 5,
      unsealed: 3,
      fault: null,
    });
    for (
      const [kind, change] of [
        ["edited", { ...two, actor: "usr_b" }],
        ["swapped", one],
        ["missing", null],
      ] as const
    ) {
      const key = keys.audit(two.id);
      if (change === null) await intruder.remove(key);
      else await intruder.put(key, change);
      const fault = await faultOf(store);
      assert.equal(fault?.kind, kind);
      assert.ok(fault?.message.includes(two.id), fault?.message);
      await intruder.put(key, two);
    }
    await intruder.put(keys.audit(open.id), { ...open, closed: true });
    const fault = await faultOf(store);
    assert.equal(fault?.kind, "edited");
    assert.ok(fault?.message.includes(open.id));
  }));

Deno.test("an edit between commit and seal is found after the seal too", () =>
  withBackend(async (store, kv) => {
    const [, row] = await audits(store, 2) as [AuditRow, AuditRow];
    await new Intruder(kv).put(keys.audit(row.id), { ...row, actor: "usr_b" });
    await seal(sealing(store), ORG);
    const fault = await faultOf(store);
    assert.equal(fault?.kind, "edited");
    assert.ok(fault?.message.includes(row.id));
  }));

/** Another value in the place of one. */
const OTHERS: ((value: unknown) => unknown)[] = [
  () => "x",
  () => 7,
  () => null,
  () => NaN,
  () => 10n,
  () => undefined,
  () => new Date(0),
  () => [],
  () => ({}),
  (value) => typeof value === "string" ? `${value} ` : [value],
  (value) => typeof value === "string" ? value.slice(1) : String(value),
  (value) =>
    typeof value === "number" ? value + 1 : value === true ? false : [value],
];

/** Every place in a value: the path to each part of it. */
function placesIn(value: unknown, path: string[] = []): string[][] {
  if (value === null || typeof value !== "object") return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([name, part]) =>
      placesIn(part, [...path, name])
    ),
  ];
}

/** The value with one part of it replaced, removed or with a member more. */
function mutated(
  value: unknown,
  path: string[],
  how: number,
): unknown {
  const [name, ...rest] = path;
  if (name === undefined) {
    const other = OTHERS[how];
    if (other) return other(value);
    return typeof value === "object" && value !== null
      ? Array.isArray(value) ? [...value, "x"] : { ...value, more: 1 }
      : { more: value };
  }
  const copy = Array.isArray(value) ? [...value] : { ...value as object };
  const parts = copy as Record<string, unknown>;
  if (rest.length === 0 && how === OTHERS.length + 1) {
    if (Array.isArray(copy)) copy.splice(Number(name), 1);
    else delete parts[name];
  } else parts[name] = mutated(parts[name], rest, how);
  return copy;
}

Deno.test("any change of any part of a sealed record, a checkpoint or the head is found, and a record's is named", () =>
  withSealedLog(async ({ store, intruder, rows }) => {
    const sealed: Key[] = [
      ...rows.map(({ id }) => keys.audit(id)),
      keys.auditCheckpoint(3),
      keys.auditCheckpoint(5),
      keys.auditHead(),
    ];
    const originals = await Promise.all(
      sealed.map((key) => intruder.read<unknown>(key)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sealed.length - 1),
        fc.nat(),
        fc.nat(OTHERS.length + 1),
        async (row, place, how) => {
          const key = sealed[row] as Key;
          const original = originals[row];
          const places = placesIn(original);
          const path = places[place % places.length] ?? [];
          const changed = mutated(original, path, how);
          fc.pre(
            !isDeepStrictEqual(changed, original) && changed !== null &&
              changed !== undefined,
          );
          await intruder.put(key, changed);
          const fault = await faultOf(store);
          await intruder.put(key, original);
          assert.ok(fault, "not found");
          const id = rows[row]?.id;
          if (id) assert.ok(fault.message.includes(id), fault.message);
        },
      ),
      { numRuns: 800 },
    );
    assert.equal(await faultOf(store), null);
  }));

Deno.test("a flipped bit in the file is found, in a record, a checkpoint and the head", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/store.sqlite3`;
  const store = await storeOn(await Deno.openKv(path));
  const file = new DatabaseSync(path);
  try {
    await audits(store, 3);
    await seal(sealing(store), ORG);
    const rows = file.prepare("select k, v from kv").all()
      .map(({ k, v }) => ({ k: k as Uint8Array, v: v as Uint8Array }))
      .filter(({ k }) => /audit(?!_due)/.test(new TextDecoder().decode(k)));
    assert.equal(rows.length, 5);
    const put = file.prepare("update kv set v = ? where k = ?");
    await fc.assert(
      fc.asyncProperty(
        fc.nat(rows.length - 1),
        fc.nat(),
        fc.nat(7),
        async (at, byte, bit) => {
          const { k, v } = rows[at] as typeof rows[number];
          const place = byte % v.length;
          const flipped = v.with(place, (v[place] ?? 0) ^ (1 << bit));
          // Some bits of the encoding mean nothing: no field has changed then.
          fc.pre(!isDeepStrictEqual(valueOf(flipped), valueOf(v)));
          put.run(flipped, k);
          const fault = await faultOf(store);
          put.run(v, k);
          assert.ok(fault, "not found");
        },
      ),
      { numRuns: 250 },
    );
    assert.equal(await faultOf(store), null);
  } finally {
    file.close();
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
});

function valueOf(bytes: Uint8Array): unknown {
  try {
    return deserialize(bytes);
  } catch {
    return "no value";
  }
}

Deno.test("a log that is written and sealed meanwhile raises no false alarm", () =>
  withBackend(async (store) => {
    const deps = sealing(store);
    let writing = true;
    const written = (async () => {
      for (let round = 0; round < 60; round++) {
        const open = auditRecord({ closed: false });
        await audit(store, open);
        await audits(store, 3);
        await audit(store, { ...open, closed: true });
        // One whose process died, which the sealer closes an hour later.
        await audit(store, {
          closed: false,
          at: new Date(deps.at).toISOString(),
        });
        deps.at += 20 * MINUTE;
        await seal(deps, ORG);
      }
      deps.at += HOUR;
      await seal(deps, ORG);
      writing = false;
    })();
    const reports: AuditReport[] = [];
    do reports.push(await verified(store)); while (writing);
    await written;
    reports.push(await verified(store));
    assert.deepEqual(
      reports.map(({ fault }) => fault).filter((fault) => fault !== null),
      [],
    );
    assert.equal(reports.at(-1)?.sealed, 300);
    assert.ok(reports.length > 3);
  }));
