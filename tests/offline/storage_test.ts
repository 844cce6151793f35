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

Deno.test("the browser is asked to keep what is stored, and may refuse", async () => {
  let asked = 0;
  askToPersist({
    persist: () => {
      asked++;
      return Promise.resolve(false);
    },
  });
  assert.equal(asked, 1);
  askToPersist(undefined);
  askToPersist({ persist: () => Promise.reject(new Error("no")) });
  // An unhandled refusal would end the test run.
  await new Promise((done) => setTimeout(done));
});
