import assert from "node:assert/strict";
import type { Lead } from "../../lib/model/lead.ts";
import type { Op } from "../../lib/model/operation.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { Timesheet } from "../../lib/model/timesheet.ts";
import { UNSENT_VERSION } from "../../lib/model/unsent_file.ts";
import type { LedgerRow } from "../../lib/store/ledger.ts";
import { TenantStore } from "../../lib/store/tenant_store.ts";
import {
  type Company,
  DAY,
  hire,
  HOUR,
  keepLead,
  keepOrder,
  MINUTE,
  MONDAY,
  newCompany,
} from "./builders.ts";
import { Device } from "./device.ts";
import {
  importAudits,
  SavingPhone,
  sendFile,
  withPhone,
} from "./saving_phone.ts";

const leadOf = ({ tenant }: Company, id: string) =>
  tenant.get<Lead>(tenant.keys.lead(id));

async function eventsOf({ tenant }: Company, me: Me): Promise<number> {
  const sheets = await tenant.list<Timesheet>({
    prefix: tenant.keys.timesheets(me.id),
  });
  return sheets.reduce((sum, row) => sum + row.value.events.length, 0);
}

Deno.test("a file is looked at without effect, taken in once, and known ever after", () =>
  withPhone(async ({ door, company, worker, dispatcher, phone }) => {
    const lead = await keepLead(company.tenant, { assigneeId: worker.id });
    const stale = await keepLead(company.tenant, {
      assigneeId: worker.id,
      version: 4,
    });
    const others = await keepLead(company.tenant, {
      assigneeId: dispatcher.id,
    });
    const ops = [
      phone.rename(lead.id, "Petra Neumann", { version: 1 }),
      phone.lead("Nora Neu"),
      phone.rename(stale.id, "Too late", { version: 2 }),
      phone.rename(others.id, "Not mine", { version: 1 }),
      phone.clock("in"),
      phone.op({ route: "/api/client/noop", method: "POST", payload: {} }),
    ];
    const file = phone.file(ops);
    await door.cookieOf(dispatcher);
    const commits = door.store.counts.commits;
    const seen = await sendFile(door, dispatcher, "look", file);
    assert.equal(seen.status, 200);
    assert.match(seen.html, /3 changes of Wanda Weber can be taken in/);
    assert.match(seen.html, /1 conflict, 1 refused/);
    assert.match(seen.html, /Changed Petra/);
    assert.match(seen.html, /New lead: Nora Neu/);
    assert.match(seen.html, /Clocked in/);
    assert.match(seen.html, /: Too late/);
    assert.equal(door.store.counts.commits, commits);
    assert.equal((await leadOf(company, lead.id))?.version, 1);

    const taken = await sendFile(door, dispatcher, "take", file);
    assert.match(taken.html, /3 changes of Wanda Weber taken in/);
    const now = await leadOf(company, lead.id);
    assert.deepEqual([now?.version, now?.fields.name], [2, "Petra Neumann"]);
    assert.equal((await leadOf(company, stale.id))?.version, 4);
    assert.equal((await leadOf(company, others.id))?.version, 1);
    assert.equal(await eventsOf(company, worker), 1);

    // Again, at once and when every key has expired.
    for (const at of [door.now, MONDAY + 14 * DAY]) {
      door.now = at;
      const again = await sendFile(door, dispatcher, "take", file);
      assert.match(again.html, /0 changes of Wanda Weber taken in/);
      assert.match(again.html, /3 already there/);
    }
    // And the phone comes back, sends the same, and goes on.
    const next = phone.clock("out");
    const answer = await phone.sync([...ops, next], { now: door.now });
    assert.deepEqual(
      answer.results.map((result) => [result.status, result.replayed ?? false]),
      [[200, true], [201, true], [409, true], [403, true], [201, true], [
        200,
        true,
      ], [201, false]],
    );
    assert.equal(await eventsOf(company, worker), 2);
    assert.equal((await leadOf(company, lead.id))?.version, 2);
  }));

