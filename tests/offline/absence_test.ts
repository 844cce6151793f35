import assert from "node:assert/strict";
import { sync } from "../../lib/offline/drainer.ts";
import { readOrders } from "../../lib/offline/orders.ts";
import { leaveField, openField } from "../../lib/offline/scope.ts";
import { order, Profile, SELDOM, Tab, WORKER, World } from "./world.ts";

const DAY_MS = 86_400_000;

/** A phone that has loaded its work and lost the network. */
async function loadedPhone() {
  const world = new World();
  world.server.put(order("1"));
  const profile = new Profile();
  const { field } = await world.tab(profile);
  await sync(field);
  world.network = false;
  const shell = (skew: number) => {
    const tab = new Tab(world, profile);
    tab.skew = skew;
    return tab;
  };
  return { world, profile, field, shell };
}

Deno.test("a clock that stands before the last contact is no absence: the work is shown", async () => {
  const { shell } = await loadedPhone();
  for (const skew of [0, -DAY_MS, -40 * DAY_MS, -40 * 365 * DAY_MS]) {
    const field = await openField(null, shell(skew), SELDOM);
    assert.ok(field, `${skew / DAY_MS} days`);
    assert.equal((await readOrders(field)).length, 1);
  }
});

Deno.test("thirty days without contact by the phone's clock show nothing, say why, and end when the date is right", async () => {
  const { world, shell } = await loadedPhone();
  for (const skew of [31 * DAY_MS, 10 * 365 * DAY_MS]) {
    const wrong = shell(skew);
    assert.equal(await openField(null, wrong, SELDOM), null);
    assert.deepEqual(wrong.away, { me: WORKER, heardAt: world.server.now });
  }
  assert.ok(await openField(null, shell(29 * DAY_MS), SELDOM));
});

Deno.test("nobody is away where nobody is logged in; where nothing was ever loaded, that is said", async () => {
  const { field, shell } = await loadedPhone();
  await leaveField(field);
  const left = shell(40 * DAY_MS);
  assert.equal(await openField(null, left, SELDOM), null);
  assert.equal(left.away, undefined);

  const world = new World();
  const profile = new Profile();
  await world.tab(profile);
  world.network = false;
  const cold = new Tab(world, profile);
  assert.equal(await openField(null, cold, SELDOM), null);
  assert.deepEqual(cold.away, { me: WORKER, heardAt: 0 });
});
