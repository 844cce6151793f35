import assert from "node:assert/strict";
import { auditWords } from "../../../components/audit_words.ts";
import { PROBLEMS } from "../../../lib/model/problem.ts";
import { putAudit } from "../../../lib/store/audit.ts";
import { INSTANCE_LOG } from "../../../lib/store/keys.ts";
import { TenantStore } from "../../../lib/store/tenant_store.ts";
import {
  blankAudit,
  hire,
  leadFields,
  newCompany,
  newId,
} from "../builders.ts";
import { withDoor } from "../door.ts";
import { join, newOperator } from "../members.ts";

const wordsOf = (html: string) =>
  html.replace(/<[^>]+>/g, " ").replace(/&#39;/g, "'").replace(/\s+/g, " ");

Deno.test("an owner reads who did what in plain words, with the refused and the request's id, and nobody else does", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const other = await newCompany(door.store, "CANARY Heating");
    const { owner } = company;
    const worker = await hire(company, "WORKER", "Wanda Worker");
    const clerk = await join(door.store, owner, "ACCOUNTING", "CLERK");
    await (await door.ask("POST", "/api/client/leads", {
      as: other.owner,
      json: { id: newId("lead"), fields: leadFields() },
    })).body?.cancel();
    const id = newId("lead");
    door.now += 1000;
    const made = await door.ask("POST", "/api/client/leads", {
      as: worker,
      json: { id, fields: leadFields() },
    });
    assert.equal(made.status, 201);
    const requestId = made.headers.get("x-request-id") ?? "";
    await made.body?.cancel();
    door.now += 1000;
    await (await door.ask("GET", "/client/leads", { as: clerk })).body
      ?.cancel();
    door.now += 1000;
    const answer = await door.ask("GET", "/client/audit", { as: owner });
    const html = await answer.text();
    assert.equal(answer.status, 200);
    const text = wordsOf(html);
    const at = "23 Nov 2026, 10:00:01";
    assert.ok(
      text.includes(
        `${at} Wanda Worker made a lead ${id} Done Not yet ${requestId}`,
      ),
      text,
    );
    assert.ok(html.includes(`href="/client/leads/${id}"`));
    assert.ok(
      text.includes("Mo the clerk tried a page of another space Refused"),
      text,
    );
    assert.ok(text.includes("opened the account"));
    assert.ok(
      text.indexOf("another space") < text.indexOf("made a lead"),
      "the newest first",
    );
    assert.ok(!html.includes("CANARY") && !html.includes(other.owner.id));
    for (const role of ["MANAGER", "DISPATCHER", "WORKER"] as const) {
      const as = await hire(company, role);
      const refused = await door.ask("GET", "/client/audit", { as });
      assert.equal(refused.status, 403, role);
      await refused.body?.cancel();
      const page = await (await door.ask("GET", "/client/leads", { as }))
        .text();
      assert.ok(!page.includes("/client/audit"), role);
    }
    const page = await (await door.ask("GET", "/client/leads", { as: owner }))
      .text();
    assert.ok(page.includes('href="/client/audit"'));
  }));

Deno.test("the log is read page by page, each record once, in bounded reads", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const { tenant, owner } = company;
    const people = [];
    for (let at = 0; at < 60; at++) people.push(await hire(company, "WORKER"));
    const requests: string[] = [];
    for (let at = 0; at < 120; at++) {
      const tx = tenant.transaction();
      const requestId = `REQ${String(at).padStart(4, "0")}`;
      requests.unshift(requestId);
      putAudit(tx, {
        ...blankAudit(),
        requestId,
        actor: people[at % 60]?.id ?? null,
        space: "CLIENT",
        entries: [{ action: "forbidden", status: 403 }],
        count: 1,
      });
      await tx.commit();
    }
    const cookie = await door.cookieOf(owner);
    const seen: string[] = [];
    let path: string | null = "/client/audit";
    while (path !== null) {
      const before = door.store.counts.keysRead;
      const html: string = await (await door.ask("GET", path, { cookie }))
        .text();
      // 51 records, the names of at most 50 people in two spaces, the feed since the last checkpoint, the session.
      assert.ok(door.store.counts.keysRead - before <= 51 + 100 + 201 + 5);
      assert.ok(!html.includes("Somebody who left"));
      seen.push(...[...html.matchAll(/REQ\d{4}/g)].map(([id]) => id));
      const next: string | undefined = /href="(\/client\/audit\?cursor=[^"]+)"/
        .exec(html)?.[1];
      path = next?.replaceAll("&amp;", "&") ?? null;
    }
    assert.deepEqual(seen, requests);
  }));

