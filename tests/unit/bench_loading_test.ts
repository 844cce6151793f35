import assert from "node:assert/strict";
import { type Loading, waitsOf } from "../../bench/loading.ts";

const page = (more: Partial<Loading>): Loading => ({
  firstPaint: 600,
  contentLoaded: 550,
  end: 12_000,
  tasks: [],
  requests: [],
  ...more,
});

Deno.test("a page without long tasks answers as soon as it is painted, or laid out", () => {
  assert.deepEqual(waitsOf(page({ requests: [[0, 1], [100, 4000]] })), {
    firstPaint: 600,
    interactive: 600,
    blocking: 0,
  });
  assert.equal(waitsOf(page({ contentLoaded: 900 }))?.interactive, 900);
});

Deno.test("it answers after the last long task before five seconds of quiet", () => {
  // The first ends after the first paint: only that part of it blocks, less 50 ms. The last one comes when all is quiet.
  const tasks: Loading["tasks"] = [[400, 700], [5000, 5080], [10_100, 10_900]];
  const waits = waitsOf(page({ end: 20_000, tasks }));
  assert.deepEqual(waits, {
    firstPaint: 600,
    interactive: 5080,
    blocking: 50 + 30,
  });
});

Deno.test("more than two requests at once are no quiet, but nothing that blocks", () => {
  const requests: Loading["requests"] = [[100, 5000], [100, 5000], [700, 4900]];
  const tasks: Loading["tasks"] = [[8000, 8100]];
  assert.deepEqual(waitsOf(page({ end: 20_000, requests, tasks })), {
    firstPaint: 600,
    interactive: 8100,
    blocking: 50,
  });
  assert.equal(
    waitsOf(page({ end: 20_000, requests: requests.slice(1), tasks }))
      ?.interactive,
    600,
  );
});

Deno.test("a page that was not watched for long enough has no figures yet", () => {
  assert.equal(waitsOf(page({ tasks: [[7000, 7100], [700, 4800]] })), null);
});
