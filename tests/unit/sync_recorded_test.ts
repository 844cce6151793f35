import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Lead } from "../../lib/model/lead.ts";
import {
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
  type SyncRequest,
} from "../../lib/model/protocol.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import {
  type Company,
  hire,
  keepLead,
  keepOrder,
  MONDAY,
  withCompany,
} from "./builders.ts";
import { Device, statuses } from "./device.ts";

/**
 * What devices of each version sent, by `tests/offline/record_batch.ts`: SHA-256 of the file, which is never edited, and
 * the statuses that its ops always have.
 */
const RECORDED: { version: number; sha256: string; statuses: number[] }[] = [{
  version: 1,
  sha256: "33988c35a045fa30bff2d5f3394646cb3f8e8dd3f9314711e0008fec187c2d6f",
  statuses: [201, 201, 200, 200, 200, 200, 200, 200, 200, 200, 201],
}];

const LEAD = "lead_01M83T4CM0000000000000000A";
const ORDER = "wo_01M83T4CM0000000000000000B";

const fileOf = (version: number) =>
  Deno.readTextFile(
    new URL(`../fixtures/sync/v${version}.json`, import.meta.url),
  );

/** A company with the records that the recorded batches speak of. */
async function ready(company: Company): Promise<Device> {
  const worker = await hire(company, "WORKER");
  await keepLead(company.tenant, { id: LEAD, assigneeId: worker.id });
  await keepOrder(company.tenant, {
    id: ORDER,
    assigneeId: worker.id,
    checklist: [{
      id: "filter",
      label: "Filter changed",
      done: false,
      required: true,
    }],
  });
  return new Device(company, worker);
}

Deno.test("each version of the protocol that is accepted has its recorded batch, unchanged", async () => {
  const recorded = RECORDED.map(({ version }) => version);
  for (let v = OLDEST_PROTOCOL_VERSION; v <= PROTOCOL_VERSION; v++) {
    assert.ok(recorded.includes(v), `Record a batch of version ${v}`);
  }
  for (const { version, sha256 } of RECORDED) {
    const hash = createHash("sha256").update(await fileOf(version));
    assert.equal(hash.digest("hex"), sha256, `v${version}.json was edited`);
  }
});

for (const { version, statuses: expected } of RECORDED) {
  for (const tells of [true, false]) {
    Deno.test(`what a device of version ${version} sent has its effects, once (its epoch ${tells ? "told" : "not told, as before it was part of a request"})`, () =>
      withCompany(async (company) => {
        const { tenant } = company;
        const phone = await ready(company);
        const batch = JSON.parse(await fileOf(version)) as SyncRequest;
        phone.id = batch.deviceId;
        const more = tells ? { epoch: tenant.epoch } : {};
        for (const replayed of [undefined, true] as const) {
          const { results } = await phone.sync(batch.ops, {
            now: MONDAY,
            counts: batch.counts ?? {},
            ...more,
          });
          assert.deepEqual(statuses(results), expected);
          assert.ok(results.every((one) => one.replayed === replayed));
        }
        const order = await tenant.get<WorkOrder>(tenant.keys.order(ORDER));
        assert.deepEqual(
          [order?.status, order?.notes, order?.checklist[0]?.done],
          ["DONE", "Größe geprüft ✓", true],
        );
        const lead = await tenant.get<Lead>(tenant.keys.lead(LEAD));
        assert.deepEqual([lead?.version, lead?.fields.address], [
          2,
          "Lindenweg 4",
        ]);
      }));
  }
}

Deno.test("an op of a version that is not known any more, or not yet, is refused by itself", () =>
  withCompany(async (company) => {
    const phone = await ready(company);
    const [old, next] = [phone.clock("in"), phone.clock("out")];
    const { results } = await phone.sync([
      { ...old, v: OLDEST_PROTOCOL_VERSION - 1 },
      { ...next, v: PROTOCOL_VERSION + 1 },
      phone.lead(),
    ]);
    assert.deepEqual(statuses(results), [422, 422, 201]);
    assert.equal(results[0]?.problem?.code, "unknown-operation");
  }));

Deno.test("a device that knows another life of the store is told where it stands, and nothing of it is applied", () =>
  withCompany(async (company) => {
    const phone = await ready(company);
    const first = [phone.clock("in")];
    const before = await phone.sync(first);
    const news = [phone.lead()];
    for (const epoch of ["another life", ""]) {
      const answer = await phone.sync(news, { epoch });
      assert.deepEqual(
        [answer.epoch, answer.lastSeq, answer.hash, answer.results],
        [company.tenant.epoch, 1, before.hash, []],
      );
      assert.equal(answer.stopped, undefined);
    }
    const answer = await phone.sync(news, { epoch: before.epoch });
    assert.deepEqual(statuses(answer.results), [201]);
  }));
