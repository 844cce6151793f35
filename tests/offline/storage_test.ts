import assert from "node:assert/strict";
import { askToPersist, estimateRoom } from "../../lib/offline/storage.ts";

/** What is told of an estimate; null: nothing. */
async function told(
  storage: Pick<StorageManager, "estimate"> | undefined,
): Promise<boolean | null> {
  let nearlyFull: boolean | null = null;
  estimateRoom((full) => nearlyFull = full, storage);
  await new Promise((done) => setTimeout(done));
  return nearlyFull;
}

const estimating = (estimate: StorageEstimate) => ({
  estimate: () => Promise.resolve(estimate),
});

Deno.test("from 90 % of the browser's allowance on the phone counts as nearly full", async () => {
  assert.equal(await told(estimating({ usage: 89, quota: 100 })), false);
  assert.equal(await told(estimating({ usage: 90, quota: 100 })), true);
  // A browser that does not say, or fails, alarms nobody.
  assert.equal(await told(estimating({})), false);
  assert.equal(await told(undefined), null);
  assert.equal(
    await told({ estimate: () => Promise.reject(new Error("no")) }),
    null,
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
