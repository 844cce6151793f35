import assert from "node:assert/strict";
import { MAX_OPEN_MS, seal } from "../../lib/audit/seal.ts";
import { importBlobs } from "../../lib/blobs/import_blobs.ts";
import { CHUNK_BYTES } from "../../lib/model/blob.ts";
import { MAX_UNSENT_BYTES } from "../../lib/model/unsent_file.ts";
import { closeAudit } from "../../lib/store/audit.ts";
import type { BlobRow } from "../../lib/store/blobs.ts";
import type { TenantStore } from "../../lib/store/tenant_store.ts";
import { PLAN_BLOB_BYTES } from "../../lib/tenancy/plans.ts";
import { sealing, verified } from "./audit_log.ts";
import {
  blankAudit,
  type Company,
  DAY,
  hire,
  keepOrder,
  MINUTE,
  MONDAY,
  newCompany,
  newId,
} from "./builders.ts";
import type { Door } from "./door.ts";
import { keepPicture, makePicture, type Picture } from "./picture.ts";
import {
  importAudits,
  type SavingScene,
  sendFile,
  withPhone,
} from "./saving_phone.ts";

// Pictures in a file of unsent work, by the import page.

interface Scene extends SavingScene {
  order: string;
  /** A photo of three chunks. */
  large: Picture;
  small: Picture;
}

const scene = (run: (scene: Scene) => Promise<void>) =>
  withPhone(async (here) => {
    const { company, worker } = here;
    const { id } = await keepOrder(company.tenant, { assigneeId: worker.id });
    const large = await makePicture(2 * CHUNK_BYTES + 500);
    const small = await makePicture(300, 11);
    await run({ ...here, order: id, large, small });
  });

async function isThere(
  { door, worker, order }: Scene,
  { hash, bytes }: Picture,
): Promise<boolean> {
  const path = `/api/client/work-orders/${order}/blobs/${hash}`;
  const answer = await door.ask("GET", path, { as: worker });
  const got = new Uint8Array(await answer.arrayBuffer());
  if (answer.status === 200) assert.deepEqual(got, bytes);
  return answer.status === 200;
}

const bytesOf = async (tenant: TenantStore) =>
  await tenant.get<number>(tenant.keys.blobBytes()) ?? 0;

const take = ({ door, dispatcher }: Scene, file: unknown) =>
  sendFile(door, dispatcher, "take", file);

/** What the phone's own sending does. */
async function upload(
  door: Door,
  { worker, order }: Scene,
  { hash, about, parts }: Picture,
  chunks = parts.length,
): Promise<{ missing: string[]; complete: boolean }> {
  const path = `/api/client/work-orders/${order}/blobs/${hash}`;
  let answer = await door.ask("PUT", path, { as: worker, json: about });
  for (let i = 0; i < chunks; i++) {
    await answer.body?.cancel();
    answer = await door.ask("PUT", `${path}/chunks/${about.chunks[i]}`, {
      as: worker,
      body: parts[i] as Uint8Array<ArrayBuffer>,
      headers: { "content-type": "application/octet-stream" },
    });
  }
  assert.equal(answer.status, 200);
  return await answer.json();
}

Deno.test("pictures of a file are counted without effect, taken in once, and the phone that sends them later is told that they are there", () =>
  scene(async (here) => {
    const { door, company, dispatcher, phone, order, large, small } = here;
    const { tenant } = company;
    const file = phone.fileWith([phone.lead("Nora Neu")], [
      [order, large],
      [order, small],
    ]);
    await door.cookieOf(dispatcher);
    const commits = door.store.counts.commits;
    const seen = await sendFile(door, dispatcher, "look", file);
    assert.equal(seen.status, 200);
    assert.match(
      seen.html,
      /1 change and 2 pictures of Wanda Weber can be taken in/,
    );
    assert.match(seen.html, /2 pictures in the file\./);
    assert.match(seen.html, /Picture of order 1001, Yearly service/);
    assert.match(
      seen.html,
      new RegExp(`order-1001-${large.hash.slice(0, 8)}\\.jpg, 120 KB`),
    );
    assert.equal(door.store.counts.commits, commits);

    const taken = await take(here, file);
    assert.match(
      taken.html,
      /1 change and 2 pictures of Wanda Weber taken in/,
    );
    assert.ok(await isThere(here, large) && await isThere(here, small));
    const used = await bytesOf(tenant);
    assert.equal(used, large.bytes.length + small.bytes.length);

    for (const at of [door.now, MONDAY + 14 * DAY]) {
      door.now = at;
      const again = await take(here, file);
      assert.match(again.html, /0 changes and 0 pictures of Wanda Weber taken/);
      assert.match(again.html, /2 pictures in the file: 2 already there/);
    }
    const { complete } = await upload(door, here, large, 0);
    assert.ok(complete);
    assert.equal(await bytesOf(tenant), used);
    assert.equal((await importAudits(company)).length, 1);
  }));

