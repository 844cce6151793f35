import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { addPhoto } from "../../lib/offline/blobs.ts";
import { countUnsentPictures } from "../../lib/offline/count_pictures.ts";
import { Connection } from "../../lib/offline/database.ts";
import { read } from "../../lib/offline/draft.ts";
import { sync } from "../../lib/offline/drainer.ts";
import { createLead } from "../../lib/offline/leads.ts";
import { readActive, readKey } from "../../lib/offline/registry.ts";
import { databaseName } from "../../lib/offline/schema.ts";
import { leaveField, openField } from "../../lib/offline/scope.ts";
import { makePicture } from "../unit/picture.ts";
import { order, Profile, SELDOM, Tab, WORKER, World } from "./world.ts";

/** Something that waits at each piece of its storage work until it may go on. */
class Actor {
  readonly #held: (() => void)[] = [];
  #arrived = Promise.withResolvers<void>();
  #free = false;
  #done: Promise<unknown> = Promise.resolve();
  #over = false;
  /** Pieces of storage work that it began. */
  steps = 0;

  /** Begins, and stands still before its first piece. */
  start(run: () => Promise<unknown>): void {
    this.#done = actors.run(this, run).finally(() => {
      this.#over = true;
      this.#arrived.resolve();
    });
  }

  /** Called before each piece. */
  async wait(): Promise<void> {
    this.steps++;
    if (this.#free) return;
    const go = Promise.withResolvers<void>();
    this.#held.push(go.resolve);
    this.#arrived.resolve();
    await go.promise;
  }

  /** Lets it do so many pieces, or what it has left: then it stands before the next one, or is over. */
  async advance(steps: number): Promise<void> {
    for (let done = 0; !await this.#stands(); done++) {
      if (done === steps) return;
      this.#arrived = Promise.withResolvers();
      this.#held.shift()?.();
    }
  }

  /** Waits until it stands before a piece. @returns whether it is over instead */
  async #stands(): Promise<boolean> {
    if (this.#held.length === 0) await this.#arrived.promise;
    return this.#over;
  }

  /** Lets it go on to its end. */
  async finish(): Promise<void> {
    this.#free = true;
    for (const go of this.#held.splice(0)) go();
    await this.#done;
  }
}

const actors = new AsyncLocalStorage<Actor>();

const { run } = Connection.prototype;
Connection.prototype.run = async function (work) {
  await actors.getStore()?.wait();
  return await run.call(this, work) as never;
};

/** A phone with a lead and a photo that were not sent. */
async function phoneWithUnsent() {
  const world = new World();
  world.server.put(order("1"));
  const profile = new Profile();
  const { field, tab } = await world.tab(profile);
  await sync(field);
  world.network = false;
  await createLead(field, { name: "Ada", phone: "222222" });
  const { bytes } = await makePicture(900);
  await addPhoto(field, "wo_1", "image/jpeg", bytes);
  return { world, profile, field, tab };
}

type Phone = Awaited<ReturnType<typeof phoneWithUnsent>>;

/** Nobody is active, nothing can be opened, nothing can be read, and the queue knows that they left. */
async function checkLeft({ world, profile, field }: Phone, at: string) {
  const shell = new Tab(world, profile);
  assert.equal(await readActive(shell), null, at);
  assert.equal(await readKey(shell, databaseName(WORKER)), null, at);
  assert.equal(await openField(null, shell, SELDOM), null, at);
  const rows = await field.db.run((db) =>
    Promise.all([db.count("leads"), db.count("workOrders")])
  );
  assert.deepEqual(rows, [0, 0], at);
  assert.equal((await read(field)).head.left, true, at);
}

/** Somebody leaves and their pictures are counted: one of both goes a little way, then the other one, then the first to its end. */
async function meet(
  elsewhere: boolean,
  network: boolean,
  leavesFirst: boolean,
  steps: [one: number, other: number],
): Promise<[one: number, other: number]> {
  const phone = await phoneWithUnsent();
  const { world, profile, field, tab } = phone;
  world.network = network;
  const leaver = new Actor();
  const counter = new Actor();
  const device = elsewhere ? new Tab(world, profile) : tab;
  leaver.start(() => leaveField(field));
  counter.start(() =>
    // It may find everything sealed: then nothing is said of pictures.
    countUnsentPictures(WORKER, device, SELDOM).catch(() => {})
  );
  const [one, other] = leavesFirst ? [leaver, counter] : [counter, leaver];
  await one.advance(steps[0]);
  await other.advance(steps[1]);
  await one.finish();
  await other.finish();
  const first = leavesFirst ? "leaving" : "counting";
  await checkLeft(phone, `${steps} steps, ${first} first`);
  return [one.steps, other.steps];
}

Deno.test("the pictures of whoever is active are counted, and nobody else's", async () => {
  const { field, tab } = await phoneWithUnsent();
  assert.equal(await countUnsentPictures(WORKER, tab, SELDOM), 1);
  const other = { ...WORKER, id: "usr_other" };
  assert.equal(await countUnsentPictures(other, tab, SELDOM), 0);
  await leaveField(field);
  assert.equal(await countUnsentPictures(WORKER, tab, SELDOM), 0);
});

for (const where of ["in the same page", "in another tab"]) {
  for (const network of [true, false]) {
    Deno.test(`whenever pictures are counted ${where} while somebody leaves, nobody is let in again (network ${network ? "on" : "off"})`, async () => {
      for (const leavesFirst of [true, false]) {
        let [most, mostOther] = [0, 0];
        for (let one = 0; one <= most; one++) {
          for (let other = 0; other <= mostOther; other++) {
            const [steps, otherSteps] = await meet(
              where === "in another tab",
              network,
              leavesFirst,
              [one, other],
            );
            most = Math.max(most, steps);
            mostOther = Math.max(mostOther, otherSteps);
          }
        }
      }
    });
  }
}
