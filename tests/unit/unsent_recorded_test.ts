import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { importBlobs } from "../../lib/blobs/import_blobs.ts";
import { fieldWork } from "../../lib/http/field_work.ts";
import type { Lead } from "../../lib/model/lead.ts";
import type { ClientRole, Me } from "../../lib/model/spaces.ts";
import { UNSENT_VERSION } from "../../lib/model/unsent_file.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { completeBlobs } from "../../lib/store/blobs.ts";
import type { DeviceShareRow, MemberRow } from "../../lib/store/identities.ts";
import { readSettings } from "../../lib/store/settings.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import { readImportFile } from "../../lib/sync/import_file.ts";
import { importUnsent } from "../../lib/sync/import_unsent.ts";
import {
  blankAudit,
  type Company,
  DAY,
  keepLead,
  keepOrder,
  MONDAY,
  newId,
  withCompany,
} from "./builders.ts";

/**
 * What phones of each version saved, by `tests/offline/record_unsent.ts`: SHA-256 of the file, which is never edited, and
 * what comes of it.
 */
const RECORDED = [{
  version: 1,
  sha256: "6aebc4ceb440d4386b83017f48f81f7af8fdc75c9bbb962577a647cd4d591cbc",
  changes: 6,
  pictures: 0,
}, {
  version: 2,
  sha256: "3a654ff77bb48f0542cadd0becbd9c9f78e8c80e7c00339561b39d14df7d46fd",
  changes: 8,
  pictures: 2,
}];

const USER = "usr_01M83T4CM0000000000000000C";
const ORG = "org_01M83T4CM0000000000000000D";
const LEAD = "lead_01M83T4CM0000000000000000A";
const ORDER = "wo_01M83T4CM0000000000000000B";

const textOf = (version: number) =>
  Deno.readTextFile(
    new URL(`../fixtures/unsent/v${version}.json`, import.meta.url),
  );

/** The company that the recorded phone belonged to, with an office, the phone's share, and the records it speaks of. */
async function recordedCompany(
  { store, owner }: Company,
  vault: string,
): Promise<{ tenant: TenantStore; dispatcher: Me }> {
  const tenant = new TenantStore(store, ORG);
  const dispatcher: Me = {
    ...owner,
    id: newId("usr"),
    orgId: ORG,
    roles: ["DISPATCHER"],
  };
  const tx = tenant.transaction();
  const member = (userId: string, role: ClientRole) =>
    tx.set(
      tx.keys.member("CLIENT", userId),
      {
        userId,
        name: "Wanda",
        email: "wanda@warm.example",
        roles: [role],
        status: "active",
      } satisfies MemberRow,
    );
  member(USER, "WORKER");
  member(dispatcher.id, "DISPATCHER");
  const share = createHash("sha256").update(`${USER} ${ORG} ${vault}`).digest();
  tx.set(
    tx.keys.deviceShare(USER, vault),
    {
      share: new Uint8Array(share),
      createdAt: new Date(MONDAY - 7 * DAY).toISOString(),
    } satisfies DeviceShareRow,
  );
  await tx.commit();
  await keepLead(tenant, { id: LEAD, assigneeId: USER });
  await keepOrder(tenant, { id: ORDER, assigneeId: USER });
  return { tenant, dispatcher };
}

Deno.test("each version of the file has its recorded one, unchanged", async () => {
  const recorded = RECORDED.map(({ version }) => version);
  for (let version = 1; version <= UNSENT_VERSION; version++) {
    assert.ok(recorded.includes(version), `Record a file of ${version}`);
  }
  for (const { version, sha256 } of RECORDED) {
    const hash = createHash("sha256").update(await textOf(version));
    assert.equal(hash.digest("hex"), sha256, `v${version}.json was edited`);
  }
});

for (const { version, changes, pictures } of RECORDED) {
  Deno.test(`a file that a phone of version ${version} saved is taken in, once`, () =>
    withCompany(async (company) => {
      const text = await textOf(version);
      const { device } = JSON.parse(text);
      const { tenant, dispatcher } = await recordedCompany(
        company,
        device.vault,
      );
      const settings = await readSettings(company.tenant);
      const take = async () => {
        const file = await readImportFile(tenant, text);
        assert.ok(file.ok, JSON.stringify(file));
        const taken = await importUnsent(
          tenant,
          {
            subject: dispatcher,
            requestId: "request",
            auditId: newId("aud"),
            route: "POST /client/import",
          },
          file.value,
          fieldWork(settings),
          MONDAY,
          false,
        );
        assert.ok(taken.ok, JSON.stringify(taken));
        const brought = await importBlobs(
          tenant,
          {
            subject: taken.value.worker,
            now: MONDAY,
            audit: { ...blankAudit(), closed: false },
          },
          file.value.pictures,
          1e9,
        );
        assert.equal(file.value.refused.length, 1);
        const outcomes = [...taken.value.changes, ...brought].map((
          { outcome },
        ) => outcome);
        assert.equal(outcomes.length, changes + pictures);
        return new Set(outcomes);
      };
      assert.deepEqual(await take(), new Set(["applied"]));
      assert.deepEqual(await take(), new Set(["known"]));
      const order = await tenant.get<WorkOrder>(tenant.keys.order(ORDER));
      assert.deepEqual(
        [order?.status, order?.notes],
        ["RUNNING", "Größe geprüft ✓"],
      );
      const lead = await tenant.get<Lead>(tenant.keys.lead(LEAD));
      assert.equal(lead?.fields.address, "Lindenweg 4");
      const there = await completeBlobs(tenant, ORDER);
      assert.equal(there.size, pictures);
      assert.deepEqual(
        Object.keys(order?.photos ?? {}).sort(),
        [
          ...there,
        ].sort(),
      );
    }));
}
