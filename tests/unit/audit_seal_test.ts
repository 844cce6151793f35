import assert from "node:assert/strict";
import type { CheckpointRow } from "../../lib/audit/checkpoint.ts";
import { seal } from "../../lib/audit/seal.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import { audits, ORG, sealing, verified, withBackend } from "./audit_log.ts";

const checkpointsOf = async (tenant: TenantStore) =>
  (await tenant.list<CheckpointRow>({ prefix: tenant.keys.auditCheckpoints() }))
    .map(({ value }) => value);

Deno.test("sealed records stand in signed checkpoints, in the order in which they were committed", () =>
  withBackend(async (store) => {
    const tenant = new TenantStore(store, ORG);
    const deps = sealing(store);
    const first = await audits(store, 3);
    assert.deepEqual(await seal(deps, ORG), { records: 3, upToDate: true });
    const second = await audits(store, 2);
    assert.deepEqual(await seal(deps, ORG), { records: 2, upToDate: true });
    assert.deepEqual(await seal(deps, ORG), { records: 0, upToDate: true });
    const checkpoints = await checkpointsOf(tenant);
    assert.deepEqual(checkpoints.map(({ size }) => size), [3, 5]);
    assert.deepEqual(
      checkpoints.flatMap(({ ids }) => ids),
      [...first, ...second].map(({ id }) => id),
    );
    assert.deepEqual(
      deps.lines.map(({ event, org, size, root }) => ({
        event,
        org,
        size,
        root,
      })),
      checkpoints.map(({ org, size, root }) => ({
        event: "audit-checkpoint",
        org,
        size,
        root,
      })),
    );
    assert.deepEqual(await verified(store), {
      org: ORG,
      sealed: 5,
      unsealed: 0,
      fault: null,
    });
  }));

Deno.test("more records than one checkpoint holds come under several, at about one read a record", () =>
  withBackend(async (store) => {
    await audits(store, 1203);
    const before = { ...store.counts };
    assert.equal((await seal(sealing(store), ORG)).records, 1203);
    assert.equal(store.counts.commits - before.commits, 3);
    assert.ok(store.counts.keysRead - before.keysRead < 1203 + 30);
    assert.deepEqual(await verified(store), {
      org: ORG,
      sealed: 1203,
      unsealed: 0,
      fault: null,
    });
  }));