Deno.test("engineers read the operator's log and nobody's, never a customer's; observers none", () =>
  withDoor(async (door) => {
    const { store } = door;
    const operator = await newOperator(store);
    const admin = await join(store, operator, "PROVIDER", "ADMIN");
    const as = await join(store, operator, "DEVELOPER", "ENGINEER");
    const { owner } = await newCompany(store, "CANARY Heating");
    await (await door.ask("POST", `/provider/tenants/${owner.tenantId}`, {
      as: admin,
      form: { action: "suspend" },
    })).body?.cancel();
    const nobody = new TenantStore(store, INSTANCE_LOG);
    const tx = nobody.transaction();
    putAudit(tx, {
      ...blankAudit(),
      requestId: "REQNOBODY",
      entries: [{ action: "login.failed", status: 401 }],
      count: 1,
    });
    await tx.commit();
    const read = async (path: string) =>
      wordsOf(await (await door.ask("GET", path, { as })).text());
    const own = await read("/dev/audit");
    assert.ok(
      own.includes(`Mo the admin suspended a tenant ${owner.tenantId} Done`),
      own,
    );
    assert.ok(!own.includes("REQNOBODY") && !own.includes("CANARY"));
    const instance = await read("/dev/audit?show=instance");
    assert.ok(instance.includes("Nobody logged in tried to log in Refused"));
    assert.ok(instance.includes("REQNOBODY") && !instance.includes("CANARY"));
    assert.ok(!instance.includes("suspended a tenant"));
    const observer = await join(store, operator, "DEVELOPER", "OBSERVER");
    const refused = await door.ask("GET", "/dev/audit", { as: observer });
    assert.equal(refused.status, 403);
    await refused.body?.cancel();
  }));

Deno.test("things of one request that are the same are said once, with how often, the refused apart", () => {
  const lead = "lead_01ARZ3NDEKTSV4RRFFQ69G5FAV";
  assert.deepEqual(
    auditWords([
      { action: `PATCH /api/client/leads/${lead}`, status: 200 },
      { action: "POST /api/client/clock-events", status: 201 },
      { action: `PATCH /api/client/leads/${lead}`, status: 200 },
      { action: `PATCH /api/client/leads/${lead}`, status: 409 },
      { action: "DELETE /unheard/of", status: 200 },
    ]).map(({ words, times, refused }) => [words, times, refused]),
    [
      ["changed a lead", 2, false],
      ["pressed the clock", 1, false],
      ["changed a lead", 1, true],
      ["DELETE /unheard/of", 1, false],
    ],
  );
  assert.deepEqual(
    auditWords([{ action: `PATCH /api/client/leads/${lead}`, status: 200 }])[0]
      ?.recordIds,
    [lead],
  );
  // Sent back with a redirect, and refused all the same.
  assert.equal(
    auditWords([{ action: "wrong-space", status: 303 }])[0]?.refused,
    true,
  );
});

Deno.test("every way to be refused for who one is has its words", () => {
  const codes = Object.entries(PROBLEMS).filter(([, status]) => status === 403)
    .map(([code]) => code);
  for (const action of [...codes, "login.failed"]) {
    const [said] = auditWords([{ action, status: 403 }]);
    assert.ok(said?.refused && said.words !== action, action);
  }
});
