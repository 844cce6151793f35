import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { seal } from "../../lib/audit/seal.ts";
import { everyOrg } from "../../lib/store/orgs.ts";
import { openStore } from "../../lib/store/open.ts";
import type { Store } from "../../lib/store/store.ts";
import { instanceKeyFrom } from "../../lib/store/instance_key.ts";
import { INSTANCE_LOG } from "../../lib/store/keys.ts";
import { audit, audits, sealing } from "./audit_log.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const SECRET = "a secret of the test, long enough";

/** Runs `deno task audit:verify` as an operator does. */
async function verify(kv: string, args: string[] = [], secret = SECRET) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "audit:verify", ...args],
    cwd: ROOT,
    env: { STREAMFLOW_KV: kv, STREAMFLOW_SECRET: secret, NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder();
  const lines = text.decode(stdout).split("\n");
  return {
    code,
    stderr: text.decode(stderr),
    lines,
    /** What it says about an org. */
    about: (org: string) =>
      lines.find((line) => line.startsWith(`${org}: `)) ?? "",
  };
}

async function withFolder(run: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Fills a store on the disk, and gives the log's lines by org. */
async function filled(
  path: string,
  fill: (
    store: Store,
    sealOrg: (org: string) => Promise<void>,
  ) => Promise<void>,
): Promise<Record<string, unknown>[]> {
  const { store, close } = await openStore(path);
  const deps = { ...sealing(store), instanceKey: instanceKeyFrom(SECRET) };
  await fill(store, async (org) => void await seal(deps, org));
  close();
  return deps.lines;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

function placeOf(bytes: Uint8Array, part: Uint8Array): number {
  for (let at = 0; at + part.length <= bytes.length; at++) {
    if (part.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  throw new Error("It is not there");
}

/** The bytes of a record with one bit or byte of a field's value flipped. */
function flipped(bytes: Uint8Array, field: string): Uint8Array {
  const name = bytesOf(field);
  const named = Uint8Array.of(0x22, name.length, ...name);
  const at = placeOf(bytes, named) + named.length;
  const tag = String.fromCharCode(bytes[at] ?? 0);
  // A text's first letter, a number, or true to false.
  if (tag === '"') return bytes.with(at + 2, (bytes[at + 2] ?? 0) ^ 1);
  if (tag === "I") return bytes.with(at + 1, (bytes[at + 1] ?? 0) ^ 2);
  if (tag === "T") return bytes.with(at, 0x46);
  throw new Error(`A value with the tag ${tag}`);
}

const FIELDS = [
  "id",
  "at",
  "requestId",
  "actor",
  "space",
  "route",
  "action",
  "recordId",
  "status",
  "count",
  "closed",
];

Deno.test("deno task audit:verify names a byte flipped in any field, a deleted, a swapped, an inserted and a cut-off record", () =>
  withFolder(async (folder) => {
    const path = `${folder}/store.sqlite3`;
    const logs = [
      ...FIELDS.map((field) => `flip-${field}`),
      "deleted",
      "swapped",
      "inserted",
      "cut-off",
      "good",
      INSTANCE_LOG,
    ];
    const ids: Record<string, string[]> = {};
    const lines = await filled(path, async (store, sealOrg) => {
      for (const org of logs) {
        ids[org] = (await audits(store, 4, org)).map(({ id }) => id);
        await sealOrg(org);
        ids[org].push((await audit(store, { actor: "usr_b" }, org)).id);
        await sealOrg(org);
      }
      await audits(store, 2, "good");
    });

    const file = new DatabaseSync(path);
    const rows = file.prepare("select k, v from kv").all() as {
      k: Uint8Array;
      v: Uint8Array;
    }[];
    const rowOf = (...parts: string[]) => {
      const found = rows.filter(({ k }) => {
        const key = new TextDecoder("latin1").decode(k);
        return parts.every((part) => key.includes(part));
      });
      assert.equal(found.length, 1, parts.join());
      return found[0] as typeof rows[number];
    };
    const recordOf = (org: string, at: number) =>
      rowOf(`${org}\0`, "audit\0", ids[org]?.[at] ?? "");
    const put = file.prepare("update kv set v = ? where k = ?");
    const remove = file.prepare("delete from kv where k = ?");
    for (const field of FIELDS) {
      const { k, v } = recordOf(`flip-${field}`, 2);
      put.run(flipped(v, field), k);
    }
    remove.run(recordOf("deleted", 1).k);
    const [one, two] = [recordOf("swapped", 0), recordOf("swapped", 3)];
    put.run(two.v, one.k);
    put.run(one.v, two.k);
    const { k, v } = recordOf("inserted", 2);
    const forged = `${ids.inserted?.[2]?.slice(0, -1)}~`;
    const forgedKey = k.slice();
    forgedKey.set(bytesOf("~"), forgedKey.length - 2);
    file.prepare(
      "insert into kv (k, v, v_encoding, version, seq) select ?, ?, v_encoding, version, seq from kv where k = ?",
    ).run(forgedKey, v, k);
    remove.run(recordOf("cut-off", 4).k);
    remove.run(
      rows.filter(({ k }) => {
        const key = new TextDecoder("latin1").decode(k);
        return key.includes("cut-off\0") && key.includes("audit_checkpoints");
      }).at(-1)?.k ?? k,
    );
    file.close();

    const found = await verify(path);
    assert.equal(found.code, 1, found.stderr);
    for (const field of FIELDS) {
      const said = found.about(`flip-${field}`);
      assert.match(said, field === "id" ? /BAD \(swapped\)/ : /BAD \(edited\)/);
      assert.ok(said.includes(`${ids[`flip-${field}`]?.[2]}, number 3,`), said);
    }
    const said = (org: string) => found.about(org);
    assert.match(said("deleted"), /BAD \(missing\)/);
    assert.ok(said("deleted").includes(ids.deleted?.[1] ?? "?"));
    assert.match(said("swapped"), /BAD \(swapped\)/);
    assert.ok(said("swapped").includes(ids.swapped?.[0] ?? "?"));
    assert.ok(said("swapped").includes(ids.swapped?.[3] ?? "?"));
    assert.match(said("inserted"), /BAD \(inserted\)/);
    assert.ok(said("inserted").includes(forged), said("inserted"));
    assert.match(said("cut-off"), /BAD \(cut-off\).*records 5 to 5/);
    assert.match(said("good"), /good: 5 sealed, 2 not yet sealed/);
    assert.match(said(INSTANCE_LOG), /good: 5 sealed, 0 not yet sealed/);

    const witness = lines.findLast(({ org }) => org === "good");
    const kept = `good:${witness?.size}:${witness?.root}`;
    const good = await verify(path, ["--org", "good", "--checkpoint", kept]);
    assert.equal(good.code, 0, good.lines.join("\n"));
    const longer = `good:9:${witness?.root}`;
    const cut = await verify(path, ["--org", "good", "--checkpoint", longer]);
    assert.equal(cut.code, 1);
    assert.match(cut.about("good"), /BAD \(cut-off\)/);
  }));

Deno.test("while the server owns the file, audit:verify says so and checks a copy; without a store it makes none", () =>
  withFolder(async (folder) => {
    const path = `${folder}/store.sqlite3`;
    const nothing = await verify(path);
    assert.equal(nothing.code, 2);
    assert.match(nothing.stderr, /There is no store at/);
    await assert.rejects(Deno.stat(path));

    await filled(path, async (store, sealOrg) => {
      await audits(store, 3);
      await sealOrg("org_a");
    });
    const { store, close } = await openStore(path);
    await audits(store, 1);
    const owned = await verify(path);
    assert.equal(owned.code, 2);
    assert.match(owned.stderr, /Stop it first.*[\s\S]*audit:verify --copy/);
    const copied = await verify(path, ["--copy"]);
    assert.equal(copied.code, 0, copied.stderr);
    assert.match(copied.about("org_a"), /good: 3 sealed, 1 not yet sealed/);
    close();
  }));

Deno.test("after the secret has changed, the public key from before counts where the operator says so", () =>
  withFolder(async (folder) => {
    const path = `${folder}/store.sqlite3`;
    await filled(path, async (store, sealOrg) => {
      await audits(store, 3);
      await sealOrg("org_a");
    });
    const before = await verify(path);
    assert.equal(before.code, 0);
    const key = /Public key: (\S+)\. /.exec(before.lines.join("\n"))?.[1] ?? "";
    const changed = `${SECRET}, another one`;
    const refused = await verify(path, [], changed);
    assert.equal(refused.code, 1);
    assert.match(refused.about("org_a"), /BAD \(bad-signature\)/);
    const trusted = await verify(path, ["--key", key], changed);
    assert.equal(trusted.code, 0, trusted.lines.join("\n"));
  }));

Deno.test("a call that cannot be understood says how it is made", async () => {
  for (
    const args of [["--checkpoint", "org:x:y"], ["--key", "x"], ["--other"]]
  ) {
    const { code, stderr } = await verify("none", args);
    assert.equal(code, 2);
    assert.match(stderr, /deno task audit:verify \[--org/);
  }
});

Deno.test("every org that has anything is found, whatever its id is like", () =>
  withFolder(async (folder) => {
    const ids = ["a", "a\u0001", "ab", "b", "instance", "org_1", "org_10"];
    await filled(`${folder}/store.sqlite3`, async (store) => {
      for (const id of ids) await audits(store, 3, id);
      const before = store.counts.keysRead;
      assert.deepEqual(await Array.fromAsync(everyOrg(store)), ids);
      assert.equal(store.counts.keysRead - before, ids.length);
    });
  }));
