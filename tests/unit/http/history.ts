import assert from "node:assert/strict";
import { stepWords } from "../../../components/history_words.ts";
import { type HistoryRow, seenStep } from "../../../lib/model/history.ts";
import type { Me } from "../../../lib/model/spaces.ts";
import type { WorkOrder } from "../../../lib/model/work_order.ts";
import { putLead } from "../../../lib/store/leads.ts";
import { putOrder } from "../../../lib/store/work_orders.ts";
import {
  type Company,
  hire,
  HOUR,
  keepLead,
  keepOrder,
  MONDAY,
  newCompany,
} from "../builders.ts";
import { Device } from "../device.ts";
import { type Door, withDoor } from "../door.ts";
import { DOT, keepPicture } from "../picture.ts";

/** The words of a page's content, as they are read one after the other. */
const wordsOf = (html: string) =>
  (/<main.*<\/main>/s.exec(html)?.[0] ?? "").replace(/<svg.*?<\/svg>/gs, "")
    .replace(/<[^>]+>/g, " ").replaceAll("&quot;", '"')
    .replace(/\s+/g, " ");

async function read(door: Door, path: string, as: Me): Promise<string> {
  const answer = await door.ask("GET", path, { as });
  const html = await answer.text();
  assert.equal(answer.status, 200, html.slice(0, 300));
  return html;
}

/** Changes an order in somebody's name. */
async function change(
  { tenant }: Company,
  order: WorkOrder,
  by: Me,
  fields: Partial<WorkOrder>,
  more: { believedAt?: string; discarded?: Record<string, string> } = {},
): Promise<WorkOrder> {
  const next = { ...order, ...fields, version: order.version + 1 };
  const at = new Date(MONDAY).toISOString();
  const tx = tenant.transaction();
  putOrder(tx, order, next, { by: by.id, at, believedAt: at, ...more });
  assert.ok(await tx.commit());
  return next;
}

Deno.test("the history of an order says who changed what from what, and what was not taken, the newest first", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const { owner } = company;
    const mateo = await hire(company, "WORKER", "Mateo Alvarez");
    const signe = await hire(company, "WORKER", "Signe Brandt");
    const checklist = [
      { id: "power", label: "Unit off", required: true, done: false },
    ];
    let order = await keepOrder(company.tenant, {
      assigneeId: mateo.id,
      checklist,
    });
    const believedAt = new Date(MONDAY - HOUR).toISOString();
    order = await change(company, order, mateo, {
      notes: "Loud",
      status: "RUNNING",
      checklist: checklist.map((item) => ({ ...item, done: true })),
    }, { believedAt, discarded: { notes: "Quiet <b>now</b>" } });
    order = await change(company, order, owner, {
      assigneeId: signe.id,
      day: "2026-11-24",
    });
    const phone = new Device(company, mateo);
    await phone.sync([
      phone.op({
        route: `/api/client/work-orders/${order.id}`,
        method: "PATCH",
        payload: { fields: { notes: "Pump replaced" } },
      }, { base: { version: 2 } }),
    ]);

    const path = `/client/orders/${order.id}/history`;
    const html = await read(door, path, await hire(company, "DISPATCHER"));
    const text = wordsOf(html);
    const steps = [
      "Sent too late by Mateo Alvarez 23 Nov 2026, 10:00 The order was Signe Brandt’s by then. " +
      "Nothing of this was taken over. Not taken Notes: Pump replaced",
      "Changed by Olga of Alder Heating 23 Nov 2026, 10:00 " +
      "Day: Mon 23 November 2026 → now Tue 24 November 2026 " +
      "Worker: Mateo Alvarez → now Signe Brandt",
      "Changed by Mateo Alvarez 23 Nov 2026, 10:00 Done 23 Nov 2026, 09:00, received later. " +
      "State of the order: Planned → now Running " +
      "Notes: nothing → now Loud Unit off: No → now Yes " +
      "Not taken Notes: Quiet &lt;b>now&lt;/b>",
      "Made by somebody who left",
    ];
    let at = 0;
    for (const step of steps) {
      const found = text.indexOf(step, at);
      assert.ok(found >= 0, `${step}\n\n${text}`);
      at = found;
    }
    assert.ok(!html.includes("<b>now</b>"));
    assert.ok(!/usr_|cursor=/.test(text));
  }));

