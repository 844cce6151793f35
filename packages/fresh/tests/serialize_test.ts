import assert from "node:assert/strict";
import { computed, type Signal, signal } from "@preact/signals";
import fc from "fast-check";
import { reviver } from "../src/client/revive.ts";
import { h, type VNode } from "preact";
import {
  PropsWriter,
  type SerializedProps,
  UnserializableError,
} from "../src/render/serialize.ts";

type Props = Record<string, unknown>;

const noSlot = () => -1;

function serialize(...all: Props[]): SerializedProps {
  const writer = new PropsWriter();
  for (const props of all) writer.add("Test", props, noSlot);
  return writer.finish();
}

/** Props as the browser would parse them, and what makes values of them. */
function arrive({ json, shared }: SerializedProps) {
  return {
    data: json.map((text) => JSON.parse(text)),
    revive: reviver(
      { signal, computed },
      (id) => `slot ${id}`,
      JSON.parse(`[${shared.join()}]`),
    ) as (value: unknown) => Props,
  };
}

function crossAll(...all: Props[]): Props[] {
  const { data, revive } = arrive(serialize(...all));
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
  const uses = (props: Props) => serialize(props).usesSignals;
  assert.equal(uses({ a: [1, { b: new Map() }] }), false);
  assert.equal(uses({ a: [{ b: new Map([[1, signal(1)]]) }] }), true);
});

Deno.test("JSX is named by its slot, wherever it stands", () => {
  const elements: VNode[] = [];
  const slotOf = (element: VNode) => elements.push(element) - 1;
  const writer = new PropsWriter();
  const content = signal<unknown>([h("b", null)]);
  const map = new Map([["k", { deep: h("i", null) }]]);
  writer.add("Test", { content, map }, slotOf);
  const { data, revive } = arrive(writer.finish());
  const props = revive(data[0]) as unknown as {
    content: Signal<unknown[]>;
    map: Map<string, { deep: unknown }>;
  };
  assert.deepEqual(props.content.value, ["slot 0"]);
  assert.equal(props.map.get("k")!.deep, "slot 1");
  assert.deepEqual(elements.map(({ type }) => type).slice(0, 2), ["b", "i"]);
});

Deno.test("what is shared arrives in whatever order the islands are revived", () => {
  const count = signal(1);
  const loop: Props = { count };
  loop["loop"] = loop;
  const { data, revive } = arrive(
    serialize({ loop }, { count }, { loop, count }),
  );
  const last = revive(data[2]);
  const first = revive(data[0]);
  const crossed = first["loop"] as Props;
  assert.equal(crossed, last["loop"]);
  assert.equal(crossed["loop"], crossed);
  assert.equal(crossed["count"], last["count"]);
  assert.equal(revive(data[1])["count"], last["count"]);
});

Deno.test("what happens to an array after it was written is not sent", () => {
  const items = ["a < b", [1]];
  const writer = new PropsWriter();
  writer.add("Test", { items, held: signal(items) }, noSlot);
  items[0] = "a &lt; b";
  writer.add("Test", { items }, noSlot);
  assert.equal(writer.refresh(), false);
  const { data, revive } = arrive(writer.finish());
  const [first, second] = data.map(revive);
  assert.deepEqual(first!["items"], ["a < b", [1]]);
  assert.equal(second!["items"], first!["items"]);
});

Deno.test("a signal that rendering has set is sent with what it was set to", () => {
  const count = signal<unknown>(1);
  const double = computed(() => Number(count.value) * 2);
  const writer = new PropsWriter();
  writer.add("Test", { count, double, list: [count] }, noSlot);
  count.value = 5;
  assert.equal(writer.refresh(), true);
  const { data, revive } = arrive(writer.finish());
  const props = revive(data[0]) as { count: Signal; double: Signal };
  assert.equal(props.count.value, 5);
  assert.equal(props.double.value, 10);
  count.value = () => {};
  assert.throws(() => writer.refresh(), /"Test" .* "count\.value"/);
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
      () => new PropsWriter().add("Counter", value, noSlot),
      (error) =>
        error instanceof UnserializableError &&
        error.message.includes('"Counter"') &&
        error.message.includes(`"${where}"`) && error.message.includes(what),
    );
  });
}

const anything = fc.anything({
  // V8 reads the key "\"" as "\\" after it has seen an object with that key.
  key: fc.string().filter((key) => !key.includes("\\")),
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
        const re = /<\/script>/;
        const props = { record, text, url: new URL("a:<b>"), re };
        const { json, shared } = serialize(props, { record });
        assert.ok(![...json, ...shared].join().includes("<"));
      },
    ),
    { numRuns: 300 },
  );
});