Deno.test("the audit log names who brought a file in and whose work it was; the history names the worker", () =>
  withPhone(async ({ door, company, worker, dispatcher, phone }) => {
    const lead = await keepLead(company.tenant, { assigneeId: worker.id });
    const file = phone.file([
      phone.rename(lead.id, "Petra Neumann", { version: 1 }),
    ]);
    await sendFile(door, dispatcher, "look", file);
    assert.deepEqual(await importAudits(company), []);
    await sendFile(door, dispatcher, "take", file);
    await sendFile(door, dispatcher, "take", file);
    const [record, ...more] = await importAudits(company);
    assert.deepEqual(more, []);
    assert.deepEqual(
      [record?.actor, record?.onBehalfOf, record?.device, record?.closed],
      [dispatcher.id, worker.id, phone.id, true],
    );
    assert.deepEqual(record?.entries, [{
      action: `PATCH /api/client/leads/${lead.id}`,
      recordId: lead.id,
      status: 200,
    }]);
    const { tenant } = company;
    const history = await tenant.get<{ by: string }>(
      tenant.keys.history(lead.id, 2),
    );
    assert.equal(history?.by, worker.id);
    const page = await door.ask("GET", "/client/audit", { as: company.owner });
    assert.match(await page.text(), /Dan Dorn, for Wanda Weber/);
  }));

Deno.test("what a phone sent after it wrote its file is already there", () =>
  withPhone(async ({ door, company, worker, dispatcher, phone }) => {
    const ops = [phone.clock("in"), phone.clock("break"), phone.clock("out")];
    await phone.sync(ops.slice(0, 2));
    const { html } = await sendFile(door, dispatcher, "take", phone.file(ops));
    assert.match(html, /1 change of Wanda Weber taken in/);
    assert.match(html, /2 already there/);
    assert.equal(await eventsOf(company, worker), 3);
  }));

for (const name of ["a copy went on", "the server was restored"]) {
  Deno.test(`a file of a queue of which ${name} is taken in once all the same`, () =>
    withPhone(async ({ door, company, worker, dispatcher, phone }) => {
      const lead = await keepLead(company.tenant, { assigneeId: worker.id });
      if (name === "a copy went on") {
        const copy = new Device(company, worker);
        copy.id = phone.id;
        await copy.sync([copy.lead("Of the copy")]);
      } else phone.seq = 40;
      const first = phone.rename(lead.id, "Petra Neumann", { version: 1 });
      const ops = [
        first,
        phone.rename(lead.id, "Petra N.", { version: 1, after: first.seq }),
        phone.clock("in"),
      ];
      const file = phone.file(ops);
      const seen = await sendFile(door, dispatcher, "look", file);
      assert.match(seen.html, /3 changes of Wanda Weber can be taken in/);
      await sendFile(door, dispatcher, "take", file);
      assert.equal((await leadOf(company, lead.id))?.fields.name, "Petra N.");
      door.now = MONDAY + 5 * DAY;
      const again = await sendFile(door, dispatcher, "take", file);
      assert.match(again.html, /3 already there/);
      assert.equal((await leadOf(company, lead.id))?.version, 3);
      assert.equal(await eventsOf(company, worker), 1);
    }));
}

Deno.test("only an unchanged file of one's own company is looked at, and the field says what is wrong", () =>
  withPhone(async ({ door, company, dispatcher, phone }) => {
    const neighbours = await newCompany(door.store);
    const stranger = await hire(neighbours, "WORKER", "Sam Strange");
    const theirs = new SavingPhone(neighbours, stranger);
    await theirs.logIn();
    const op = phone.lead("Nora Neu");
    const good = phone.file([op]);
    const bad: [unknown, RegExp][] = [
      ["no json", /cannot be read/],
      [{ ...good, format: "other" }, /this is another one/],
      [{ ...good, version: UNSENT_VERSION + 1 }, /Update the server first/],
      [theirs.file([theirs.lead()]), /No phone of this company/],
      // Somebody of another company, under this one's name.
      [
        theirs.file([theirs.lead()], { org: good.org }),
        /No phone of this company/,
      ],
      [{ ...good, user: { ...good.user, id: dispatcher.id } }, /No phone/],
      [{ ...good, ops: [{ ...op, seq: 2 }] }, /was changed/],
      [{ ...good, savedAt: "2026-11-01T00:00:00.000Z" }, /was changed/],
      [
        { ...good, ops: [op, { ...phone.lead(), seq: 9 }] },
        /only a part of it/,
      ],
    ];
    for (const [file, words] of bad) {
      for (const step of ["look", "take"] as const) {
        const { status, html } = await sendFile(door, dispatcher, step, file);
        assert.equal(status, 400);
        assert.match(html, words);
        assert.match(html, /id="f-file-e"/);
      }
    }
    assert.deepEqual(await importAudits(company), []);
    const { tenant } = company;
    const ledger = await tenant.get<LedgerRow>(tenant.keys.ledger(phone.id));
    assert.equal(ledger, null);
  }));

