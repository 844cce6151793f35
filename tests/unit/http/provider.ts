import assert from "node:assert/strict";
import type { AuditRow } from "../../../lib/store/audit.ts";
import { globalKeys, tenantKeys } from "../../../lib/store/keys.ts";
import type { Store } from "../../../lib/store/store.ts";
import { putTenant, type TenantRow } from "../../../lib/store/tenants.ts";
import { keepLead, newCompany } from "../builders.ts";
import { problemOf, withDoor } from "../door.ts";
import { join, newOperator } from "../members.ts";

async function tenantOf(store: Store, id: string): Promise<TenantRow> {
  const row = await store.get<TenantRow>(globalKeys.tenant(id));
  if (!row) throw new Error("There is no such tenant");
  return row;
}

/** What the audit of the operator's org says of suspending and resuming. */
async function standingsAudited(store: Store, orgId: string) {
  const rows = await store.list<AuditRow>({
    prefix: tenantKeys(orgId).audits(),
  });
  return rows.flatMap(({ value }) =>
    value.entries.filter(({ action }) =>
      action === "tenant.suspend" || action === "tenant.resume"
    ).map(({ action, recordId }) => [action, recordId, value.actor])
  );
}

Deno.test("the provider lists tenants, newest first, page by page, in no more reads than rows", () =>
  withDoor(async (door) => {
    const { store } = door;
    const operator = await newOperator(store);
    const as = await join(store, operator, "PROVIDER", "ADMIN");
    const { owner } = await newCompany(store, "First of all");
    const first = await tenantOf(store, owner.tenantId);
    for (let at = 0; at < 119; at++) {
      const tx = store.transaction();
      const createdAt = new Date(Date.parse(first.createdAt) + 1000 + at * 1000)
        .toISOString();
      putTenant(tx, {
        ...first,
        id: `${first.id.slice(0, -3)}${String(at).padStart(3, "0")}`,
        company: `Company ${at}`,
        createdAt,
      });
      await tx.commit();
    }
    const cookie = await door.cookieOf(as);
    const seen: string[] = [];
    let path: string | null = "/provider/tenants";
    while (path !== null) {
      const before = store.counts.keysRead;
      const answer = await door.ask("GET", path, { cookie });
      const read = store.counts.keysRead - before;
      const text = await answer.text();
      assert.equal(answer.status, 200);
      assert.ok(read <= 51 + 5, `${read} keys`);
      seen.push(
        ...[...text.matchAll(/href="\/provider\/tenants\/\w+">([^<]+)</g)].map(
          ([, name]) => name as string,
        ),
      );
      const next = /href="(\/provider\/tenants\?cursor=[^"]+)"/.exec(text)?.[1];
      path = next?.replaceAll("&amp;", "&") ?? null;
    }
    assert.deepEqual(seen, [
      ...Array.from({ length: 119 }, (_, at) => `Company ${118 - at}`),
      "First of all",
    ]);
    // The operator's own tenant is no customer.
    assert.ok(!seen.includes(operator.company));
  }));

Deno.test("support sees tenants without their plan, and cannot suspend one", () =>
  withDoor(async (door) => {
    const { store } = door;
    const operator = await newOperator(store);
    const { owner, tenant } = await newCompany(store, "Alder Heating");
    await keepLead(tenant, { fields: { name: "CANARYLEAD" } });
    const [admin, support] = [
      await join(store, operator, "PROVIDER", "ADMIN"),
      await join(store, operator, "PROVIDER", "SUPPORT"),
    ];
    const { externalCustomerId } = await tenantOf(store, owner.tenantId);
    const one = `/provider/tenants/${owner.tenantId}`;
    for (
      const path of [
        `/tenant/${operator.tenantId}/provider/dashboard`,
        "/provider/tenants",
        one,
      ]
    ) {
      for (const as of [admin, support]) {
        const answer = await door.ask("GET", path, { as });
        const text = await answer.text();
        assert.equal(answer.status, 200, path);
        assert.ok(text.includes("Alder Heating") && text.includes("HVAC"));
        const all = as === admin;
        assert.equal(/Starter|Plan</.test(text), all, `${path} ${as.name}`);
        assert.equal(text.includes(externalCustomerId), all && path === one);
        assert.equal(text.includes("Suspend this tenant"), all && path === one);
        for (const secret of ["CANARYLEAD", owner.orgId, owner.name]) {
          assert.ok(!text.includes(secret), `${path} ${secret}`);
        }
      }
    }
    const refused = await door.ask("POST", one, {
      as: support,
      form: { action: "suspend" },
    });
    assert.equal(refused.status, 403);
    await refused.body?.cancel();
    assert.equal((await tenantOf(store, owner.tenantId)).status, "active");
  }));

