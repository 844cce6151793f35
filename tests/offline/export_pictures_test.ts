import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { MAX_BLOB_BYTES } from "../../lib/model/blob.ts";
import {
  MAX_UNSENT_BYTES,
  splitUnsent,
  type UnsentFile,
} from "../../lib/model/unsent_file.ts";
import {
  addPhoto,
  keptBlobs,
  noteBlob,
  removePhoto,
  signOrder,
} from "../../lib/offline/blobs.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { exportUnsent } from "../../lib/offline/export_unsent.ts";
import type { Field } from "../../lib/offline/field.ts";
import { leaveField, openField } from "../../lib/offline/scope.ts";
import { makePicture, type Picture } from "../unit/picture.ts";
import { order, type Profile, SELDOM, Tab, World } from "./world.ts";

interface Scene {
  world: World;
  field: Field;
  tab: Tab;
  profile: Profile;
}

/** A phone without a network, with an order. */
async function offline(): Promise<Scene> {
  const world = new World();
  world.server.put(order("1"));
  const { field, tab, profile } = await world.tab();
  await sync(field);
  world.network = false;
  return { world, field, tab, profile };
}

const add = async (field: Field, { bytes }: Picture) => {
  const added = await addPhoto(field, "wo_1", "image/jpeg", bytes);
  assert.ok(added.ok);
};

/** What a file holds, as any reader of JSON sees it. */
async function readSaved(file: Blob): Promise<UnsentFile> {
  const text = await file.text();
  const json = JSON.parse(text) as UnsentFile;
  assert.equal(text, JSON.stringify(json, null, 2) + "\n");
  return json;
}

Deno.test("photos and the drawing of a signature go along, also after the app was closed and opened without a network", async () => {
  const { world, field, profile } = await offline();
  const large = await makePicture(130_001);
  const drawing = await makePicture(777, 5, [
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  ]);
  await add(field, large);
  const shown = { name: "Kim", shown: "x".repeat(43) };
  await signOrder(field, "wo_1", shown, drawing.bytes);
  field.db.close();
  const again = await openField(null, new Tab(world, profile), SELDOM);
  assert.ok(again);
  const saved = await exportUnsent(again);
  assert.deepEqual(
    [saved.ops, saved.pictures.length, saved.left, saved.leftOut],
    [2, 2, 0, 0],
  );
  assert.equal(saved.file.type, "application/json");
  const { pictures = [], bytes = {} } = await readSaved(saved.file);
  const byHash = new Map(pictures.map((one) => [one.hash, one]));
  for (const { hash, about, bytes: picture } of [large, drawing]) {
    const type = hash === drawing.hash ? "image/png" : about.type;
    assert.deepEqual(byHash.get(hash), {
      order: "wo_1",
      hash,
      about: { ...about, type },
      madeAt: "2026-11-22T08:00:00.000Z",
    });
    assert.ok(Buffer.from(bytes[hash] ?? "", "base64").equals(picture));
  }
});

Deno.test("pictures that were begun or refused go along; what the office has, and what was taken back, does not", async () => {
  const { field } = await offline();
  const [begun, refused, received, removed] = await Promise.all(
    [2, 3, 5, 9].map((fill) => makePicture(400, fill)),
  ) as [Picture, Picture, Picture, Picture];
  for (const picture of [begun, refused, received, removed]) {
    await add(field, picture);
  }
  const rowOf = async ({ hash }: Picture) => {
    const row = (await keptBlobs(field)).find((one) => one.hash === hash);
    assert.ok(row);
    return row;
  };
  await noteBlob(field, await rowOf(refused), (row) => ({
    ...row,
    refused: "body-too-large",
  }));
  await noteBlob(field, await rowOf(received), (row) => ({
    ...row,
    receivedAt: row.at,
  }));
  await removePhoto(field, await rowOf(removed));
  const before = await field.db.run((db) => db.getAll("blobs"));
  const { pictures = [] } = await readSaved((await exportUnsent(field)).file);
  assert.deepEqual(
    pictures.map(({ hash }) => hash).sort(),
    [begun.hash, refused.hash].sort(),
  );
  assert.deepEqual(await field.db.run((db) => db.getAll("blobs")), before);
});

Deno.test("the same photo of two orders is written down once, and named twice", async () => {
  const { world, field } = await offline();
  world.network = true;
  world.server.put(order("2"));
  await sync(field);
  world.network = false;
  const picture = await makePicture(300);
  await add(field, picture);
  await addPhoto(field, "wo_2", "image/jpeg", picture.bytes);
  const saved = await exportUnsent(field);
  const { pictures = [], bytes = {} } = await readSaved(saved.file);
  assert.deepEqual(pictures.map((one) => one.order), ["wo_1", "wo_2"]);
  assert.deepEqual(Object.keys(bytes), [picture.hash]);
});

Deno.test("what does not fit into one file goes into the next ones, each within the limit, each with all changes", async () => {
  const { field } = await offline();
  const pictures = await Promise.all(
    [3, 5, 7, 9, 11].map((fill) => makePicture(MAX_BLOB_BYTES - 9, fill)),
  );
  for (const picture of pictures) await add(field, picture);
  const done = new Set<string>();
  const counts: number[] = [];
  for (;;) {
    const saved = await exportUnsent(field, done);
    assert.ok(saved.file.size <= MAX_UNSENT_BYTES, String(saved.file.size));
    assert.equal(saved.ops, 5);
    const { head, bytes } = splitUnsent(await saved.file.text());
    const named = (head as UnsentFile).pictures ?? [];
    assert.deepEqual(named.map(({ hash }) => hash), [...bytes.keys()]);
    for (const id of saved.pictures) done.add(id);
    counts.push(saved.pictures.length);
    assert.equal(saved.left, 5 - done.size);
    if (saved.left === 0) break;
  }
  assert.deepEqual(counts, [1, 1, 1, 1, 1]);
});

Deno.test("a picture that is too large for the office, or damaged on the disk, is told and keeps no other back", async () => {
  const { field } = await offline();
  const good = await makePicture(300);
  const bad = await makePicture(300, 5);
  await add(field, await makePicture(MAX_BLOB_BYTES + 1));
  await add(field, good);
  await add(field, bad);
  await field.db.run(async (db) => {
    const key = `bytes/wo_1/${bad.hash}`;
    const sealed = await db.get("blobs", key) as Uint8Array<ArrayBuffer>;
    sealed[60] = (sealed[60] ?? 0) ^ 1;
    await db.put("blobs", sealed, key);
  });
  const saved = await exportUnsent(field);
  assert.deepEqual([saved.ops, saved.leftOut, saved.left], [3, 2, 0]);
  const { pictures = [] } = await readSaved(saved.file);
  assert.deepEqual(pictures.map(({ hash }) => hash), [good.hash]);
});

Deno.test("after a logout no picture can be written down", async () => {
  const { field, tab } = await offline();
  await add(field, await makePicture(300));
  const leaving = leaveField(field);
  for (let tries = 0; tries < 10; tries++) {
    await new Promise((done) => setTimeout(done));
    tab.pass(1000);
  }
  await leaving;
  await assert.rejects(exportUnsent({ ...field, key: null } as Field));
});
