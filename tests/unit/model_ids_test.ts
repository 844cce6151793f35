import assert from "node:assert/strict";
import fc from "fast-check";
import { isId, makeId } from "../../lib/model/ids.ts";

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 10, maxLength: 10 });

Deno.test("an id is its prefix and a ULID, and is known again", () =>
  fc.assert(fc.property(time, random, (at, bytes) => {
    const id = makeId("lead", at, bytes);
    assert.match(id, /^lead_[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
    assert.ok(isId("lead", id));
    assert.ok(!isId("wo", id));
  })));

Deno.test("ids sort as their times do, and within one millisecond as their randomness", () =>
  fc.assert(fc.property(time, random, time, random, (at, a, later, b) => {
    const [first, second] = [makeId("op", at, a), makeId("op", later, b)];
    const order = at - later || compare(a, b);
    assert.equal(
      Math.sign(order),
      first < second ? -1 : first > second ? 1 : 0,
    );
  })));

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

Deno.test("the example of the ULID specification is written as there", () => {
  const bytes = new Uint8Array(10).fill(255);
  assert.equal(
    makeId("usr", 1469918176385, bytes),
    "usr_01ARYZ6S41ZZZZZZZZZZZZZZZZ",
  );
});

Deno.test("a time or a randomness that does not fit is refused", () => {
  for (const at of [-1, 2 ** 48, NaN, Infinity]) {
    assert.throws(() => makeId("op", at, new Uint8Array(10)), RangeError);
  }
  assert.throws(() => makeId("op", 0, new Uint8Array(9)), RangeError);
});

Deno.test("what is not an id is none", () => {
  const good = "lead_01ARYZ6S41ZZZZZZZZZZZZZZZZ";
  for (
    const value of [
      good.toLowerCase(),
      good.replace("_", "-"),
      `${good}Z`,
      `${good}\n`,
      good.slice(0, -1),
      good.replace("_0", "_8"),
      good.replace("Z", "U"),
      `x${good}`,
      "",
      null,
      7,
      [good],
    ]
  ) assert.equal(isId("lead", value), false, String(value));
  assert.equal(isId("lead", good), true);
});
