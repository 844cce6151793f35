import assert from "node:assert/strict";
import { CHUNK_BYTES } from "../../../lib/model/blob.ts";
import { shownHash, writeSignature } from "../../../lib/model/signature.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import { PLAN_BLOB_BYTES } from "../../../lib/tenancy/plans.ts";
import {
  type Company,
  hire,
  keepOrder,
  newCompany,
  newOrder,
} from "../builders.ts";
import { type Door, problemOf, withDoor } from "../door.ts";
import { keepPicture, makePicture, type Picture } from "../picture.ts";

// Photos and signatures by the public door: announced, sent in chunks, read.

interface Scene {
  door: Door;
  company: Company;
  worker: Me;
  order: string;
  path: (picture: Picture) => string;
}

const scene = (run: (scene: Scene) => Promise<void>) =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const worker = await hire(company, "WORKER");
    const order =
      (await keepOrder(company.tenant, { assigneeId: worker.id })).id;
    const path = ({ hash }: Picture) =>
      `/api/client/work-orders/${order}/blobs/${hash}`;
    await run({ door, company, worker, order, path });
  });

const announce = (
  { door, worker, path }: Scene,
  picture: Picture,
  about: unknown = picture.about,
  as: Me = worker,
) => door.ask("PUT", path(picture), { as, json: about });

const send = (
  { door, worker, path }: Scene,
  picture: Picture,
  index: number,
  bytes: Uint8Array<ArrayBuffer> = picture
    .parts[index] as Uint8Array<ArrayBuffer>,
  as: Me = worker,
) =>
  door.ask("PUT", `${path(picture)}/chunks/${picture.about.chunks[index]}`, {
    as,
    body: bytes,
    headers: { "content-type": "application/octet-stream" },
  });

async function progress(answer: Response) {
  const body = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(body));
  return body as { missing: string[]; complete: boolean };
}

async function statusOf(answer: Response): Promise<number> {
  await answer.body?.cancel();
  return answer.status;
}

Deno.test("chunks come in any order and twice, and a picture is there when the last one is", () =>
  scene(async (here) => {
    const picture = await makePicture(2 * CHUNK_BYTES + 500);
    const { chunks } = picture.about;
    assert.deepEqual(await progress(await announce(here, picture)), {
      missing: chunks,
      complete: false,
    });
    const read = () =>
      here.door.ask("GET", here.path(picture), { as: here.worker });
    for (const index of [2, 0, 2, 0]) {
      await progress(await send(here, picture, index));
      assert.equal((await problemOf(await read())).status, 404);
    }
    // Torn here: whoever goes on asks what is missing.
    assert.deepEqual(await progress(await announce(here, picture)), {
      missing: [chunks[1]],
      complete: false,
    });
    for (let times = 0; times < 2; times++) {
      assert.deepEqual(await progress(await send(here, picture, 1)), {
        missing: [],
        complete: true,
      });
    }
    assert.ok((await progress(await announce(here, picture))).complete);
    const answer = await read();
    assert.deepEqual(new Uint8Array(await answer.arrayBuffer()), picture.bytes);
    assert.equal(answer.headers.get("content-type"), "image/jpeg");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.match(
      answer.headers.get("content-disposition") ?? "",
      /^inline; filename="order-\d+-[\w-]{8}\.jpg"$/,
    );
  }));

Deno.test("all chunks sent at once make one complete picture", () =>
  scene(async (here) => {
    const picture = await makePicture(4 * CHUNK_BYTES + 1);
    await progress(await announce(here, picture));
    const answers = await Promise.all(
      picture.parts.map((_part, index) => send(here, picture, index)),
    );
    for (const answer of answers) await progress(answer);
    assert.ok((await progress(await announce(here, picture))).complete);
  }));

Deno.test("bytes that are not what their name says are refused, and nothing of them is kept", () =>
  scene(async (here) => {
    const picture = await makePicture(CHUNK_BYTES + 10);
    await progress(await announce(here, picture));
    const flipped = picture.parts[0]?.slice() as Uint8Array<ArrayBuffer>;
    flipped[99] = (flipped[99] ?? 0) ^ 1;
    const wrong = [
      await send(here, picture, 0, flipped),
      await send(here, picture, 0, flipped.slice(1)),
      await send(here, picture, 1, new Uint8Array()),
    ];
    for (const answer of wrong) {
      const { status, fields } = await problemOf(answer);
      assert.deepEqual([status, fields], [400, ["chunk"]]);
    }
    const large = await send(here, picture, 0, new Uint8Array(CHUNK_BYTES + 1));
    assert.equal((await problemOf(large)).status, 413);
    const { missing } = await progress(await announce(here, picture));
    assert.equal(missing.length, 2);
    const strange = await here.door.ask(
      "PUT",
      `${here.path(picture)}/chunks/${"x".repeat(43)}`,
      {
        as: here.worker,
        body: flipped,
        headers: { "content-type": "application/octet-stream" },
      },
    );
    assert.equal(await statusOf(strange), 404);
  }));

