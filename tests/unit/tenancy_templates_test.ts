import assert from "node:assert/strict";
import { checkForm, formFields } from "../../lib/model/form.ts";
import type { Lead, LeadRow } from "../../lib/model/lead.ts";
import type { WorkOrder } from "../../lib/model/work_order.ts";
import { globalKeys } from "../../lib/store/keys.ts";
import { readSettings } from "../../lib/store/settings.ts";
import type { Store } from "../../lib/store/store.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import type { IndustryTemplate } from "../../lib/store/tenants.ts";
import { addTemplate } from "../../lib/tenancy/add_template.ts";
import { listTrades } from "../../lib/tenancy/list_trades.ts";
import {
  InvalidTemplate,
  newestTemplate,
} from "../../lib/tenancy/newest_template.ts";
import { seedTemplates } from "../../lib/tenancy/seed_templates.ts";
import { industryTemplate } from "../../lib/tenancy/template_schema.ts";
import { TEMPLATES } from "../../lib/tenancy/templates/all.ts";
import { withStore } from "./builders.ts";
import { registered, registration } from "./registration.ts";

const [HVAC] = TEMPLATES as [IndustryTemplate];

/** An operator's own edition of a template, or trade. */
const edition = (over: Partial<IndustryTemplate> = {}): IndustryTemplate => ({
  ...structuredClone(HVAC),
  version: HVAC.version + 1,
  title: "Heating, as the operator likes it",
  ...over,
});

const put = async (
  store: Store,
  key: readonly [string, number],
  value: unknown,
) => {
  const tx = store.transaction();
  tx.set(globalKeys.template(...key), value);
  await tx.commit();
};

Deno.test("six trades can be chosen", () => {
  assert.deepEqual(TEMPLATES.map(({ industry }) => industry).sort(), [
    "cleaning",
    "electrical",
    "hvac",
    "landscaping",
    "plumbing",
    "security",
  ]);
});

/** How many of the names stand in one list only. */
const apart = (a: readonly string[], b: readonly string[]) =>
  a.filter((name) => !b.includes(name)).length +
  b.filter((name) => !a.includes(name)).length;

for (const [i, one] of TEMPLATES.entries()) {
  for (const other of TEMPLATES.slice(i + 1)) {
    Deno.test(`${one.industry} and ${other.industry} ask for other things, and check other things`, () => {
      const fields = (template: IndustryTemplate) =>
        formFields(template.leadForm).map(({ name }) => name);
      const kinds = (template: IndustryTemplate) =>
        template.orderKinds.map(({ checklist }) =>
          checklist.map(({ label }) => label).join("|")
        );
      const required = (template: IndustryTemplate) =>
        template.orderKinds.flatMap(({ checklist }) =>
          checklist.filter((item) => item.required).map(({ label }) => label)
        );
      assert.ok(apart(fields(one), fields(other)) >= 3);
      assert.ok(apart(kinds(one), kinds(other)) >= 1);
      assert.ok(apart(required(one), required(other)) >= 1);
      assert.notDeepEqual(one.leadForm.columns, other.leadForm.columns);
      assert.notDeepEqual(one.sample, other.sample);
    });
  }
}

for (const template of TEMPLATES) {
  Deno.test(`a new company finds a sample lead and the order that came of it, and both say so (${template.industry})`, () =>
    withStore(async (store) => {
      const { orgId, ownerId } = await registered(
        store,
        registration({ industry: template.industry }),
      );
      const tenant = new TenantStore(store, orgId);
      const { keys } = tenant;
      const [lead, ...otherLeads] = await tenant.list<Lead>({
        prefix: ["org", orgId, "leads"],
      });
      const [order, ...otherOrders] = await tenant.list<WorkOrder>({
        prefix: ["org", orgId, "work_orders"],
      });
      assert.ok(lead && order);
      assert.deepEqual([otherLeads, otherOrders], [[], []]);
      const { fields } = lead.value;
      assert.deepEqual(checkForm(template.leadForm, fields), []);
      assert.match(String(fields.name), /^Sample: /);
      assert.match(String(fields.need), /is a sample/);
      assert.match(order.value.title, /^Sample: /);
      assert.match(String(order.value.brief), /is a sample/);
      assert.equal(order.value.day, "2026-11-24");
      assert.ok(order.value.checklist.some((item) => item.required));
      assert.equal(lead.value.createdBy, ownerId);
      const [row] = await tenant.list<LeadRow>({
        prefix: keys.leadsByUpdated(),
      });
      assert.deepEqual(
        Object.keys(row?.value.more ?? {}),
        template.leadForm.columns,
      );
      assert.equal(
        (await tenant.list({ prefix: keys.ordersByDay() })).length,
        1,
      );
      assert.equal(await tenant.get(keys.lastOrderNumber()), 1001);
    }));
}

