import assert from "node:assert/strict";
import { announceBlob } from "../../lib/blobs/announce_blob.ts";
import { putChunk } from "../../lib/blobs/put_chunk.ts";
import { readBlob } from "../../lib/blobs/read_blob.ts";
import {
  addPhoto,
  dropPicture,
  isRefused,
  keptBlobs,
  keptBytes,
  noteBlob,
  removePhoto,
  signOrder,
} from "../../lib/offline/blobs.ts";
import { type Link, sendBlobs } from "../../lib/offline/blobs_sender.ts";
import { countUnsentPictures } from "../../lib/offline/count_pictures.ts";
import { sync } from "../../lib/offline/drainer.ts";
import type { Field } from "../../lib/offline/field.ts";
import { editOrder } from "../../lib/offline/orders.ts";
import { readRecord } from "../../lib/offline/local.ts";
import { leaveField, openField } from "../../lib/offline/scope.ts";
import { CHUNK_BYTES } from "../../lib/model/blob.ts";
import { shownHash, signatureStanding } from "../../lib/model/signature.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { type Store, storeOn } from "../../lib/store/store.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import { keepOrder, newId } from "../unit/builders.ts";
import { makePicture, type Picture } from "../unit/picture.ts";
import {
  opsOf,
  order,
  type Profile,
  SELDOM,
  Tab,
  WORKER,
  World,
} from "./world.ts";

// The device's side on fakes, the server's side of the pictures as it really is.

const LOOKING: Link = { free: false, focused: true, saving: false };
const AWAY: Link = { free: false, focused: false, saving: false };
const DAY = 86_400_000;

interface Scene {
  world: World;
  field: Field;
  tab: Tab;
  profile: Profile;
  id: string;
  /** Chunks that reached the server. */
  chunks: string[];
  /** Called before each request of the channel. */
  wire: { fault: () => void; scope: string };
  attach: (tab: Tab) => void;
  read: (picture: Picture) => Promise<number>;
}

async function scene(run: (scene: Scene) => Promise<void>): Promise<void> {
  const store: Store = await storeOn(await Deno.openKv(":memory:"));
  try {
    const tenant = new TenantStore(store, WORKER.orgId);
    const id = newId("wo");
    await keepOrder(tenant, { id, assigneeId: WORKER.id });
    const world = new World();
    world.server.put(order(id.slice(3)));
    const chunks: string[] = [];
    const wire = { fault: () => {}, scope: `${WORKER.orgId}:${WORKER.id}` };
    const attach = (tab: Tab) => {
      const plain = tab.fetch.bind(tab);
      tab.fetch = async (path, init) => {
        const [, orderId = "", hash = "", chunk] =
          /work-orders\/([^/]+)\/blobs\/([^/]+)(?:\/chunks\/(.+))?/
            .exec(path) ?? [];
        if (!hash) return await plain(path, init);
        if (!world.network) throw new TypeError("Failed to fetch");
        wire.fault();
        const { headers } = init as { headers: Record<string, string> };
        const problemOf = (code: string, status: number) =>
          Response.json({ code, status }, { status });
        if (headers["streamflow-scope"] !== wire.scope) {
          return problemOf("scope-mismatch", 403);
        }
        const audit = null;
        const now = world.server.now;
        const sending = { subject: WORKER, orderId, hash, now, audit };
        if (chunk) chunks.push(chunk);
        const result = chunk
          ? await putChunk(
            tenant,
            sending,
            chunk,
            init.body as Uint8Array<ArrayBuffer>,
          )
          : await announceBlob(
            tenant,
            sending,
            JSON.parse(String(init.body)),
            1e9,
          );
        return result.ok
          ? Response.json(result.value)
          : Response.json(result.problem, { status: result.problem.status });
      };
    };
    const { field, tab, profile } = await world.tab();
    attach(tab);
    await sync(field);
    const read = async (picture: Picture) => {
      const blob = await readBlob(tenant, WORKER, id, picture.hash);
      return blob.ok ? blob.value.bytes.length : 0;
    };
    const here = { world, field, tab, profile, id, chunks, wire, attach, read };
    await run(here);
  } finally {
    store.close();
  }
}

const add = async ({ field, id }: Scene, picture: Picture) => {
  const added = await addPhoto(field, id, "image/jpeg", picture.bytes);
  assert.ok(added.ok);
};

const localOrder = async ({ field, id }: Scene) =>
  (await readRecord<WorkOrder>(field, id))?.record as WorkOrder;

Deno.test("a photo taken without a network is named by its order at once, and the op waits for no byte of it", () =>
  scene(async (here) => {
    const { world, field, id } = here;
    const picture = await makePicture(CHUNK_BYTES + 9);
    world.network = false;
    await add(here, picture);
    const about = `image/jpeg ${picture.bytes.length}`;
    assert.deepEqual((await localOrder(here)).photos, {
      [picture.hash]: about,
    });
    world.network = true;
    assert.equal((await sync(field)).kind, "done");
    assert.deepEqual(world.server.get<WorkOrder>(id).photos, {
      [picture.hash]: about,
    });
    assert.deepEqual(here.chunks, []);
    const [row] = await keptBlobs(field);
    assert.equal(row?.receivedAt, undefined);
    assert.deepEqual(await keptBytes(field, row as never), picture.bytes);
  }));

