import assert from "node:assert/strict";
import { hire, newCompany, newId } from "./builders.ts";
import { problemOf, withDoor } from "./door.ts";

const PATH = "/api/client/device-shares";

Deno.test("a device gets the same 32 bytes for its database each time, another person's gets others", () =>
  withDoor(async (door) => {
    const alder = await newCompany(door.store);
    const birch = await newCompany(door.store, "Birch");
    const worker = await hire(alder, "WORKER");
    const vault = newId("dev");
    const shares = [];
    for (const as of [worker, worker, alder.owner, birch.owner]) {
      const answer = await door.ask("POST", PATH, { as, json: { vault } });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get("cache-control"), "no-store");
      const { share } = await answer.json();
      assert.ok(share.length === 32 && share.every(Number.isInteger));
      shares.push(share.join());
    }
    assert.equal(shares[0], shares[1]);
    assert.equal(new Set(shares).size, 3);
    const other = await door.ask("POST", PATH, {
      as: worker,
      json: { vault: newId("dev") },
    });
    assert.ok(!shares.includes((await other.json()).share.join()));
  }));

Deno.test("of many first calls at once all get one share", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    const cookie = await door.cookieOf(owner);
    const vault = newId("dev");
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const answer = await door.ask("POST", PATH, {
          cookie,
          json: { vault },
        });
        return (await answer.json()).share.join();
      }),
    );
    assert.equal(new Set(answers).size, 1);
  }));

Deno.test("a share is asked for by a database's name and nothing else", () =>
  withDoor(async (door) => {
    const { owner } = await newCompany(door.store);
    for (const json of [{}, [], null, 7, { vault: "" }, { vault: ["dev_x"] }]) {
      const answer = await door.ask("POST", PATH, { as: owner, json });
      const { status, fields } = await problemOf(answer);
      assert.deepEqual([status, fields], [400, ["vault"]]);
    }
  }));
