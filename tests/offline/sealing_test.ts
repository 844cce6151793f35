import assert from "node:assert/strict";
import { pressClock } from "../../lib/offline/clock.ts";
import { drainInBackground } from "../../lib/offline/background.ts";
import { sync } from "../../lib/offline/drainer.ts";
import type { Field } from "../../lib/offline/field.ts";
import { readLeads } from "../../lib/offline/lead_list.ts";
import { createLead, editLead } from "../../lib/offline/leads.ts";
import { readRecord } from "../../lib/offline/local.ts";
import { readActive, readKey } from "../../lib/offline/registry.ts";
import { databaseName } from "../../lib/offline/schema.ts";
import { leaveField, openField } from "../../lib/offline/scope.ts";
import type { Lead } from "../../lib/model/lead.ts";
import {
  lead,
  opsOf,
  order,
  type Profile,
  SELDOM,
  Tab,
  WORKER,
  World,
} from "./world.ts";

const CANARY = "Canary Quayside 7";
const OTHER = { ...WORKER, id: "usr_other", name: "Otto" };

/** Everything that a user's database holds, as text, whatever it is written in. */
async function rawText(field: Field): Promise<string> {
  return await field.db.run(async (db) => {
    let text = "";
    for (const store of db.objectStoreNames) {
      for (const row of await db.getAll(store)) {
        text += JSON.stringify(
          row,
          (_name, value) =>
            value instanceof Uint8Array
              ? new TextDecoder("latin1").decode(value) +
                new TextDecoder("utf-16le").decode(value)
              : value,
        );
      }
    }
    return text;
  });
}

async function deviceWithCanaries() {
  const world = new World();
  world.server.put(lead("1", { name: CANARY }));
  world.server.put(order("1", { customer: CANARY, notes: CANARY }));
  const { field, tab, profile } = await world.tab();
  await sync(field);
  world.network = false;
  await createLead(field, { name: CANARY, phone: CANARY });
  await editLead(field, "lead_1", { address: CANARY });
  await pressClock(field, "in");
  return { world, field, tab, profile };
}

const nextPage = (world: World, profile: Profile, me: typeof WORKER | null) =>
  openField(me, new Tab(world, profile), SELDOM);

Deno.test("what people wrote cannot be read on the disk, while they work and after they left", async () => {
  const { world, field } = await deviceWithCanaries();
  assert.equal(
    (await readRecord<Lead>(field, "lead_1"))?.record.fields.address,
    CANARY,
  );
  assert.ok(!(await rawText(field)).includes("Canary"));
  world.network = true;
  await sync(field);
  assert.ok(!(await rawText(field)).includes("Canary"));
  await leaveField(field);
  assert.ok(!(await rawText(field)).includes("Canary"));
});

Deno.test("a logout takes the key away, and what was not sent goes on at the next login of the same person", async () => {
  const { world, field, tab, profile } = await deviceWithCanaries();
  const leaving = leaveField(field);
  // The last try to send gives up.
  for (let tries = 0; tries < 10; tries++) {
    await new Promise((done) => setTimeout(done));
    tab.pass(1000);
  }
  assert.equal(await leaving, 3);
  const name = databaseName(WORKER);
  assert.equal(await readKey(tab, name), null);
  await assert.rejects(opsOf({ ...field, key: null }));
  assert.equal(await nextPage(world, profile, null), null);
  world.network = true;
  const again = await nextPage(world, profile, WORKER) as Field;
  assert.equal((await opsOf(again)).length, 3);
  // What this device made is there at once, the office's copy with the first sync.
  assert.equal((await readLeads(again)).leads.length, 1);
  assert.equal((await sync(again)).kind, "done");
  assert.equal((await readLeads(again)).leads.length, 2);
  assert.equal(world.server.get<Lead>("lead_1").fields.address, CANARY);
});

Deno.test("another person's login opens nothing of what the one before left unsent", async () => {
  const { world, field, profile } = await deviceWithCanaries();
  world.network = true;
  world.server.userId = OTHER.id;
  const other = await nextPage(world, profile, OTHER) as Field;
  assert.deepEqual((await opsOf(other)).length, 0);
  assert.ok(!(await rawText(field)).includes("Canary"));
  assert.equal(await readKey(field.device, databaseName(WORKER)), null);
  // Not even with the other one's key in its place.
  const key = await other.device.indexedDB && await readKey(
    other.device,
    databaseName(OTHER),
  );
  assert.ok(key);
  await assert.rejects(opsOf({ ...field, me: OTHER, key: null } as Field));
});

Deno.test("the kept key can make keys and cannot be read", async () => {
  const { tab } = await deviceWithCanaries();
  const key = await readKey(tab, databaseName(WORKER)) as CryptoKey;
  assert.deepEqual([key.extractable, key.usages], [false, ["deriveKey"]]);
  await assert.rejects(crypto.subtle.exportKey("raw", key));
});

Deno.test("a sealed row that was put in another's place does not open", async () => {
  const { field } = await deviceWithCanaries();
  await field.db.run(async (db) => {
    const [first, second] = await db.getAll("leads");
    assert.ok(first && second);
    await db.put("leads", { ...first, id: second.id });
  });
  await assert.rejects(readLeads(field));
});

Deno.test("without the server's share nothing is opened and nobody is active", async () => {
  const world = new World();
  world.network = false;
  const profile = (await new World().tab()).profile;
  const tab = new Tab(world, profile);
  profile.indexedDB =
    new (profile.indexedDB.constructor as typeof IDBFactory)();
  await assert.rejects(openField(WORKER, tab, SELDOM));
  assert.equal(await readActive(tab), null);
  world.network = true;
  assert.ok(await openField(WORKER, tab, SELDOM));
});

Deno.test("a worker that gets no key leaves the queue to the next page", async () => {
  const { world, field, profile } = await deviceWithCanaries();
  world.network = true;
  const tab = new Tab(world, profile);
  const { indexedDB } = profile;
  // A browser that cannot hand a key to its worker fails the read.
  const broken = Object.create(indexedDB, {
    open: {
      value: (name: string, version?: number) => {
        const request = indexedDB.open(name, version);
        request.addEventListener("success", () => {
          const { transaction } = request.result;
          request.result.transaction = function (stores, ...rest) {
            if (String(stores) === "keys") {
              throw new DOMException("No keys here", "DataCloneError");
            }
            return transaction.call(this, stores, ...rest);
          };
        });
        return request;
      },
    },
  });
  Object.defineProperty(tab, "indexedDB", { value: broken });
  assert.equal(await drainInBackground(tab, SELDOM), true);
  assert.equal((await opsOf(field)).length, 3);
  assert.equal((await sync(field)).kind, "done");
});

Deno.test("after 30 days without the server a shell shows nobody, and a login everything", async () => {
  const { world, field, profile } = await deviceWithCanaries();
  const day = 86_400_000;
  world.server.now += 29 * day;
  assert.ok(await nextPage(world, profile, null));
  world.server.now += 2 * day;
  assert.equal(await nextPage(world, profile, null), null);
  assert.equal((await opsOf(field)).length, 3);
  world.network = true;
  const again = await nextPage(world, profile, WORKER) as Field;
  assert.equal((await readLeads(again)).leads.length, 2);
  await sync(again);
  assert.ok(await nextPage(world, profile, null));
});