Deno.test("a torn upload goes on where it was torn, also after the page was closed", () =>
  scene(async (here) => {
    const { field, chunks, wire, world, profile } = here;
    const picture = await makePicture(5 * CHUNK_BYTES);
    await add(here, picture);
    let left = 4;
    wire.fault = () => {
      if (--left === 0) throw new TypeError("Failed to fetch");
    };
    const torn = await sendBlobs(field, () => LOOKING);
    assert.equal(torn.kind, "later");
    assert.equal(chunks.length, 2);
    const tab = new Tab(world, profile);
    here.attach(tab);
    wire.fault = () => {};
    const next = await openField(WORKER, tab, SELDOM) as Field;
    assert.equal((await sendBlobs(next, () => LOOKING)).kind, "done");
    assert.deepEqual(chunks, picture.about.chunks);
    assert.equal(await here.read(picture), picture.bytes.length);
    assert.ok((await keptBlobs(next))[0]?.receivedAt);
    // Nothing is sent again.
    assert.equal((await sendBlobs(next, () => LOOKING)).kind, "done");
    assert.equal(chunks.length, 5);
  }));

Deno.test("photos wait for Wi-Fi or for somebody to look, unless the person says now", () =>
  scene(async (here) => {
    const { field, chunks } = here;
    const [one, two] = [await makePicture(100), await makePicture(100, 9)];
    await add(here, one);
    assert.equal((await sendBlobs(field, () => AWAY)).kind, "waits");
    const saving = { ...LOOKING, saving: true };
    assert.equal((await sendBlobs(field, () => saving)).kind, "waits");
    assert.deepEqual(chunks, []);
    const [row] = await keptBlobs(field);
    assert.ok(row);
    await noteBlob(field, row, (before) => ({ ...before, now: true }));
    assert.equal((await sendBlobs(field, () => AWAY)).kind, "done");
    assert.equal(await here.read(one), 100);
    await add(here, two);
    const wifi = { free: true, focused: false, saving: true };
    assert.equal((await sendBlobs(field, () => wifi)).kind, "done");
    assert.equal(await here.read(two), 100);
  }));

Deno.test("who looks away in the middle stops it, and who comes back goes on", () =>
  scene(async (here) => {
    const picture = await makePicture(4 * CHUNK_BYTES);
    await add(here, picture);
    const link = () => here.chunks.length < 2 ? LOOKING : AWAY;
    assert.equal((await sendBlobs(here.field, link)).kind, "waits");
    assert.equal(here.chunks.length, 2);
    await sendBlobs(here.field, () => LOOKING);
    assert.deepEqual(here.chunks, picture.about.chunks);
  }));

Deno.test("two tabs send a photo once", () =>
  scene(async (here) => {
    const picture = await makePicture(6 * CHUNK_BYTES);
    await add(here, picture);
    const tab = new Tab(here.world, here.profile);
    here.attach(tab);
    const other = await openField(WORKER, tab, SELDOM) as Field;
    await Promise.all([
      sendBlobs(here.field, () => LOOKING),
      sendBlobs(other, () => LOOKING),
    ]);
    assert.deepEqual(here.chunks, picture.about.chunks);
  }));

Deno.test("what the server does not take stays on the phone with the reason, and nothing else waits behind it", () =>
  scene(async (here) => {
    const { field, id } = here;
    // Six megabytes and one byte; the screen makes them smaller, and this is what happens where it could not.
    const large = await makePicture(6 * 1024 * 1024 + 1);
    const good = await makePicture(100);
    await addPhoto(field, id, "image/jpeg", large.bytes);
    await add(here, good);
    assert.equal((await sendBlobs(field, () => LOOKING)).kind, "done");
    const rows = await keptBlobs(field);
    const refused = rows.find(({ hash }) => hash === large.hash);
    assert.equal(refused?.refused, "invalid-input");
    assert.ok(rows.find(({ hash }) => hash === good.hash)?.receivedAt);
    assert.equal((await removePhoto(field, refused as never)).ok, true);
    assert.equal((await keptBlobs(field)).length, 1);
    assert.deepEqual(Object.keys((await localOrder(here)).photos ?? {}), [
      good.hash,
    ]);
  }));

/** A photo that the server refuses whenever it comes. */
async function refusedPhoto(here: Scene) {
  await add(here, await makePicture(6 * 1024 * 1024 + 1));
  await sendBlobs(here.field, () => LOOKING);
  const [row] = await keptBlobs(here.field);
  assert.ok(row && isRefused(row));
  return row;
}

Deno.test("a picture that was refused is no picture that waits, until the person says that it is to go again", () =>
  scene(async (here) => {
    const { field, tab } = here;
    const row = await refusedPhoto(here);
    const waiting = () => countUnsentPictures(WORKER, tab, SELDOM);
    assert.equal(await waiting(), 0);
    await noteBlob(field, row, (kept) => ({ ...kept, now: true }));
    assert.equal(await waiting(), 1);
  }));

