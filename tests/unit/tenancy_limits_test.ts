import assert from "node:assert/strict";
import { formFields, longest } from "../../lib/model/form.ts";
import type { Lead } from "../../lib/model/lead.ts";
import { putLead } from "../../lib/store/leads.ts";
import { readSettings } from "../../lib/store/settings.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import type { NewTenant } from "../../lib/tenancy/create_tenant.ts";
import { createOperator } from "../../lib/tenancy/create_operator.ts";
import { PLANS } from "../../lib/tenancy/plans.ts";
import { TEMPLATES } from "../../lib/tenancy/templates/all.ts";
import { blankAudit, INSTANCE_KEY, MONDAY } from "./builders.ts";
import { excesses, withMeasuredStore } from "./measured_store.ts";
import { registered, registration } from "./registration.ts";

const EMAIL = `${"ж".repeat(180)}@alder.example`;

/** A registration with the longest of everything. */
const atItsLongest = (over: Partial<NewTenant> = {}): NewTenant =>
  registration({
    company: "€".repeat(120),
    externalCustomerId: "x".repeat(200),
    timeZone: LONGEST_ZONE,
    owner: { name: "€".repeat(100), email: EMAIL, passwordHash: null },
    ...over,
  });

const LONGEST_ZONE = Intl.supportedValuesOf("timeZone")
  .reduce((a, b) => b.length > a.length ? b : a);

/** What an owner can be: with a password, invited, invited with an account already, or nobody. */
const OWNERS = ["password", "invited", "known", "nobody"] as const;

for (const { industry } of TEMPLATES) {
  for (const plan of PLANS) {
    for (const owner of OWNERS) {
      Deno.test(`the commit of a registration fits every backend, at its largest (${industry}, ${plan}, ${owner})`, () =>
        withMeasuredStore(async (store, sizes) => {
          if (owner === "known") {
            await registered(
              store,
              atItsLongest({ externalCustomerId: "y".repeat(200) }),
            );
          }
          sizes.length = 0;
          const { owner: invited } = atItsLongest();
          await registered(
            store,
            atItsLongest({
              industry,
              plan,
              owner: owner === "nobody" || invited === null ? null : {
                ...invited,
                passwordHash: owner === "password" ? "x".repeat(120) : null,
              },
            }),
          );
          assert.equal(sizes.length, 1);
          for (const size of sizes) {
            assert.deepEqual(excesses(size, "connect"), []);
          }
        }, "connect"));
    }
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

Deno.test("the commit of the operator's setup fits every backend, at its largest", () =>
  withMeasuredStore(async (store, sizes) => {
    sizes.length = 0;
    const made = await createOperator(
      { store, instanceKey: INSTANCE_KEY, now: () => MONDAY },
      {
        company: "€".repeat(120),
        timeZone: LONGEST_ZONE,
        owner: { name: "€".repeat(100), email: EMAIL },
      },
      blankAudit(),
    );
    assert.ok(made.ok);
    assert.equal(sizes.length, 1);
    for (const size of sizes) assert.deepEqual(excesses(size, "connect"), []);
  }, "connect"));
