import assert from "node:assert/strict";
import type { Lead } from "../../lib/model/lead.ts";
import type { Timesheet } from "../../lib/model/timesheet.ts";
import {
  type Company,
  DAY,
  hire,
  HOUR,
  keepLead,
  MINUTE,
  MONDAY,
  newId,
  withCompany,
} from "./builders.ts";
import { Device, hashOf, statuses, tellings } from "./device.ts";

function withPhone(
  run: (phone: Device, company: Company) => Promise<void>,
  backend: "embedded" | "connect" = "embedded",
): Promise<void> {
  return withCompany(async (company) => {
    await run(new Device(company, await hire(company, "WORKER")), company);
  }, backend);
}

const leadOf = (company: Company, id: string) =>
  company.tenant.get<Lead>(company.tenant.keys.lead(id));

async function leadCount({ tenant }: Company): Promise<number> {
  return (await tenant.list({ prefix: ["org", tenant.orgId, "leads"] })).length;
}

Deno.test("a replayed op gets its first result again and has no second effect", () =>
  withPhone(async (phone, company) => {
    const lead = await keepLead(company.tenant, { assigneeId: phone.me.id });
    const ops = [
      phone.rename(lead.id, "Petra", { version: 1 }),
      phone.clock("in"),
    ];
    const first = await phone.sync(ops);
    assert.deepEqual(statuses(first.results), [200, 201]);
    const again = await phone.sync(ops);
    assert.deepEqual(tellings(again.results), tellings(first.results));
    assert.ok(again.results.every((result) => result.replayed));
    assert.equal(again.hash, first.hash);
    assert.equal((await leadOf(company, lead.id))?.version, 2);
    const sheet = await company.tenant.get<Timesheet>(
      company.tenant.keys.timesheet(phone.me.id, "2026-11-23"),
    );
    assert.equal(sheet?.events.length, 1);
  }));

for (const backend of ["embedded", "connect"] as const) {
  Deno.test(`one batch sent 50 times at once takes effect once, with equal answers (${backend})`, () =>
    withPhone(async (phone, company) => {
      const ops = Array.from({ length: 30 }, (_, i) => phone.lead(`Lead ${i}`));
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => phone.sync(ops)),
      );
      const expected = ops.map(({ seq, key }) => ({
        seq,
        key,
        status: 201,
        version: 1,
      }));
      for (const answer of answers) {
        assert.deepEqual(tellings(answer.results), expected);
        assert.equal(answer.lastSeq, 30);
        assert.equal(answer.hash, hashOf(answer.results));
      }
      assert.equal(await leadCount(company), 30);
      const firsts = answers.flatMap((answer) => answer.results).filter((one) =>
        !one.replayed
      );
      assert.equal(firsts.length, 30);
    }, backend));
}

Deno.test("a gap is refused with the last seq that has a result, and nothing of it is written", () =>
  withPhone(async (phone, company) => {
    await phone.sync([phone.lead()]);
    phone.seq++;
    const refusal = await phone.refused([phone.lead("After the gap")]);
    assert.deepEqual([refusal.code, refusal.status, refusal.lastSeq], [
      "sequence-gap",
      409,
      1,
    ]);
    assert.equal(await leadCount(company), 1);
  }));

Deno.test("what stands before a gap is taken in, and the answer says where it stopped", () =>
  withPhone(async (phone, company) => {
    const ops = [phone.lead("One"), phone.lead("Two")];
    phone.seq++;
    const answer = await phone.sync([...ops, phone.lead("Four")]);
    assert.equal(answer.results.length, 2);
    assert.equal(answer.lastSeq, 2);
    assert.deepEqual([answer.stopped?.code, answer.stopped?.lastSeq], [
      "sequence-gap",
      2,
    ]);
    assert.equal(await leadCount(company), 2);
  }));