Deno.test("a refused picture that is given up leaves the phone, and its order while that is the worker's", () =>
  scene(async (here) => {
    const { field, id, world } = here;
    await dropPicture(field, await refusedPhoto(here));
    assert.deepEqual(await keptBlobs(field), []);
    await sync(field);
    assert.deepEqual(world.server.get<WorkOrder>(id).photos ?? {}, {});
    // Somebody else's by now: nothing of it can be changed any more.
    const row = await refusedPhoto(here);
    await editOrder(field, id, { notes: "Late" });
    world.server.remove(id);
    await sync(field);
    const before = (await opsOf(field)).length;
    await dropPicture(field, row);
    assert.deepEqual(await keptBlobs(field), []);
    assert.equal((await opsOf(field)).length, before);
  }));

Deno.test("a photo travels under the name of who took it, or not at all", () =>
  scene(async (here) => {
    await add(here, await makePicture(100));
    here.wire.scope = "org_hvac:usr_other";
    assert.equal((await sendBlobs(here.field, () => LOOKING)).kind, "login");
    assert.equal((await keptBlobs(here.field))[0]?.refused, undefined);
  }));

Deno.test("photos lie sealed, stay sealed after a logout, and are sent after the next login", () =>
  scene(async (here) => {
    const { field, tab, world, profile } = here;
    const picture = await makePicture(200, 0, [
      0xff,
      0xd8,
      0xff,
      ...new TextEncoder().encode("Canary Quayside 7"),
    ]);
    await add(here, picture);
    const raw = async () => {
      const rows = await field.db.run((db) => db.getAll("blobs"));
      return rows.map((row) =>
        new TextDecoder("latin1").decode(
          row instanceof Uint8Array
            ? row
            : (row as unknown as { sealed: Uint8Array }).sealed,
        )
      ).join();
    };
    assert.ok(!(await raw()).includes("Canary"));
    world.network = false;
    const leaving = leaveField(field);
    for (let tries = 0; tries < 10; tries++) {
      await new Promise((done) => setTimeout(done));
      tab.pass(1000);
    }
    await leaving;
    assert.ok(!(await raw()).includes("Canary"));
    await assert.rejects(keptBlobs({ ...field, key: null } as Field));
    world.network = true;
    const fresh = new Tab(world, profile);
    here.attach(fresh);
    const again = await openField(WORKER, fresh, SELDOM) as Field;
    assert.equal((await sendBlobs(again, () => LOOKING)).kind, "done");
    assert.equal(await here.read(picture), 200);
  }));

Deno.test("14 days after the server has a photo the phone lets go of it", () =>
  scene(async (here) => {
    await add(here, await makePicture(100));
    await sendBlobs(here.field, () => LOOKING);
    here.world.server.now += 13 * DAY;
    await sendBlobs(here.field, () => AWAY);
    assert.equal((await keptBlobs(here.field)).length, 1);
    here.world.server.now += 2 * DAY;
    await sendBlobs(here.field, () => AWAY);
    assert.equal(await here.field.db.run((db) => db.count("blobs")), 0);
  }));

Deno.test("photos of two devices and an edit of the office all end in the order, and nobody is asked", () =>
  scene(async (here) => {
    const { world, field, id } = here;
    const { field: other, tab } = await world.tab();
    here.attach(tab);
    await sync(other);
    world.network = false;
    await add(here, await makePicture(100));
    await addPhoto(other, id, "image/jpeg", (await makePicture(100, 5)).bytes);
    world.server.put({ ...world.server.get<WorkOrder>(id), title: "New" });
    world.network = true;
    await sync(field);
    await sync(other);
    await sync(field);
    const merged = world.server.get<WorkOrder>(id);
    assert.equal(Object.keys(merged.photos ?? {}).length, 2);
    assert.equal(merged.title, "New");
    assert.deepEqual((await localOrder(here)).photos, merged.photos);
  }));

Deno.test("a signature holds for what was shown, and an edit of any of it makes it void on phone and server", () =>
  scene(async (here) => {
    const { field, world, id } = here;
    const shown = shownHash(await localOrder(here));
    const signed = await signOrder(field, id, { name: "Kim", shown }, null);
    assert.ok(signed.ok);
    await sync(field);
    const standings = async () => [
      signatureStanding(await localOrder(here)),
      signatureStanding(world.server.get<WorkOrder>(id)),
    ];
    assert.deepEqual(await standings(), ["holds", "holds"]);
    await editOrder(field, id, { notes: "One more hour" });
    await sync(field);
    assert.deepEqual(await standings(), ["void", "void"]);
    await editOrder(field, id, { notes: null });
    await sync(field);
    assert.deepEqual(await standings(), ["holds", "holds"]);
    await add(here, await makePicture(100));
    await sync(field);
    assert.deepEqual(await standings(), ["void", "void"]);
  }));