Deno.test("a worker reads the history of the own order without colleagues' names, and of another's nothing", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const mateo = await hire(company, "WORKER", "Mateo Alvarez");
    const signe = await hire(company, "WORKER", "Signe Brandt");
    const order = await keepOrder(company.tenant, { assigneeId: mateo.id });
    const path = `/client/orders/${order.id}/history`;
    const own = await door.ask("GET", path, { as: mateo });
    assert.equal(own.status, 200);
    await own.body?.cancel();
    await change(company, order, company.owner, { assigneeId: signe.id });
    const lost = await door.ask("GET", path, { as: mateo });
    assert.equal(lost.status, 403);
    await lost.body?.cancel();
    const text = wordsOf(await read(door, path, signe));
    assert.ok(
      text.includes("Changed by a colleague") &&
        text.includes("Worker: a colleague → now you"),
      text,
    );
    assert.ok(!/Mateo|Olga|usr_/.test(text), text);
  }));

Deno.test("a lead's history has the labels of the company's form, and what somebody gave up in a merge", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const { tenant, owner } = company;
    const lead = await keepLead(tenant);
    const mateo = await hire(company, "WORKER", "Mateo Alvarez");
    const at = new Date(MONDAY).toISOString();
    const tx = tenant.transaction();
    putLead(tx, lead, { ...lead, version: 2 }, {
      by: mateo.id,
      at,
      believedAt: at,
      discarded: { phone: "555 7001", step: "call" },
    });
    await tx.commit();
    const path = `/client/leads/${lead.id}/history`;
    const text = wordsOf(await read(door, path, owner));
    assert.ok(
      text.includes(
        "Decided by Mateo Alvarez 23 Nov 2026, 10:00 Not taken Phone: 555 7001 Not taken Next step: ",
      ),
      text,
    );
    assert.ok(text.includes("Phone: 0171 234567"), text);
  }));

Deno.test("pictures that were removed can still be looked at, those that never came are only named", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const { tenant, owner } = company;
    const value = `image/jpeg ${DOT.about.size}`;
    const gone = "g".repeat(43);
    let order = await keepOrder(tenant, {
      photos: { [DOT.hash]: value, [gone]: value },
    });
    await keepPicture(tenant, owner, order.id, DOT);
    order = await change(company, order, owner, { photos: {} });
    const html = await read(door, `/client/orders/${order.id}/history`, owner);
    const blobs = `/api/client/work-orders/${order.id}/blobs/`;
    assert.ok(html.includes(`href="${blobs}${DOT.hash}"`));
    assert.ok(!html.includes(`${blobs}${gone}`));
  }));