Deno.test("another key under a used seq is a forked device; the copy's work goes on under a new device", () =>
  withPhone(async (phone, company) => {
    const copy = new Device(company, phone.me);
    copy.id = phone.id;
    const shared = phone.lead("Before the copy");
    copy.seq = phone.seq;
    await phone.sync([shared, phone.lead("On the first")]);
    const mine = copy.lead("On the copy");
    const refusal = await copy.refused([mine]);
    assert.deepEqual([refusal.code, refusal.status, refusal.lastSeq], [
      "device-forked",
      409,
      2,
    ]);
    copy.id = newId("dev");
    const answer = await copy.sync([{ ...shared, seq: 1 }, {
      ...mine,
      seq: 2,
    }]);
    assert.deepEqual(statuses(answer.results), [201, 201]);
    assert.deepEqual(answer.results.map((one) => one.replayed), [
      true,
      undefined,
    ]);
    assert.equal(await leadCount(company), 3);
    assert.equal(answer.hash, hashOf(answer.results));
  }));

Deno.test("a device of another person is forked, and learns nothing of the other's queue", () =>
  withPhone(async (phone, company) => {
    await phone.sync([phone.lead(), phone.lead()]);
    const other = new Device(company, await hire(company, "WORKER", "Other"));
    other.id = phone.id;
    const refusal = await other.refused([other.lead()]);
    assert.deepEqual([refusal.code, refusal.lastSeq], ["device-forked", 0]);
  }));

Deno.test("a remembered key with another payload is refused for good, without harm to what follows", () =>
  withPhone(async (phone, company) => {
    const first = phone.lead("Mine");
    const other = { ...phone.lead("Not the same"), key: first.key };
    const last = phone.lead("Last");
    const answer = await phone.sync([first, other, last]);
    assert.deepEqual(statuses(answer.results), [201, 422, 201]);
    assert.equal(
      answer.results[1]?.problem?.code,
      "idempotency-payload-mismatch",
    );
    assert.equal(await leadCount(company), 2);
  }));

Deno.test("72 hours later the idempotency record is gone and the ledger still knows the op", () =>
  withPhone(async (phone, company) => {
    const lead = await keepLead(company.tenant, { assigneeId: phone.me.id });
    const op = phone.rename(lead.id, "Petra", { version: 1 });
    const first = await phone.sync([op]);
    const { keys } = company.tenant;
    const tx = company.tenant.transaction();
    tx.delete(keys.idempotency(phone.me.id, op.key));
    await tx.commit();
    for (const now of [MONDAY + 73 * HOUR, MONDAY + 89 * DAY]) {
      const again = await phone.sync([op], { now });
      assert.deepEqual(tellings(again.results), tellings(first.results));
    }
    assert.equal((await leadOf(company, lead.id))?.version, 2);
  }));

for (
  const { after, gone } of [
    { after: 71 * HOUR + 59 * MINUTE, gone: false },
    { after: 71 * HOUR + 59 * MINUTE, gone: true },
    { after: 72 * HOUR + 1 * MINUTE, gone: false },
    { after: 72 * HOUR + 1 * MINUTE, gone: true },
    { after: 14 * DAY, gone: false },
    { after: 14 * DAY, gone: true },
  ]
) {
  const hours = (after / HOUR).toFixed(1);
  const record = gone ? "collected" : "still there";
  Deno.test(`a replay ${hours} hours later has no second effect, 50 times at once (its record ${record})`, () =>
    withPhone(async (phone, company) => {
      const { tenant } = company;
      const { id } = await keepLead(tenant, { assigneeId: phone.me.id });
      const ops = [
        phone.rename(id, "Petra", { version: 1 }),
        phone.lead("Nora Neu"),
        phone.clock("in"),
        phone.rename(id, "Late", { version: 0 }),
      ];
      const first = await phone.sync(ops);
      assert.deepEqual(statuses(first.results), [200, 201, 201, 409]);
      if (gone) {
        const tx = tenant.transaction();
        for (const { key } of ops) {
          tx.delete(tenant.keys.idempotency(phone.me.id, key));
        }
        await tx.commit();
      }
      const now = MONDAY + after;
      const again = await Promise.all(
        Array.from({ length: 50 }, () => phone.sync(ops, { now })),
      );
      for (const { results, hash } of again) {
        assert.deepEqual(statuses(results), statuses(first.results));
        assert.ok(results.every((result) => result.replayed));
        assert.equal(hash, first.hash);
      }
      assert.equal((await leadOf(company, id))?.version, 2);
      assert.equal(await leadCount(company), 2);
      const [sheet] = await tenant.list<Timesheet>({
        prefix: tenant.keys.timesheets(phone.me.id),
      });
      assert.equal(sheet?.value.events.length, 1);
    }));
}

