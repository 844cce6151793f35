import assert from "node:assert/strict";
import { computed, type Signal, signal } from "@preact/signals";
import fc from "fast-check";
import { reviver } from "../src/client/revive.ts";
import {
  serializeProps,
  SlotReference,
  UnserializableError,
} from "../src/render/serialize.ts";

type Props = Record<string, unknown>;

function crossAll(...all: Props[]): Props[] {
  const { json } = serializeProps(
    all.map((props) => ({ label: "Test", props })),
  );
  const data = JSON.parse(`[${json.join()}]`);
  const revive = reviver({ signal, computed }, (id) => `slot ${id}`);
  return data.map(revive);
}

function cross<T>(value: T): T {
  return crossAll({ value })[0]!["value"] as T;
}

for (
  const value of [
    "text",
    "",
    1.5,
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    true,
    false,
    null,
    undefined,
    123456789012345678901234567890n,
    -1n,
    new Date(1234),
    new URL("https://example.com/a?b#c"),
    /a\/b<\/script>/giu,
    new Uint8Array([0, 1, 255]),
    new Uint8Array(100_000).fill(7),
    new Map<unknown, unknown>([["a", 1], [{ k: 1 }, new Set([1])]]),
    new Set([1, "a", undefined]),
    [],
    [1, [2, [3]]],
    {},
    { a: { b: [undefined, NaN] } },
    { $: 1, b: { $: ["d", 0, 1] } },
    // deno-lint-ignore no-sparse-arrays -- a hole must stay a hole
    [1, , 3],
  ]
) {
  Deno.test(`crosses as data: ${Deno.inspect(value).slice(0, 60)}`, () => {
    assert.deepEqual(cross(value), value);
  });
}

Deno.test("an invalid date stays one", () => {
  assert.ok(Number.isNaN(cross(new Date(NaN)).getTime()));
});

Deno.test("a key named __proto__ is data like any other", () => {
  const hostile = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');
  const crossed = cross(hostile);
  assert.deepEqual(Object.keys(crossed), ["__proto__", "a"]);
  assert.equal(({} as Props)["polluted"], undefined);
  assert.equal(Object.getPrototypeOf(crossed), Object.prototype);
});

Deno.test("cycles and shared references come back as such", () => {
  interface Node {
    self?: Node;
    list: unknown[];
    map: Map<string, unknown>;
  }
  const node: Node = { list: [], map: new Map() };
  node.self = node;
  node.list.push(node.list, node);
  node.map.set("node", node);
  const [first, second] = crossAll({ node }, { node, list: node.list });
  const crossed = first!["node"] as Node;
  assert.equal(crossed.self, crossed);
  assert.equal(crossed.list[0], crossed.list);
  assert.equal(crossed.list[1], crossed);
  assert.equal(crossed.map.get("node"), crossed);
  assert.equal(second!["node"], crossed);
  assert.equal(second!["list"], crossed.list);
});

Deno.test("a shared date, URL, set and array of bytes stay one object", () => {
  for (
    const shared of [
      new Date(1),
      new URL("a:b"),
      new Set([1]),
      new Uint8Array(1),
      /a/,
    ]
  ) {
    const crossed = cross([shared, shared]);
    assert.equal(crossed[0], crossed[1]);
    assert.deepEqual(crossed[0], shared);
  }
});

Deno.test("one signal passed to two islands is one signal", () => {
  const count = signal({ n: 1 });
  const [a, b] = crossAll({ count }, { other: [count] });
  const first = a!["count"] as Signal<{ n: number }>;
  assert.equal(first, (b!["other"] as unknown[])[0]);
  assert.deepEqual(first.value, { n: 1 });
  first.value = { n: 2 };
  assert.deepEqual(first.peek(), { n: 2 });
});

Deno.test("a computed signal keeps its value and can not be written to", () => {
  const crossed = cross(computed(() => 4)) as { value: number };
  assert.equal(crossed.value, 4);
  assert.throws(() => {
    "use strict";
    crossed.value = 5;
  });
});

Deno.test("a signal can hold itself", () => {
  const loop = signal<unknown>(null);
  loop.value = { loop };
  const crossed = cross(loop) as Signal<{ loop: unknown }>;
  assert.equal(crossed.value.loop, crossed);
});

Deno.test("signals are asked for only where there are any", () => {
  const uses = (props: Props) =>
    serializeProps([{ label: "T", props }]).usesSignals;
  assert.equal(uses({ a: [1, { b: new Map() }] }), false);
  assert.equal(uses({ a: [{ b: new Map([[1, signal(1)]]) }] }), true);
});

Deno.test("JSX is named by its slot", () => {
  assert.equal(cross({ a: new SlotReference(3) }).a as unknown, "slot 3");
});

class Custom {}

for (
  const [what, value, where] of [
    ["a function", { onClick: () => {} }, "onClick"],
    ["a function", { items: [1, { run() {} }] }, "items[1].run"],
    ["a symbol", { s: Symbol("s") }, "s"],
    ["an instance of Custom", { deep: { it: new Custom() } }, "deep.it"],
    ["an instance of Promise", { p: Promise.resolve() }, "p"],
    ["an instance of WeakMap", { w: new WeakMap() }, "w"],
    ["a function", { m: new Map([["k", () => {}]]) }, "m.get(k)"],
    ["a function", { s: new Set([() => {}]) }, "s.item()"],
    ["a function", { g: signal(() => {}) }, "g.value"],
  ] as const
) {
  Deno.test(`${what} as ${where} is refused by name`, () => {
    assert.throws(
      () => serializeProps([{ label: "Counter", props: value }]),
      (error) =>
        error instanceof UnserializableError &&
        error.message.includes('"Counter"') &&
        error.message.includes(`"${where}"`) && error.message.includes(what),
    );
  });
}

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withSparseArray: true,
  withNullPrototype: false,
  maxDepth: 4,
});

Deno.test("keys of a map may be anything that crosses", () => {
  const bare = Object.create(null);
  const map = cross(new Map<unknown, unknown>([[bare, 1], [[2], 3]]));
  assert.deepEqual([...map as Map<unknown, unknown>], [[{}, 1], [[2], 3]]);
});

Deno.test("any data crosses unchanged", () => {
  fc.assert(
    fc.property(anything, (value) => {
      assert.deepEqual(cross(value), value);
    }),
    { numRuns: 400 },
  );
});

Deno.test("nothing in the data can end the script element", () => {
  const hostile = fc.oneof(
    fc.constantFrom("</script>", "<!--", "<script", "]]>", "\u2028"),
    fc.string(),
  );
  fc.assert(
    fc.property(
      fc.dictionary(hostile, fc.array(hostile)),
      hostile,
      (record, text) => {
        const { json } = serializeProps([{
          label: "T",
          props: { record, text, url: new URL("a:<b>"), re: /<\/script>/ },
        }]);
        assert.ok(!json[0]!.includes("<"));
      },
    ),
    { numRuns: 300 },
  );
});
