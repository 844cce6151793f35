import assert from "node:assert/strict";
import fc from "fast-check";
import { stripJpeg } from "../../lib/blobs/strip_jpeg.ts";

const text = (words: string) => [...new TextEncoder().encode(words)];
const segment = (marker: number, body: number[]) => [
  0xff,
  marker,
  body.length + 2 >> 8,
  body.length + 2 & 255,
  ...body,
];
const exif = (orientation: number, little: boolean) => {
  const two = (n: number) => little ? [n & 255, n >> 8] : [n >> 8, n & 255];
  const four = (n: number) => little ? [n, 0, 0, 0] : [0, 0, 0, n];
  return [
    ...text(little ? "Exif\0\0II" : "Exif\0\0MM"),
    ...two(42),
    ...four(8),
    ...two(2),
    ...[...two(0x010f), ...two(2), ...four(4), ...text("Make")],
    ...[...two(0x0112), ...two(3), ...four(1), ...two(orientation), 0, 0],
    ...four(0),
    ...text("CANARY 51.2 7.1"),
  ];
};
const JFIF = segment(0xe0, text("JFIF\0"));
const PROFILE = segment(0xe2, text("ICC_PROFILE\0data"));
const TABLE = segment(0xdb, [0, 1, 2, 3]);
const SCAN = [...segment(0xda, [1, 2]), 9, 8, 0xff, 0, 7, 0xff, 0xd9];
const jpeg = (...parts: number[][]) =>
  new Uint8Array([0xff, 0xd8, ...parts.flat()]);
const plain = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes);

Deno.test("what a camera wrote beside the picture goes, how it is turned and coloured stays", () => {
  for (const little of [true, false]) {
    const bytes = jpeg(
      JFIF,
      segment(0xe1, exif(6, little)),
      segment(0xe1, text("http://ns.adobe.com/xap/1.0/\0CANARY")),
      PROFILE,
      segment(0xe2, text("MPF\0CANARY")),
      segment(0xed, text("Photoshop CANARY")),
      segment(0xfe, text("CANARY")),
      TABLE,
      SCAN,
      text("CANARY film"),
    );
    const stripped = stripJpeg(bytes);
    assert.ok(!plain(stripped).includes("CANARY"));
    assert.ok(plain(stripped).includes("ICC_PROFILE"));
    // Orientation 6, in the one Exif segment that is left.
    assert.deepEqual(
      [...stripped.subarray(2, 6), stripped[12], stripped[31]],
      [0xff, 0xe1, 0, 34, 77, 6],
    );
    assert.deepEqual(
      [...stripped.subarray(38)],
      [...JFIF, ...PROFILE, ...TABLE, ...SCAN],
    );
    assert.deepEqual(stripJpeg(stripped), stripped);
  }
});

Deno.test("a JPEG with nothing beside it, and what is none, come back as they were", () => {
  for (
    const bytes of [
      jpeg(JFIF, TABLE, SCAN),
      jpeg(JFIF, [0xff, 0xe1, 0xff, 0xff, 1]),
      new Uint8Array([0x89, 80, 78, 71]),
      new Uint8Array(),
    ]
  ) assert.deepEqual(stripJpeg(bytes), bytes);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (rest) => {
      const bytes = new Uint8Array([0xff, 0xd8, 0xff, 0xe1, ...rest]);
      assert.ok(stripJpeg(bytes).length <= bytes.length + 36);
    }),
    { numRuns: 500 },
  );
});