Deno.test("a browser's line ends, and a file written anew by a program, make no difference", () =>
  scene(async (here) => {
    const { door, dispatcher, phone, order, large, small } = here;
    const file = phone.fileWith([phone.lead("Nora Neu")], [
      [order, large],
      [order, small],
    ]);
    for (
      const text of [
        file.replaceAll("\n", "\r\n"),
        JSON.stringify(JSON.parse(file)),
        JSON.stringify(JSON.parse(file), null, "\t"),
      ]
    ) {
      const { html } = await sendFile(door, dispatcher, "look", text);
      assert.match(html, /1 change and 2 pictures of .+ can be taken in/);
    }
  }));

Deno.test("one request has one audit record, with the changes and the pictures of both, closed", () =>
  scene(async (here) => {
    const { company, worker, dispatcher, phone, order, large, small } = here;
    await take(
      here,
      phone.fileWith([phone.lead("Nora Neu")], [[order, large], [
        order,
        small,
      ]]),
    );
    const [record, ...more] = await importAudits(company);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [record?.actor, record?.onBehalfOf, record?.device, record?.closed],
      [dispatcher.id, worker.id, phone.id, true],
    );
    assert.deepEqual(record?.entries.map(({ action }) => action), [
      "POST /api/client/leads",
      ...["blob.announce", "blob.complete"],
      ...["blob.announce", "blob.complete"],
    ]);
    assert.equal(record?.count, 5);
    const { tenant } = company;
    const key = tenant.keys.blob(order, large.hash);
    // As if the phone had announced it.
    assert.equal((await tenant.get<BlobRow>(key))?.by, worker.id);
  }));

Deno.test("a file with pictures alone is taken in and audited", () =>
  scene(async (here) => {
    const { company, phone, order, small } = here;
    const { html } = await take(here, phone.fileWith([], [[order, small]]));
    assert.match(html, /0 changes and 1 picture of Wanda Weber taken in/);
    const [record] = await importAudits(company);
    assert.deepEqual([record?.count, record?.closed], [2, true]);
  }));

Deno.test("what the phone had begun to send is filled up, and what it goes on to send is there", () =>
  scene(async (here) => {
    const { door, company, phone, order, large } = here;
    assert.equal((await upload(door, here, large, 1)).missing.length, 2);
    const { html } = await take(here, phone.fileWith([], [[order, large]]));
    assert.match(html, /1 picture of Wanda Weber taken in/);
    assert.ok(await isThere(here, large));
    assert.ok((await upload(door, here, large)).complete);
    assert.equal(await bytesOf(company.tenant), large.bytes.length);
  }));

Deno.test("a phone that sends while its file is taken in ends in the same, in whatever order", () =>
  scene(async (here) => {
    const { door, company, phone, order, large, small } = here;
    const file = phone.fileWith([], [[order, large], [order, small]]);
    const [first, second] = await Promise.all([
      take(here, file),
      take(here, file),
      upload(door, here, large),
      upload(door, here, small),
    ]);
    assert.deepEqual([first.status, second.status], [200, 200]);
    assert.ok(await isThere(here, large) && await isThere(here, small));
    assert.equal(
      await bytesOf(company.tenant),
      large.bytes.length + small.bytes.length,
    );
    assert.ok((await importAudits(company)).every(({ closed }) => closed));
  }));

