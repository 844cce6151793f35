import assert from "node:assert/strict";
import { formFields, longest } from "../../lib/model/form.ts";
import type { Lead } from "../../lib/model/lead.ts";
import { putLead } from "../../lib/store/leads.ts";
import { readSettings } from "../../lib/store/settings.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import type { Plan } from "../../lib/store/tenants.ts";
import { TEMPLATES } from "../../lib/tenancy/templates/all.ts";
import { excesses, withMeasuredStore } from "./measured_store.ts";
import { registered, registration } from "./registration.ts";

const PLANS: Plan[] = ["starter", "team", "enterprise"];

for (const { industry } of TEMPLATES) {
  for (const plan of PLANS) {
    Deno.test(`the commit of a registration fits every backend, at its largest (${industry}, ${plan})`, () =>
      withMeasuredStore(async (store, sizes) => {
        sizes.length = 0;
        await registered(
          store,
          registration({
            industry,
            plan,
            company: "€".repeat(120),
            externalCustomerId: "x".repeat(200),
            owner: {
              name: "€".repeat(100),
              email: `${"ж".repeat(180)}@alder.example`,
              passwordHash: "x".repeat(120),
            },
          }),
        );
        assert.equal(sizes.length, 1);
        for (const size of sizes) {
          assert.deepEqual(excesses(size, "connect"), []);
        }
      }));
  }

  Deno.test(`the largest lead that the form of the template accepts fits one row (${industry})`, () =>
    withMeasuredStore(async (store, sizes) => {
      const { orgId } = await registered(store, registration({ industry }));
      const tenant = new TenantStore(store, orgId);
      const { template } = await readSettings(tenant);
      const full = (letter: string) =>
        Object.fromEntries(
          formFields(template.leadForm).map((
            rule,
          ) => [rule.name, letter.repeat(longest(rule))]),
        );
      const lead = (letter: string, version: number): Lead => ({
        v: 1,
        id: "lead_01ARZ3NDEKTSV4RRFFQ69G5FAV",
        orgId,
        version,
        updatedAt: "2026-11-23T09:00:00.000Z",
        createdAt: "2026-11-23T09:00:00.000Z",
        createdBy: "usr",
        assigneeId: null,
        fields: full(letter),
      });
      const author = {
        by: "usr",
        at: "",
        believedAt: "",
        discarded: { need: "€".repeat(15_900) },
      };
      sizes.length = 0;
      const tx = tenant.transaction();
      putLead(tx, lead("€", 1), lead("ж", 2), author);
      assert.equal(await tx.commit(), true);
      for (const size of sizes) assert.deepEqual(excesses(size, "connect"), []);
    }));
}