Deno.test("a whole that is not what was announced is forgotten, and can be announced again", () =>
  scene(async (here) => {
    const good = await makePicture(100);
    const script = await makePicture(100, 3, [60, 115, 99, 114]);
    for (const lie of [{ ...good, hash: "x".repeat(43) }, script]) {
      await progress(await announce(here, lie));
      const { status, fields } = await problemOf(await send(here, lie, 0));
      assert.deepEqual([status, fields], [400, ["hash"]]);
      const { missing } = await progress(await announce(here, lie));
      assert.equal(missing.length, 1);
    }
  }));

Deno.test("an announcement names what is wrong with it", () =>
  scene(async (here) => {
    const picture = await makePicture(CHUNK_BYTES + 10);
    const { about } = picture;
    const cases: [unknown, string][] = [
      [{ ...about, type: "image/svg+xml" }, "type"],
      [{ ...about, size: 6 * 1024 * 1024 + 1 }, "size"],
      [{ ...about, size: 0 }, "size"],
      [{ ...about, chunks: about.chunks.slice(1) }, "chunks"],
      [{ ...about, chunks: ["x", "y"] }, "chunks.0"],
      [null, "body"],
    ];
    for (const [said, field] of cases) {
      const { status, fields } = await problemOf(
        await announce(here, picture, said),
      );
      assert.equal(status, 400);
      assert.ok(fields.includes(field), `${fields} ${field}`);
    }
  }));

Deno.test("a plan has room for so many bytes, counted once for each picture", () =>
  scene(async (here) => {
    const { tenant } = here.company;
    const tx = tenant.transaction();
    tx.set(tx.keys.blobBytes(), PLAN_BLOB_BYTES.starter - 1000);
    await tx.commit();
    const picture = await makePicture(900);
    for (let times = 0; times < 3; times++) {
      await progress(await announce(here, picture));
    }
    const more = await makePicture(200, 11);
    const { status, fields } = await problemOf(await announce(here, more));
    assert.deepEqual([status, fields], [413, ["size"]]);
    assert.equal(
      await tenant.get(tenant.keys.blobBytes()),
      PLAN_BLOB_BYTES.starter - 100,
    );
  }));

Deno.test("only those who may see an order see its pictures, and another company's are not there", () =>
  scene(async (here) => {
    const { door, company, order, path } = here;
    const picture = await makePicture(300);
    await keepPicture(company.tenant, company.owner, order, picture);
    const colleague = await hire(company, "WORKER");
    const dispatcher = await hire(company, "DISPATCHER");
    const other = await newCompany(door.store, "Birch");
    const see = (as: Me) => door.ask("GET", path(picture), { as });
    assert.equal(await statusOf(await see(here.worker)), 200);
    assert.equal(await statusOf(await see(dispatcher)), 200);
    assert.equal(await statusOf(await see(colleague)), 403);
    assert.equal(await statusOf(await see(other.owner)), 404);
    assert.equal(
      await statusOf(
        await announce(here, picture, picture.about, other.owner),
      ),
      404,
    );
    assert.equal(
      await statusOf(await announce(here, picture, picture.about, colleague)),
      403,
    );
    // Its name alone brings it under no order of one's own: the bytes have to be sent.
    const own = await keepOrder(other.tenant, {});
    const stolen = `/api/client/work-orders/${own.id}/blobs/${picture.hash}`;
    const answer = await door.ask("PUT", stolen, {
      as: other.owner,
      json: picture.about,
    });
    assert.equal((await progress(answer)).missing.length, 1);
    assert.equal(
      await statusOf(await door.ask("GET", stolen, { as: other.owner })),
      404,
    );
  }));

Deno.test("who has announced a picture may go on sending it when the order is a colleague's by then", () =>
  scene(async (here) => {
    const { company, order } = here;
    const picture = await makePicture(CHUNK_BYTES + 10);
    const late = await makePicture(50);
    await progress(await announce(here, picture));
    const colleague = await hire(company, "WORKER");
    await keepOrder(company.tenant, { id: order, assigneeId: colleague.id });
    await progress(await send(here, picture, 0));
    assert.ok((await progress(await send(here, picture, 1))).complete);
    assert.equal(await statusOf(await announce(here, late)), 403);
  }));

