import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { canonicalJson } from "../../lib/model/canonical_json.ts";
import { sha256 } from "../../lib/model/sha256.ts";
import {
  readSignature,
  shownHash,
  shownOf,
  type Signature,
  signatureStanding,
  writeSignature,
} from "../../lib/model/signature.ts";
import {
  orderFields,
  withOrderFields,
  type WorkOrder,
} from "../../lib/model/work_order.ts";
import { newOrder } from "./builders.ts";

const ORDER = newOrder("org", {
  notes: "Filter changed",
  checklist: [
    { id: "power", label: "Power off", required: true, done: true },
    { id: "test", label: "Test run", required: false, done: false },
  ],
  photos: { ["a".repeat(43)]: "image/jpeg 10" },
});

const signed = (order: WorkOrder): WorkOrder => ({
  ...order,
  signature: writeSignature({
    name: "Petra Vogel",
    at: "2026-11-23T09:00:00.000Z",
    shown: shownHash(order),
    drawing: null,
  }),
});

Deno.test("SHA-256 is the platform's, for any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), (text) => {
      const wanted = createHash("sha256").update(text).digest("base64url");
      assert.equal(sha256(text), wanted);
    }),
    { numRuns: 300 },
  );
});

Deno.test("a signature is void after an edit of any field that was shown, and of no other", () => {
  const order = signed(ORDER);
  assert.equal(signatureStanding(order), "holds");
  const shown: Partial<WorkOrder>[] = [
    { number: 7 },
    { title: "Other" },
    { customer: "Other" },
    { address: "Other" },
    { notes: null },
    { checklist: [] },
    { checklist: ORDER.checklist.map((item) => ({ ...item, done: true })) },
    { photos: {} },
    { photos: { ...ORDER.photos, ["b".repeat(43)]: "image/png 9" } },
  ];
  for (const edit of shown) {
    assert.equal(
      signatureStanding({ ...order, ...edit }),
      "void",
      JSON.stringify(edit),
    );
  }
  // Each field of what is shown stands in the list above.
  const edited = new Set(shown.flatMap((edit) => Object.keys(edit)));
  assert.deepEqual([...edited].sort(), Object.keys(shownOf(order)).sort());
  const others: Partial<WorkOrder>[] = [
    { status: "DONE", finishedAt: "2026-11-23T10:00:00.000Z" },
    { assigneeId: "usr_2", day: "2026-12-01", time: "07:00", minutes: 30 },
    { phone: "1", brief: "Key at the neighbour's" },
    { version: 9, updatedAt: "2027-01-01T00:00:00.000Z" },
  ];
  for (const edit of others) {
    assert.equal(signatureStanding({ ...order, ...edit }), "holds");
  }
  assert.equal(signatureStanding(ORDER), "none");
});

Deno.test("the hash is of the canonical JSON, whatever the order of members", () => {
  const turned = Object.fromEntries(Object.entries(ORDER).reverse());
  assert.equal(shownHash(turned as unknown as WorkOrder), shownHash(ORDER));
  const text = canonicalJson(shownOf(ORDER));
  assert.equal(
    shownHash(ORDER),
    createHash("sha256").update(text).digest("base64url"),
  );
});

Deno.test("what is no signature reads as none", () => {
  const good: Signature = {
    name: "Kim",
    at: "2026-11-23T09:00:00.000Z",
    shown: "x".repeat(43),
    drawing: "y".repeat(43),
  };
  assert.deepEqual(readSignature(writeSignature(good)), good);
  const bad: unknown[] = [
    null,
    undefined,
    7,
    "",
    "{",
    "null",
    "[]",
    JSON.stringify({ ...good, name: " " }),
    JSON.stringify({ ...good, name: "x".repeat(121) }),
    JSON.stringify({ ...good, at: "yesterday" }),
    JSON.stringify({ ...good, at: "2026-99-99T99:00:00Z" }),
    JSON.stringify({ ...good, shown: "x" }),
    JSON.stringify({ ...good, drawing: "../x" }),
    JSON.stringify({ ...good, drawing: undefined }),
  ];
  for (const text of bad) assert.equal(readSignature(text), null, String(text));
});

Deno.test("photos and signature travel as flat fields and come back as they were", () => {
  const order = signed(ORDER);
  const bare = newOrder("org", { ...ORDER, signature: null, photos: {} });
  const { status: _status, ...fields } = orderFields(order);
  assert.deepEqual(withOrderFields(bare, fields), order);
  const [photo = ""] = Object.keys(order.photos ?? {});
  assert.deepEqual(
    withOrderFields(order, { [`photo:${photo}`]: null }).photos,
    {},
  );
  assert.equal(
    withOrderFields(newOrder("org"), { notes: "x" }).photos,
    undefined,
  );
});
