import assert from "node:assert/strict";
import { askToPersist, isNearlyFull } from "../../lib/offline/storage.ts";

const estimating = (usage: number, quota: number) => ({
  estimate: () => Promise.resolve({ usage, quota }),
});

Deno.test("from 90 % of the browser's allowance on the phone counts as nearly full", async () => {
  assert.equal(await isNearlyFull(estimating(89, 100)), false);
  assert.equal(await isNearlyFull(estimating(90, 100)), true);
  // A browser that does not say, or says nonsense, alarms nobody.
  assert.equal(await isNearlyFull(undefined), false);
  assert.equal(
    await isNearlyFull({ estimate: () => Promise.resolve({}) }),
    false,
  );
  assert.equal(
    await isNearlyFull({ estimate: () => Promise.reject(new Error("no")) }),
    false,
  );
});

Deno.test("the browser is asked once to keep what is stored, and may refuse", async () => {
  let asked = 0;
  const storage = (granted: boolean) => ({
    persisted: () => Promise.resolve(granted),
    persist: () => {
      asked++;
      return Promise.resolve(false);
    },
  });
  await askToPersist(storage(true));
  assert.equal(asked, 0);
  await askToPersist(storage(false));
  assert.equal(asked, 1);
  await askToPersist(undefined);
  await askToPersist({
    persisted: () => Promise.reject(new Error("no")),
    persist: () => Promise.resolve(false),
  });
});