Deno.test("a history is read page by page, each step once, and no row that is not shown", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const { tenant, owner } = company;
    const mateo = await hire(company, "WORKER", "Mateo Alvarez");
    const signe = await hire(company, "WORKER", "Signe Brandt");
    let order = await keepOrder(tenant, { assigneeId: mateo.id, notes: "W0" });
    for (let n = 1; n <= 30; n++) {
      order = await change(company, order, mateo, { notes: `W${n}` });
    }
    order = await change(company, order, owner, { assigneeId: signe.id });
    const phone = new Device(company, mateo);
    const keys = ["k".repeat(100), "l".repeat(100)];
    await phone.sync(
      Array.from({ length: 30 }, (_, n) =>
        phone.op({
          route: `/api/client/work-orders/${order.id}`,
          method: "PATCH",
          payload: { fields: { notes: `L${n}` } },
        }, {
          base: { version: 31 },
          // The longest that a key can be, also as a cursor.
          key: `${keys[n % 2]?.slice(2)}${String(n).padStart(2, "0")}`,
        })),
    );
    const cookie = await door.cookieOf(owner);
    const late: string[] = [];
    const notes: string[] = [];
    const record = `/client/orders/${order.id}/history`;
    let path: string | null = record;
    let pages = 0;
    while (path !== null) {
      const before = door.store.counts.keysRead;
      const html: string = await (await door.ask("GET", path, { cookie }))
        .text();
      // 21 steps, the order, three people, the session, its membership, tenant and org.
      const reads = door.store.counts.keysRead - before;
      assert.ok(reads <= 21 + 1 + 3 + 5, `${reads}`);
      const text = wordsOf(html);
      late.push(...[...text.matchAll(/Notes: (L\d+)/g)].map(([, n = ""]) => n));
      notes.push(
        ...[...text.matchAll(/(?:now|Notes:) (W\d+\b)(?! →)/g)]
          .map(([, n = ""]) => n),
      );
      const next: string | undefined = /href="([^"]*\?cursor=[^"]+)"/
        .exec(html)?.[1];
      path = next?.replaceAll("&amp;", "&") ?? null;
      assert.ok(path === null || path.startsWith(`${record}?`), String(path));
      pages++;
    }
    assert.equal(pages, 4);
    assert.equal(new Set(late).size, 30);
    assert.equal(late.length, 30);
    assert.deepEqual(
      notes,
      Array.from({ length: 31 }, (_, n) => `W${30 - n}`),
    );
    const beyond = await read(door, `${record}?cursor=%5B0%5D`, owner);
    assert.ok(wordsOf(beyond).includes("No more steps"));
  }));

Deno.test("pages that the server renders lead to the history, also without scripts", () =>
  withDoor(async (door) => {
    const company = await newCompany(door.store);
    const order = await keepOrder(company.tenant);
    const lead = await keepLead(company.tenant);
    const ways: [path: string, to: string][] = [
      [`/client/orders/${order.id}`, `/client/orders/${order.id}/history`],
      [`/client/orders/${order.id}/plan`, `/client/orders/${order.id}/history`],
      [`/client/leads/${lead.id}`, `/client/leads/${lead.id}/history`],
    ];
    for (const [path, to] of ways) {
      const html = await read(door, path, company.owner);
      assert.ok(html.includes(`href="${to}"`), path);
    }
  }));

const STEP: HistoryRow = {
  by: "usr_a",
  at: "2026-11-23T09:00:00.000Z",
  believedAt: "2026-11-23T09:00:00.000Z",
  changed: {
    phone: { from: null, to: "555" },
    notes: { from: "a", to: "b" },
  },
  discarded: { phone: "556", notes: "c" },
  late: { assigneeId: null, fields: { phone: "557", notes: "d" } },
};

Deno.test("a mask of the record holds for what its fields were, what lost, and what came too late", () => {
  const seen = seenStep(STEP, (field) => field === "notes");
  assert.ok(!/55\d/.test(JSON.stringify(seen)));
  assert.deepEqual(seen, {
    ...STEP,
    changed: { notes: { from: "a", to: "b" } },
    discarded: { notes: "c" },
    late: { assigneeId: null, fields: { notes: "d" } },
  });
  const { late: _late, discarded: _discarded, ...plain } = STEP;
  assert.deepEqual(seenStep(plain, () => false), { ...plain, changed: {} });
});

Deno.test("whose an order was when something came too late is said from where the reader stands", () => {
  const tongue = {
    kind: "order",
    me: { id: "usr_me", timeZone: "UTC" },
    names: { usr_a: "Ada" },
    seesNames: true,
    label: (name: string) => name,
    words: (_name: string, value: unknown) => String(value),
    hrefOf: () => undefined,
  };
  const whose = (assigneeId: string | null) =>
    stepWords(tongue, {
      ...STEP,
      changed: {},
      late: { assigneeId, fields: {} },
    }, false).notes[0];
  assert.deepEqual(["usr_me", "usr_a", "usr_z", null].map(whose), [
    "The order was yours by then. Nothing of this was taken over.",
    "The order was Ada’s by then. Nothing of this was taken over.",
    "The order was somebody who left’s by then. Nothing of this was taken over.",
    "The order was nobody’s by then. Nothing of this was taken over.",
  ]);
});