Deno.test("after the ledger forgot a result too, the op is still not applied a second time", () =>
  withPhone(async (phone, company) => {
    const op = phone.clock("in");
    await phone.sync([op]);
    const { results } = await phone.sync([op], { now: MONDAY + 91 * DAY });
    assert.equal(results[0]?.problem?.code, "idempotency-key-expired");
    const { keys } = company.tenant;
    const sheets = await company.tenant.list<Timesheet>({
      prefix: keys.timesheets(phone.me.id),
    });
    assert.deepEqual(sheets.map((row) => row.value.events.length), [1]);
  }));

Deno.test("a stale change carries the server's record, as it is now also when replayed", () =>
  withPhone(async (phone, company) => {
    const lead = await keepLead(company.tenant, {
      assigneeId: phone.me.id,
      version: 4,
    });
    const op = phone.rename(lead.id, "Petra", { version: 2 });
    const first = await phone.sync([op]);
    assert.deepEqual(statuses(first.results), [409]);
    assert.equal(first.results[0]?.problem?.code, "stale-entity");
    assert.equal((first.results[0]?.problem?.current as Lead).version, 4);
    await phone.sync([phone.rename(lead.id, "Anna", { version: 4 })]);
    const again = await phone.sync([op]);
    assert.equal((again.results[0]?.problem?.current as Lead).version, 5);
  }));

Deno.test("a stale change that is told again after its record went to somebody else tells nothing of it", () =>
  withPhone(async (phone, company) => {
    const lead = await keepLead(company.tenant, {
      assigneeId: phone.me.id,
      version: 4,
    });
    const op = phone.rename(lead.id, "Petra", { version: 2 });
    await phone.sync([op]);
    const other = await hire(company, "WORKER", "Other");
    await keepLead(company.tenant, { ...lead, assigneeId: other.id });
    const again = await phone.sync([op]);
    assert.equal(again.results[0]?.problem?.code, "stale-entity");
    const told = again.results[0]?.problem;
    assert.deepEqual([told?.current, told?.withheld], [undefined, true]);
  }));

Deno.test("a batch of another user or another org is refused and nothing is written", () =>
  withPhone(async (phone, company) => {
    const ops = [phone.lead()];
    const before = company.store.counts.commits;
    const other = await hire(company, "WORKER", "Other");
    const commits = company.store.counts.commits - before;
    for (const wrong of [{ userId: other.id }, { orgId: newId("org") }]) {
      const refusal = await phone.refused(ops, wrong);
      assert.deepEqual([refusal.code, refusal.status], ["scope-mismatch", 403]);
    }
    assert.equal(company.store.counts.commits, before + commits);
    assert.deepEqual(statuses((await phone.sync(ops)).results), [201]);
  }));

Deno.test("a request without ops answers where the ledger stands", () =>
  withPhone(async (phone) => {
    const before = await phone.sync([]);
    assert.deepEqual([before.lastSeq, before.hash], [0, hashOf([])]);
    const { results, hash } = await phone.sync([phone.lead(), phone.lead()]);
    const counts = { replays: 2 };
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => phone.sync([], { counts })),
    );
    for (const answer of answers) {
      assert.deepEqual([answer.lastSeq, answer.hash, answer.results], [
        2,
        hash,
        [],
      ]);
    }
    assert.equal(hash, hashOf(results));
  }));