Deno.test("workers may not import, and nothing is taken in for somebody who left", () =>
  withPhone(async ({ door, company, worker, dispatcher, phone }) => {
    const file = phone.file([phone.lead("Nora Neu")]);
    assert.equal((await sendFile(door, worker, "look", file)).status, 403);
    const get = await door.ask("GET", "/client/import", { as: worker });
    assert.equal(get.status, 403);
    await get.body?.cancel();
    const { tenant } = company;
    const key = tenant.keys.member("CLIENT", worker.id);
    const tx = tenant.transaction();
    tx.set(key, { ...await tx.get<object>(key), status: "ended" });
    await tx.commit();
    const { status, html } = await sendFile(door, dispatcher, "take", file);
    assert.equal(status, 400);
    assert.match(html, /does not work here any more/);
  }));

Deno.test("a file of a thousand changes is foreseen as it is then taken in", () =>
  withPhone(async ({ door, dispatcher, worker, company, phone }) => {
    const order = await keepOrder(company.tenant, { assigneeId: worker.id });
    const ops: Op[] = Array.from(
      { length: 997 },
      (_, i) => phone.lead(`Lead ${i}`),
    );
    const start = phone.advance(order.id, "START", { version: 1 });
    const pause = phone.advance(order.id, "PAUSE", {
      version: 1,
      after: start.seq,
    });
    const done = phone.advance(order.id, "DONE", {
      version: 1,
      after: pause.seq,
    });
    const file = phone.file([...ops, start, pause, done]);
    const seen = await sendFile(door, dispatcher, "look", file);
    assert.match(seen.html, /1000 changes of Wanda Weber can be taken in/);
    const taken = await sendFile(door, dispatcher, "take", file);
    assert.match(taken.html, /1000 changes of Wanda Weber taken in/);
  }));

Deno.test("a doubtful time stays a claim: what was done before the file was written is marked", () =>
  withPhone(async ({ door, company, worker, dispatcher, phone }) => {
    const occurredAt = new Date(MONDAY - 20 * MINUTE).toISOString();
    const op = phone.clock("in", {
      occurredAt,
      elapsedMs: 20 * MINUTE,
      confidence: "high",
    });
    await sendFile(door, dispatcher, "take", phone.file([op]));
    const tenant = new TenantStore(door.store, company.tenant.orgId);
    const [row] = await tenant.list<Timesheet>({
      prefix: tenant.keys.timesheets(worker.id),
    });
    const [event] = row?.value.events ?? [];
    assert.deepEqual([event?.believedAt, event?.confidence], [
      occurredAt,
      "low",
    ]);
  }));

Deno.test("presses of a file keep their order where the phone's clock was put right between them", () =>
  withPhone(async ({ door, company, worker, dispatcher, phone }) => {
    const low = (elapsedMs: number) => ({
      elapsedMs,
      confidence: "low" as const,
    });
    const ops = [
      phone.clock("in", low(10 * MINUTE)),
      phone.clock("out", low(15 * MINUTE)),
    ];
    await sendFile(door, dispatcher, "take", phone.file(ops));
    // The phone comes back, and its next press claims to be older than what the file brought.
    const now = door.now + MINUTE;
    await phone.sync([...ops, phone.clock("in", low(HOUR))], { now });
    const { tenant } = company;
    const [row] = await tenant.list<Timesheet>({
      prefix: tenant.keys.timesheets(worker.id),
    });
    const then = new Date(MONDAY - 15 * MINUTE).toISOString();
    assert.deepEqual(
      row?.value.events.map(({ kind, believedAt }) => [kind, believedAt]),
      [["in", then], ["out", then], ["in", then]],
    );
    assert.equal(row?.value.state.status, "on");
  }));