const DAMAGE: [name: string, change: (file: string, hit: Picture) => string][] =
  [
    ["one letter of its bytes is another", (file, { hash }) => {
      const at = file.indexOf('": "', file.lastIndexOf(hash)) + 40;
      const other = file[at] === "A" ? "B" : "A";
      return file.slice(0, at) + other + file.slice(at + 1);
    }],
    ["its bytes are no base64", (file, { hash }) => {
      const at = file.indexOf('": "', file.lastIndexOf(hash)) + 40;
      return `${file.slice(0, at)}%${file.slice(at + 1)}`;
    }],
    ["another picture stands in its place", (file, { hash, bytes }) => {
      const other = bytes.map((byte, i) => i > 4 ? byte ^ 1 : byte);
      return file.replace(
        `"${hash}": "${bytes.toBase64()}"`,
        `"${hash}": "${other.toBase64()}"`,
      );
    }],
    [
      "its bytes are left out",
      (file, { hash, bytes }) =>
        file.replace(`    "${hash}": "${bytes.toBase64()}"\n`, ""),
    ],
    ["the file was cut off in it", (file) => file.slice(0, -500)],
  ];

for (const [name, change] of DAMAGE) {
  Deno.test(`a damaged picture (${name}) is refused by its name, and everything else goes in`, () =>
    scene(async (here) => {
      const { door, company, dispatcher, phone, order, large, small } = here;
      // The last one, so that a cut hits it.
      const pictures: [string, Picture][] = [[order, small], [order, large]];
      const whole = phone.fileWith([phone.lead("Nora Neu")], pictures);
      const file = change(whole, large);
      assert.notEqual(file, whole);
      const seen = await sendFile(door, dispatcher, "look", file);
      assert.match(seen.html, /1 change and 1 picture of .+ can be taken in/);
      assert.match(seen.html, /2 pictures in the file: 1 refused/);
      const taken = await take(here, file);
      assert.match(taken.html, /1 change and 1 picture of .+ taken in/);
      for (const { html } of [seen, taken]) {
        const item = html.slice(html.indexOf("Refused"));
        assert.match(item, /Save it on the phone again/);
        assert.ok(item.includes(`order-1001-${large.hash.slice(0, 8)}.jpg`));
      }
      assert.ok(await isThere(here, small));
      assert.ok(!await isThere(here, large));
      // It takes nothing of the plan's room either.
      assert.equal(await bytesOf(company.tenant), small.bytes.length);
      assert.match((await take(here, whole)).html, /1 picture of .+ taken in/);
      assert.ok(await isThere(here, large));
    }));
}

Deno.test("a changed hash, or a picture that the phone did not write down, breaks the seal or is left out", () =>
  scene(async (here) => {
    const { company, phone, order, small } = here;
    const other = await makePicture(200, 3);
    const file = phone.fileWith([], [[order, small]]);
    const forged = await take(
      here,
      file.replaceAll(small.hash, other.hash)
        .replace(small.bytes.toBase64(), other.bytes.toBase64()),
    );
    assert.equal(forged.status, 400);
    assert.match(forged.html, /This file was changed after the phone wrote it/);
    await take(
      here,
      file.replace(
        '"bytes": {',
        `"bytes": {\n    "${other.hash}": "${other.bytes.toBase64()}",`,
      ),
    );
    assert.ok(await isThere(here, small));
    const { tenant } = company;
    assert.equal(await tenant.get(tenant.keys.blob(order, other.hash)), null);
  }));

Deno.test("another company's file brings no picture, and another company's order is none", () =>
  scene(async (here) => {
    const { door, company, phone, small } = here;
    const neighbours = await newCompany(door.store);
    const theirs = await hire(neighbours, "DISPATCHER");
    const order = (await keepOrder(neighbours.tenant)).id;
    const file = phone.fileWith([], [[here.order, small]]);
    const { status, html } = await sendFile(door, theirs, "take", file);
    assert.equal(status, 400);
    assert.match(html, /No phone of this company wrote this file/);
    const mine = await take(here, phone.fileWith([], [[order, small]]));
    const never = await take(
      here,
      phone.fileWith([], [[newId("wo"), small]]),
    );
    for (const { html } of [mine, never]) {
      assert.match(html, /Picture of an order that is not here/);
      assert.match(html, /The order was deleted/);
    }
    for (const { tenant } of [company, neighbours]) {
      assert.equal(await bytesOf(tenant), 0);
    }
  }));