Deno.test("a suspended tenant is stopped at its next request and goes on when it is let, audited once each", () =>
  withDoor(async (door) => {
    const { store } = door;
    const operator = await newOperator(store);
    const admin = await join(store, operator, "PROVIDER", "ADMIN");
    const company = await newCompany(store);
    const other = await newCompany(store, "Not concerned");
    const { owner } = company;
    const path = `/provider/tenants/${owner.tenantId}`;
    const statusOf = async (as: typeof owner) => {
      const answer = await door.ask("GET", "/api/client/leads", { as });
      await answer.body?.cancel();
      return answer.status;
    };
    const set = async (action: string) => {
      door.now += 1000;
      const answer = await door.ask("POST", path, {
        as: admin,
        form: { action },
      });
      await answer.body?.cancel();
      return [answer.status, answer.headers.get("location")];
    };
    assert.equal(await statusOf(owner), 200);
    assert.deepEqual(await set("suspend"), [303, path]);
    assert.equal(await statusOf(owner), 401);
    assert.equal(await statusOf(other.owner), 200);
    const page = await (await door.ask("GET", path, { as: admin })).text();
    assert.ok(page.includes("Suspended") && page.includes("Let it go on"));
    // The list's row says the same as the record.
    const [row] = await store.list<TenantRow>({
      prefix: globalKeys.tenantsByCreated(),
    });
    assert.equal(
      row?.value.status,
      (await tenantOf(store, row?.value.id ?? "")).status,
    );
    // Sent twice: so it is already.
    assert.deepEqual(await set("suspend"), [303, path]);
    assert.deepEqual(await set("resume"), [303, path]);
    assert.equal(await statusOf(owner), 200);
    assert.deepEqual(await standingsAudited(store, operator.orgId), [
      ["tenant.suspend", owner.tenantId, admin.id],
      ["tenant.resume", owner.tenantId, admin.id],
    ]);
    assert.deepEqual(await standingsAudited(store, owner.orgId), []);
  }));

Deno.test("the operator's own tenant is never suspended, and bad asks change nothing", () =>
  withDoor(async (door) => {
    const { store } = door;
    const operator = await newOperator(store);
    const as = await join(store, operator, "PROVIDER", "ADMIN");
    const { owner } = await newCompany(store);
    const ask = async (id: string, form: Record<string, string>) => {
      const answer = await door.ask("POST", `/provider/tenants/${id}`, {
        as,
        form,
      });
      return [answer.status, await answer.text()] as const;
    };
    const [status, text] = await ask(operator.tenantId, { action: "suspend" });
    assert.equal(status, 422);
    assert.ok(text.includes("cannot be suspended"));
    assert.equal((await ask(owner.tenantId, {}))[0], 400);
    assert.equal((await ask(owner.tenantId, { action: "delete" }))[0], 400);
    for (const id of ["ten_01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", owner.orgId]) {
      assert.equal((await ask(id, { action: "suspend" }))[0], 404, id);
      const answer = await door.ask("GET", `/provider/tenants/${id}`, { as });
      assert.equal(answer.status, 404, id);
      await answer.body?.cancel();
    }
    for (const id of [operator.tenantId, owner.tenantId]) {
      assert.equal((await tenantOf(store, id)).status, "active");
    }
    assert.deepEqual(await standingsAudited(store, operator.orgId), []);
  }));

Deno.test("each space's pages are its own: others land on their dashboard, and their APIs answer 403", () =>
  withDoor(async (door) => {
    const { store } = door;
    const operator = await newOperator(store);
    const { owner } = await newCompany(store);
    const people = [
      owner,
      await join(store, operator, "PROVIDER", "SUPPORT"),
      await join(store, operator, "DEVELOPER", "OBSERVER"),
      await join(store, owner, "ACCOUNTING", "CLERK"),
    ];
    const homes = [
      ["CLIENT", "/client/orders"],
      ["PROVIDER", "/provider/tenants"],
      ["DEVELOPER", "/dev/sync"],
      ["ACCOUNTING", "/accounting/hours"],
    ] as const;
    for (const as of people) {
      for (const [space, path] of homes) {
        const answer = await door.ask("GET", path, { as });
        const text = await answer.text();
        if (as.space !== space) {
          assert.equal(answer.status, 303, `${as.name} ${path}`);
          const to = answer.headers.get("location") ?? "";
          const home = await door.ask("GET", to, { as });
          assert.equal(home.status, 200, `${as.name} ${to}`);
          await home.body?.cancel();
          continue;
        }
        assert.equal(answer.status, 200, `${as.name} ${path}`);
        const links = [...text.matchAll(/href="(\/[^"?#]*)/g)].map(([, href]) =>
          href as string
        );
        const foreign = homes.filter(([other]) => other !== space).map((
          [, home],
        ) => `/${home.split("/")[1]}/`);
        assert.deepEqual(
          links.filter((href) => foreign.some((at) => href.startsWith(at))),
          [],
        );
      }
      if (as.space !== "ACCOUNTING") {
        const answer = await door.ask("GET", "/api/accounting/hours", { as });
        assert.equal((await problemOf(answer)).code, "wrong-space");
      }
    }
  }));