Deno.test("an order takes photos and a signature from its worker, and says what is wrong with others", () =>
  scene(async ({ door, company, worker, order }) => {
    const { hash } = await makePicture(80);
    const signature = JSON.stringify({
      name: "Petra Vogel",
      at: "2026-11-23T09:00:00.000Z",
      shown: hash,
      drawing: null,
    });
    const patch = (fields: Record<string, unknown>, version: number) =>
      door.ask("PATCH", `/api/client/work-orders/${order}`, {
        as: worker,
        json: { fields },
        version,
      });
    const photo = `photo:${hash}`;
    for (
      const fields of [
        { [photo]: "image/svg+xml 10" },
        { [photo]: true },
        { "photo:../x": "image/jpeg 10" },
        { signature: "Petra" },
        { signature: null },
        { signature: JSON.stringify({ name: " ", at: "", shown: "" }) },
      ]
    ) {
      const { status, fields: named } = await problemOf(await patch(fields, 1));
      assert.deepEqual([status, named], [400, Object.keys(fields)]);
    }
    const many = Object.fromEntries(
      Array.from(
        { length: 41 },
        (_, i) => [`photo:${String(i).padStart(43, "x")}`, "image/jpeg 10"],
      ),
    );
    assert.deepEqual(
      (await problemOf(await patch(many, 1))).fields,
      ["photos"],
    );
    const good = await patch({ [photo]: "image/jpeg 80", signature }, 1);
    assert.equal(await statusOf(good), 200);
    const kept = await company.tenant.get(company.tenant.keys.order(order));
    assert.deepEqual(
      [
        (kept as { photos: unknown }).photos,
        (kept as { signature: unknown })
          .signature,
      ],
      [{ [hash]: "image/jpeg 80" }, signature],
    );
    assert.equal(await statusOf(await patch({ [photo]: null }, 2)), 200);
    const row = await company.tenant.get<{ changed: unknown }>(
      company.tenant.keys.history(order, 3),
    );
    assert.deepEqual(row?.changed, {
      [photo]: { from: "image/jpeg 80", to: null },
    });
  }));

Deno.test("a form without scripts adds a photo, shows it, and says what is no picture", () =>
  scene(async ({ door, company, worker, order }) => {
    const picture = await makePicture(CHUNK_BYTES + 77);
    const path = `/client/orders/${order}`;
    const send = (file: Blob, as: Me = worker) => {
      const body = new FormData();
      body.set("photo", file, "IMG_1.jpg");
      return door.ask("POST", path, { as, body });
    };
    // Somebody else changed the order since the page was made: a photo never conflicts.
    await keepOrder(company.tenant, {
      id: order,
      assigneeId: worker.id,
      version: 5,
    });
    assert.equal(await statusOf(await send(new Blob([picture.bytes]))), 303);
    assert.equal(await statusOf(await send(new Blob([picture.bytes]))), 303);
    const kept = await company.tenant.get<{ photos: unknown }>(
      company.tenant.keys.order(order),
    );
    assert.deepEqual(kept?.photos, {
      [picture.hash]: `image/jpeg ${picture.bytes.length}`,
    });
    const page = await (await door.ask("GET", path, { as: worker })).text();
    const src = `/api/client/work-orders/${order}/blobs/${picture.hash}`;
    // The framework adds its build to the address of every picture.
    assert.ok(page.includes(`src="${src}?`));
    const wrong = await send(new Blob(["<svg>"]));
    assert.equal(wrong.status, 400);
    assert.ok((await wrong.text()).includes("Choose a picture"));
    const colleague = await hire(company, "WORKER");
    const refused = await send(new Blob([picture.bytes]), colleague);
    assert.equal(await statusOf(refused), 403);
  }));

Deno.test("a page without scripts says that a signature is void", () =>
  scene(async ({ door, company, worker, order }) => {
    const show = async (title: string) => {
      await keepOrder(company.tenant, {
        id: order,
        assigneeId: worker.id,
        title,
        signature: writeSignature({
          name: "Petra Vogel",
          at: "2026-11-23T09:00:00.000Z",
          shown: shownHash(newOrder(company.tenant.orgId, { title: "Shown" })),
          drawing: null,
        }),
      });
      const answer = await door.ask("GET", `/client/orders/${order}`, {
        as: worker,
      });
      return await answer.text();
    };
    assert.match(await show("Shown"), /Holds for what is shown/);
    assert.match(await show("Another"), /The order was changed after Petra/);
  }));