Deno.test("an operator's edition and an operator's own trade need no code: the next company has them", () =>
  withStore(async (store) => {
    const before = await registered(store);
    await addTemplate(store, edition());
    await addTemplate(
      store,
      edition({
        industry: "roofing",
        version: 1,
        title: "Roofs",
      }),
    );
    const titleOf = async (orgId: string) =>
      (await readSettings(new TenantStore(store, orgId))).template.title;
    const after = await registered(
      store,
      registration({ externalCustomerId: "customer-2", owner: null }),
    );
    const roofer = await registered(
      store,
      registration({
        externalCustomerId: "customer-3",
        industry: "roofing",
        owner: null,
      }),
    );
    assert.deepEqual(
      [
        await titleOf(before.orgId),
        await titleOf(after.orgId),
        await titleOf(roofer.orgId),
      ],
      [HVAC.title, "Heating, as the operator likes it", "Roofs"],
    );
    const trades = await listTrades(store, assert.fail);
    assert.equal(trades.length, TEMPLATES.length + 1);
    assert.deepEqual(trades[0], {
      industry: "hvac",
      title: "Heating, as the operator likes it",
    });
    assert.deepEqual(trades.at(-1), { industry: "roofing", title: "Roofs" });
  }));

Deno.test("an older edition in the store gives way to what the product brings, and stays", () =>
  withStore(async (store) => {
    const old = edition({ version: HVAC.version - 1 });
    await put(store, ["hvac", old.version], old);
    await registered(store);
    assert.deepEqual(
      await store.get(globalKeys.template("hvac", HVAC.version)),
      HVAC,
    );
    assert.deepEqual(
      await store.get(globalKeys.template("hvac", old.version)),
      old,
    );
  }));

Deno.test("a template of the store that cannot be used is refused by name, never used, and hides no other trade", () =>
  withStore(async (store) => {
    const broken: unknown[] = [
      { industry: "hvac" },
      edition({ version: 99, orderKinds: [] }),
      edition({ version: 98 }),
      edition({ version: 99, industry: "plumbing" }),
      "text",
    ];
    for (const value of broken) {
      await put(store, ["hvac", 99], value);
      await assert.rejects(registered(store), (error: Error) => {
        assert.ok(error instanceof InvalidTemplate);
        assert.match(error.message, /hvac 99/);
        return true;
      });
      const told: string[] = [];
      const trades = await listTrades(
        store,
        ({ message }) => told.push(message),
      );
      assert.equal(trades.length, TEMPLATES.length - 1);
      assert.equal(told.length, 1);
    }
    assert.deepEqual(await store.list({ prefix: ["tenants"] }), []);
  }));

Deno.test("the setup seeds what is missing, and leaves an operator's editions alone", () =>
  withStore(async (store) => {
    const mine = edition();
    await addTemplate(store, mine);
    const newest = await seedTemplates(store);
    assert.deepEqual(
      newest.map(({ industry, version }) => [industry, version]),
      TEMPLATES.map(({ industry, version }) => [
        industry,
        industry === "hvac" ? mine.version : version,
      ]),
    );
    const commits = store.counts.commits;
    const rows = await store.list({ prefix: globalKeys.templates() });
    await seedTemplates(store);
    assert.deepEqual(
      await store.list({ prefix: globalKeys.templates() }),
      rows,
    );
    assert.ok(store.counts.commits >= commits);
  }));

Deno.test("an edition that stands is never written over", () =>
  withStore(async (store) => {
    await addTemplate(store, edition());
    for (const version of [HVAC.version + 1, HVAC.version, 1]) {
      await assert.rejects(
        addTemplate(store, edition({ version, title: "Another" })),
        InvalidTemplate,
      );
    }
    assert.deepEqual(
      (await newestTemplate(store, "hvac"))?.template,
      edition(),
    );
  }));

Deno.test("what a template's parts do not agree on is named", () => {
  const [kind] = HVAC.orderKinds;
  assert.ok(kind);
  const [item] = kind.checklist;
  assert.ok(item);
  const { sections } = HVAC.leadForm;
  const wrong: [Partial<IndustryTemplate>, RegExp][] = [
    [{ leadForm: { sections: [...sections, ...sections] } }, /one name/],
    [{ leadForm: { sections: sections.slice(1) } }, /need a field name/],
    [{ leadForm: { sections, columns: ["nothing"] } }, /cannot show nothing/],
    [{ leadForm: { sections, columns: ["need"] } }, /cannot show need/],
    [{
      leadForm: {
        sections: [...sections, {
          title: "More",
          fields: [{
            name: "story",
            label: "Story",
            kind: "textarea",
            maxLength: 2000,
          }],
        }],
      },
    }, /7000 at most/],
    [{
      orderKinds: Array.from({ length: 50 }, (_, i) => ({
        ...kind,
        id: `kind${i}`,
        title: "x".repeat(200),
        checklist: Array.from({ length: 3 }, (_, j) => ({
          id: `item${j}`,
          label: "x".repeat(200),
          required: true,
        })),
      })),
    }, /too long/],
    [{ orderKinds: [kind, kind] }, /one id/],
    [{ orderKinds: [{ ...kind, checklist: [item, item] }] }, /one id/],
    [
      { sample: { ...HVAC.sample, lead: { ...HVAC.sample.lead, step: "x" } } },
      /Choose one/,
    ],
    [
      { sample: { ...HVAC.sample, lead: { ...HVAC.sample.lead, more: 1 } } },
      /no such field/,
    ],
    [
      {
        sample: {
          ...HVAC.sample,
          order: { ...HVAC.sample.order, kind: "party" },
        },
      },
      /no such kind/,
    ],
  ];
  for (const [over, words] of wrong) {
    const parsed = industryTemplate.safeParse(edition(over));
    assert.ok(!parsed.success);
    assert.match(JSON.stringify(parsed.error.issues), words);
  }
});