Deno.test("of an order that went to a colleague only what the phone had announced before is taken in", () =>
  scene(async (here) => {
    const { door, company, phone, order, large, small } = here;
    await upload(door, here, large, 1);
    const colleague = await hire(company, "WORKER");
    await keepOrder(company.tenant, {
      id: order,
      version: 2,
      assigneeId: colleague.id,
    });
    const { html } = await take(
      here,
      phone.fileWith([], [[order, large], [order, small]]),
    );
    assert.match(html, /1 picture of Wanda Weber taken in/);
    assert.match(html, /2 pictures in the file: 1 refused/);
    assert.match(html, /The order is not theirs any more/);
  }));

async function leaveRoom({ tenant }: Company, bytes: number): Promise<void> {
  const tx = tenant.transaction();
  tx.set(tx.keys.blobBytes(), PLAN_BLOB_BYTES.starter - bytes);
  await tx.commit();
}

Deno.test("pictures beyond the plan's room are refused by name, foreseen one by one, and the rest goes in", () =>
  scene(async (here) => {
    const { door, company, dispatcher, phone, order, large, small } = here;
    const next = await makePicture(400, 5);
    await leaveRoom(company, large.bytes.length + 350);
    const file = phone.fileWith([phone.lead("Nora Neu")], [
      [order, large],
      [order, next],
      [order, small],
    ]);
    const seen = await sendFile(door, dispatcher, "look", file);
    const taken = await take(here, file);
    for (const { html } of [seen, taken]) {
      assert.match(html, /1 change and 2 pictures of Wanda Weber/);
      const item = html.slice(html.indexOf("Refused"));
      assert.match(item, /plan has no room for more photos/);
      assert.ok(item.includes(`order-1001-${next.hash.slice(0, 8)}.jpg`));
    }
    assert.ok(await isThere(here, large) && await isThere(here, small));
    assert.ok(!await isThere(here, next));
    await leaveRoom(company, 1000);
    assert.match((await take(here, file)).html, /1 picture of .+ taken in/);
  }));

Deno.test("what the office has by another way is known, also when its bytes are not in the file", () =>
  scene(async (here) => {
    const { company, worker, phone, order, small } = here;
    await keepPicture(company.tenant, worker, order, small);
    const file = phone.fileWith([], [[order, small]]);
    const cut = file.slice(0, file.indexOf('"bytes"') + 60);
    assert.match((await take(here, cut)).html, /1 already there/);
    assert.deepEqual(await importAudits(company), []);
  }));

Deno.test("a file may be as large as a phone makes it, and no larger", () =>
  scene(async (here) => {
    const { door, dispatcher, phone, order } = here;
    const { html } = await sendFile(
      door,
      dispatcher,
      "take",
      phone.fileWith([phone.lead("Nora Neu")], [
        [order, await makePicture(5_000_000)],
        [order, await makePicture(5_000_000, 9)],
      ]),
    );
    assert.match(html, /1 change and 2 pictures of Wanda Weber taken in/);
    const large = await sendFile(
      door,
      dispatcher,
      "look",
      " ".repeat(MAX_UNSENT_BYTES + 2 * 1024 * 1024),
    );
    assert.equal(large.status, 413);
    assert.match(large.html, /Choose a file of at most 16 MB/);
  }));

Deno.test("the sealer finds nothing wrong, and a record that it took for abandoned is not added to", () =>
  scene(async (here) => {
    const { door, company, worker, phone, order, large, small } = here;
    const { tenant } = company;
    const deps = sealing(door.store);
    await take(
      here,
      phone.fileWith([phone.lead("Nora Neu")], [[order, small]]),
    );
    await seal(deps, tenant.orgId);
    const audit = { ...blankAudit(), closed: false };
    const sending = { subject: worker, now: MONDAY, audit };
    const bring = async ({ hash, about, bytes }: Picture) => {
      const blob = { order, hash, about, bytes: () => bytes };
      const [one] = await importBlobs(tenant, sending, [blob], 1e9);
      return one?.problem?.code ?? one?.outcome;
    };
    assert.equal(await bring(await makePicture(200, 3)), "applied");
    deps.at = MONDAY + MAX_OPEN_MS + MINUTE;
    await seal(deps, tenant.orgId);
    assert.equal(await bring(large), "busy");
    await closeAudit(tenant, audit.id);
    await seal(deps, tenant.orgId);
    const report = await verified(door.store, tenant.orgId);
    assert.deepEqual(report.fault, null);
    assert.equal(await bytesOf(tenant), small.bytes.length + 200);
  }));
