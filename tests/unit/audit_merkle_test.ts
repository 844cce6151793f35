import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import {
  EMPTY_TREE,
  rootOf,
  type Tree,
  withLeaf,
} from "../../lib/audit/merkle.ts";
import { canonicalJson } from "../../lib/model/canonical_json.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const sha256 = (...parts: Bytes[]): Bytes => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** RFC 6962, section 2.1, word for word. */
function naiveRoot(leaves: Bytes[]): Bytes {
  const n = leaves.length;
  if (n === 0) return sha256();
  if (n === 1) return sha256(Uint8Array.of(0), leaves[0] as Bytes);
  let k = 1;
  while (k * 2 < n) k *= 2;
  return sha256(
    Uint8Array.of(1),
    naiveRoot(leaves.slice(0, k)),
    naiveRoot(leaves.slice(k)),
  );
}

const treeOf = (leaves: Bytes[]) =>
  leaves.reduce<Tree>(
    (tree, leaf) => withLeaf(tree, sha256(Uint8Array.of(0), leaf).toHex()),
    EMPTY_TREE,
  );

Deno.test("the tree's roots are those of the known vectors of certificate transparency", () => {
  const leaves = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
  ].map((hex) => Uint8Array.fromHex(hex));
  const roots = leaves.map((_leaf, i) =>
    rootOf(treeOf(leaves.slice(0, i + 1)))
  );
  assert.deepEqual(roots, [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ]);
  assert.equal(
    rootOf(EMPTY_TREE),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

Deno.test("the tree that grows leaf by leaf has the root that RFC 6962 defines", () => {
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 70 }),
    (leaves) => {
      const tree = treeOf(leaves as Bytes[]);
      assert.equal(rootOf(tree), naiveRoot(leaves as Bytes[]).toHex());
      assert.equal(tree.size, leaves.length);
      const ones = tree.size.toString(2).replaceAll("0", "").length;
      assert.equal(tree.peaks.length, ones);
    },
  ));
});

Deno.test("canonical JSON is the same for equal values and another for any other", () => {
  // -0 is not among them: JSON has no other text for it than for 0.
  const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)));
  fc.assert(fc.property(json, json, (one, other) => {
    const text = canonicalJson(one);
    assert.deepEqual(JSON.parse(text), one);
    assert.equal(text === canonicalJson(other), isDeepStrictEqual(one, other));
  }));
});

Deno.test("canonical JSON sorts members by UTF-16 units and writes as RFC 8785 does", () => {
  // The example of RFC 8785, section 3.2.2 and 3.2.3.
  assert.equal(
    canonicalJson({
      numbers: [333333333.33333329, 1E30, 4.50, 2e-3, 1e-27],
      string: "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      literals: [null, true, false],
    }),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  assert.equal(
    canonicalJson({
      "\u20ac": 1,
      "\r": 2,
      "\ufb33": 3,
      "1": 4,
      "10": 5,
      "9": 6,
      "\ud83d\ude00": 7,
      "\u0080": 8,
      "\u00f6": 9,
    }),
    '{"\\r":2,"1":4,"10":5,"9":6,"\u0080":8,"ö":9,"€":1,"😀":7,"\ufb33":3}',
  );
});

Deno.test("what JSON cannot tell from something else has no canonical text", () => {
  const sparse = [1];
  sparse.length = 2;
  for (
    const value of [
      undefined,
      { a: undefined },
      [undefined],
      NaN,
      Infinity,
      -0,
      10n,
      new Date(0),
      new Map(),
      new Uint8Array(2),
      sparse,
      Object.assign([1], { more: 1 }),
      () => 1,
    ]
  ) {
    assert.throws(() => canonicalJson(value), TypeError, String(value));
  }
});
