import assert from "node:assert/strict";
import type { ClockEvent, Timesheet } from "../../lib/model/timesheet.ts";
import { nextQueueName } from "../../lib/model/queue_name.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import type { DeviceShareRow } from "../../lib/store/identities.ts";
import type { LedgerRow } from "../../lib/store/ledger.ts";
import {
  type Company,
  hire,
  HOUR,
  keepOrder,
  MINUTE,
  MONDAY,
  newId,
  withCompany,
} from "./builders.ts";
import { Device } from "./device.ts";

function withPhone(
  run: (phone: Device, company: Company) => Promise<void>,
): Promise<void> {
  return withCompany(async (company) => {
    await run(new Device(company, await hire(company, "WORKER")), company);
  });
}

async function eventsOf(
  { company: { tenant }, me }: Device,
): Promise<ClockEvent[]> {
  const rows = await tenant.list<Timesheet>({
    prefix: tenant.keys.timesheets(me.id),
  });
  return rows.flatMap((row) => row.value.events);
}

const auditOf = ({ tenant }: Company, id: string) =>
  tenant.get<AuditRow>(tenant.keys.audit(id));
const at = (time: number) => new Date(time).toISOString();

Deno.test("an event is believed to have happened as long before the receipt as the device says", () =>
  withPhone(async (phone) => {
    const now = MONDAY + 3 * HOUR;
    await phone.sync([
      phone.clock("in", {
        elapsedMs: 2 * HOUR,
        occurredAt: "1999-01-01T00:00:00Z",
      }),
      phone.clock("out", { elapsedMs: HOUR, confidence: "low" }),
    ], { now });
    assert.deepEqual(
      (await eventsOf(phone)).map((
        { believedAt, confidence },
      ) => [believedAt, confidence]),
      [[at(MONDAY + HOUR), "high"], [at(MONDAY + 2 * HOUR), "low"]],
    );
  }));

Deno.test("a claim before the last contact or after the receipt is clamped, and doubtful", () =>
  withPhone(async (phone) => {
    await phone.sync([phone.lead()], { now: MONDAY + HOUR });
    const now = MONDAY + 2 * HOUR;
    await phone.sync([
      phone.clock("in", { elapsedMs: 5 * HOUR }),
      phone.clock("out", { elapsedMs: -HOUR }),
    ], { now });
    assert.deepEqual(
      (await eventsOf(phone)).map((
        { believedAt, confidence },
      ) => [believedAt, confidence]),
      [[at(MONDAY + HOUR), "low"], [at(now), "low"]],
    );
  }));

/** As at the first login of a device. */
async function letIn(
  { company: { tenant }, me }: Device,
  vault: string,
  since: number,
): Promise<void> {
  const tx = tenant.transaction();
  const share: DeviceShareRow = {
    share: new Uint8Array(32),
    createdAt: at(since),
  };
  tx.set(tenant.keys.deviceShare(me.id, vault), share);
  await tx.commit();
}

const stateOf = async ({ company: { tenant }, me }: Device) => {
  const [row] = await tenant.list<Timesheet>({
    prefix: tenant.keys.timesheets(me.id),
  });
  const { status, workedMs, flags } = row?.value.state ?? {};
  return { status, hours: (workedMs ?? 0) / HOUR, flags };
};

/** A claim of a press that another page life made, so many milliseconds ago by the wall clock. */
const claimed = (elapsedMs: number) => ({
  elapsedMs,
  confidence: "low" as const,
});

Deno.test("a clock that is put right between two page lives turns no presses round, and the shift ends", () =>
  withPhone(async (phone) => {
    await phone.sync([phone.lead()], { now: MONDAY });
    // In while the clock was five minutes fast, out two minutes later by the right one, sent one minute after that.
    await phone.sync([
      phone.clock("in", claimed(0)),
      phone.clock("out", { elapsedMs: MINUTE }),
    ], { now: MONDAY + 3 * MINUTE });
    assert.deepEqual(
      (await eventsOf(phone)).map(({ kind, believedAt }) => [kind, believedAt]),
      [["in", at(MONDAY + 2 * MINUTE)], ["out", at(MONDAY + 2 * MINUTE)]],
    );
    assert.deepEqual(await stateOf(phone), {
      status: "off",
      hours: 0,
      flags: ["doubtful-clock"],
    });
  }));

Deno.test("one press with a clock far ahead costs the rest of the day nothing, and wins nothing", () =>
  withPhone(async (phone) => {
    await phone.sync([phone.lead()], { now: MONDAY });
    await phone.sync(
      [
        phone.clock("in", claimed(9 * HOUR)),
        // A lead too is a moment of the queue.
        {
          ...phone.lead(),
          claim: { ...phone.clock("in").claim, ...claimed(0) },
        },
        phone.clock("out", claimed(2 * HOUR)),
      ].map((op, i) => ({ ...op, seq: i + 2 })),
      { now: MONDAY + 10 * HOUR },
    );
    const { status, hours } = await stateOf(phone);
    assert.deepEqual([status, hours], ["off", 7]);
  }));

Deno.test("the order holds across the requests and commits of a queue", () =>
  withPhone(async (phone, { tenant }) => {
    await phone.sync([phone.lead()], { now: MONDAY });
    const now = MONDAY + 5 * HOUR;
    await phone.sync([phone.clock("in", claimed(HOUR))], { now, more: true });
    const late = phone.clock("break", claimed(3 * HOUR));
    const leads = Array.from({ length: 160 }, () => phone.lead());
    for (const lead of leads) lead.claim.elapsedMs = 30 * MINUTE;
    await phone.sync(
      [late, ...leads, phone.clock("out", claimed(40 * MINUTE))],
      {
        now: now + MINUTE,
      },
    );
    assert.deepEqual(
      (await eventsOf(phone)).map(({ believedAt }) => believedAt),
      [
        at(now - HOUR),
        at(now - HOUR),
        // Leads of the commit before it, which a clock measured that never jumps.
        at(now + MINUTE - 30 * MINUTE),
      ],
    );
    const ledger = await tenant.get<LedgerRow>(tenant.keys.ledger(phone.id));
    assert.equal(ledger?.believedAt, now - 29 * MINUTE);
  }));

Deno.test("an order is never finished before it was begun", () =>
  withPhone(async (phone, { tenant }) => {
    const order = await keepOrder(tenant, { assigneeId: phone.me.id });
    const start = phone.advance(order.id, "START", { version: 1 });
    const done = phone.advance(order.id, "DONE", {
      version: 1,
      after: start.seq,
    });
    Object.assign(start.claim, claimed(0));
    Object.assign(done.claim, claimed(10 * MINUTE));
    await phone.sync([start, done], { now: MONDAY + HOUR });
    const now = await tenant.get<typeof order>(tenant.keys.order(order.id));
    const then = at(MONDAY + 50 * MINUTE);
    assert.deepEqual([now?.startedAt, now?.finishedAt], [then, then]);
  }));

Deno.test("a device that never sent anything was last in contact when it was let in, whatever logins came after", () =>
  withPhone(async (phone) => {
    await letIn(phone, phone.id, MONDAY - 10 * HOUR);
    await phone.sync([
      phone.clock("in", claimed(9 * HOUR)),
      phone.clock("out", claimed(HOUR)),
    ], { sessionSince: MONDAY - MINUTE });
    const { status, hours } = await stateOf(phone);
    assert.deepEqual([status, hours], ["off", 8]);
  }));

Deno.test("nothing was done on a device before it was let in", () =>
  withPhone(async (phone) => {
    const since = MONDAY - 2 * HOUR;
    await letIn(phone, phone.id, since);
    await letIn(phone, newId("dev"), since - HOUR);
    await phone.sync([phone.clock("in", { elapsedMs: 9 * HOUR })], {
      sessionSince: MONDAY - MINUTE,
    });
    assert.equal((await eventsOf(phone))[0]?.believedAt, at(since));
  }));

Deno.test("a queue with a new name is bound by its own device's share; one that an older version named by the person's first", () =>
  withPhone(async (phone) => {
    const since = MONDAY - 5 * HOUR;
    const vault = phone.id;
    await letIn(phone, vault, since);
    await letIn(phone, newId("dev"), since - HOUR);
    const claim = { elapsedMs: 40 * HOUR };
    const sessionSince = MONDAY - MINUTE;
    for (
      const [name, bound] of [
        [nextQueueName(vault, newId("dev")), since],
        [newId("dev"), since - HOUR],
      ] as const
    ) {
      const again = new Device(phone.company, phone.me);
      again.id = name;
      const press = again.clock("in", claim);
      await again.sync([press], { sessionSince });
      const events = await eventsOf(phone);
      assert.equal(events.at(-1)?.believedAt, at(bound));
    }
  }));

Deno.test("without any share the beginning of the session is the first contact", () =>
  withPhone(async (phone) => {
    const sessionSince = MONDAY - HOUR;
    await phone.sync([phone.clock("in", { elapsedMs: 9 * HOUR })], {
      sessionSince,
    });
    assert.equal((await eventsOf(phone))[0]?.believedAt, at(sessionSince));
  }));

Deno.test("a request that was not taken in whole, or whose device knows another life of the store, is no contact yet", () =>
  withPhone(async (phone, { tenant }) => {
    await phone.sync([phone.lead()], { now: MONDAY });
    const now = MONDAY + 10 * HOUR;
    const claim = { elapsedMs: 9 * HOUR };
    const press = phone.clock("in", claim);
    await phone.sync([], { epoch: "another", counts: { replays: 1 }, now });
    const lead = phone.lead();
    lead.claim.elapsedMs = 10 * HOUR;
    const gap = [{ ...lead, seq: press.seq }, { ...press, seq: 9 }];
    assert.equal(
      (await phone.sync(gap, { now })).stopped?.code,
      "sequence-gap",
    );
    const ledger = await tenant.get<LedgerRow>(tenant.keys.ledger(phone.id));
    assert.equal(ledger?.contactAt, MONDAY);
    await phone.sync([{ ...press, seq: press.seq + 1 }], { now });
    assert.equal((await eventsOf(phone))[0]?.believedAt, at(MONDAY + HOUR));
  }));

Deno.test("a request of several commits compares all of its claims with the contact before the request", () =>
  withPhone(async (phone) => {
    const now = MONDAY + 3 * HOUR;
    const claim = { elapsedMs: 2 * HOUR };
    await phone.sync([
      phone.clock("in", claim),
      ...Array.from({ length: 160 }, (_, i) => {
        const lead = phone.lead(`Lead ${i}`);
        return { ...lead, claim: { ...lead.claim, ...claim } };
      }),
      phone.clock("out", claim),
    ], { now });
    const events = await eventsOf(phone);
    assert.deepEqual(events.map(({ believedAt }) => believedAt), [
      at(MONDAY + HOUR),
      at(MONDAY + HOUR),
    ]);
    assert.ok(events.every(({ confidence }) => confidence === "high"));
  }));

Deno.test("a queue that takes several requests is believed in all of them", () =>
  withPhone(async (phone) => {
    const now = MONDAY + 3 * HOUR;
    const press = phone.clock("in", { elapsedMs: 2 * HOUR });
    const later = phone.clock("out", { elapsedMs: HOUR });
    await phone.sync([press], { now, more: true });
    await phone.sync([later], { now: now + 2000 });
    const last = phone.clock("in", { elapsedMs: HOUR });
    await phone.sync([last], { now: now + 3000 });
    assert.deepEqual(
      (await eventsOf(phone)).map(({ believedAt, confidence }) => [
        believedAt,
        confidence,
      ]),
      [
        [at(MONDAY + HOUR), "high"],
        [at(MONDAY + 2 * HOUR + 2000), "high"],
        [at(now + 2000), "low"],
      ],
    );
  }));

Deno.test("the time at which an order began and ended is the believed one", () =>
  withPhone(async (phone, { tenant }) => {
    const order = await keepOrder(tenant, { assigneeId: phone.me.id });
    const start = phone.advance(order.id, "START", { version: 1 });
    const done = phone.advance(order.id, "DONE", {
      version: 1,
      after: start.seq,
    });
    start.claim.elapsedMs = 50 * MINUTE;
    done.claim.elapsedMs = 10 * MINUTE;
    await phone.sync([start, done], { now: MONDAY + HOUR });
    const now = await tenant.get<typeof order>(tenant.keys.order(order.id));
    assert.deepEqual(
      [now?.startedAt, now?.finishedAt, now?.updatedAt],
      [at(MONDAY + 10 * MINUTE), at(MONDAY + 50 * MINUTE), at(MONDAY + HOUR)],
    );
  }));

Deno.test("what a device counted is summed over its reports", () =>
  withPhone(async (phone, { tenant }) => {
    await phone.sync([phone.lead()], { counts: { replays: 2, conflicts: 1 } });
    await phone.sync([], { counts: { replays: 3 } });
    const ledger = await tenant.get<LedgerRow>(tenant.keys.ledger(phone.id));
    assert.deepEqual(ledger?.counts, { replays: 5, conflicts: 1 });
  }));

Deno.test("of a queue's size and age the last report counts, and no sum", () =>
  withPhone(async (phone, { tenant }) => {
    const counts = { queued: 12, oldestMs: 60_000, parked: 2, failures: 1 };
    await phone.sync([phone.lead()], { counts });
    await phone.sync([], {
      counts: { queued: 1, oldestMs: 10, parked: 0, failures: 1 },
    });
    const ledger = await tenant.get<LedgerRow>(tenant.keys.ledger(phone.id));
    assert.deepEqual(ledger?.counts, {
      queued: 1,
      oldestMs: 10,
      parked: 0,
      failures: 2,
    });
  }));

Deno.test("a request of several commits leaves one audit record with all of it, closed", () =>
  withPhone(async (phone, company) => {
    const auditId = newId("aud");
    const ops = Array.from({ length: 250 }, (_, i) => phone.lead(`Lead ${i}`));
    await phone.sync(ops, { auditId });
    const audit = await auditOf(company, auditId);
    assert.deepEqual([audit?.count, audit?.entries.length, audit?.closed], [
      250,
      250,
      true,
    ]);
    assert.deepEqual(audit?.entries[7], {
      action: "POST /api/client/leads",
      recordId: (ops[7]?.payload as { id: string }).id,
      status: 201,
    });
    assert.equal(audit?.actor, phone.me.id);
  }));

Deno.test("an audit record that would become too large keeps its first entries and the count", () =>
  withPhone(async (phone, company) => {
    const auditId = newId("aud");
    const route = `/api/client/leads/${"ж".repeat(180)}`;
    const ops = Array.from(
      { length: 250 },
      () => ({ ...phone.lead(), route, method: "PATCH" }),
    );
    await phone.sync(ops, { auditId });
    const audit = await auditOf(company, auditId);
    assert.equal(audit?.count, 250);
    assert.ok(
      audit.entries.length > 50 && audit.entries.length < 250,
      `${audit.entries.length}`,
    );
    assert.equal(audit.closed, true);
  }));

Deno.test("the audit record is closed also when the request ends before its last op", async () => {
  const ends: ((phone: Device) => unknown)[] = [
    (phone) => phone.seq += 5,
    // A key that was not the one of its seq.
    () => null,
  ];
  for (const [i, end] of ends.entries()) {
    await withPhone(async (phone, company) => {
      const auditId = newId("aud");
      // As many as fill exactly one commit, so that what stops the request stands alone in the next one.
      const ops = Array.from({ length: 75 }, (_, n) => phone.lead(`Lead ${n}`));
      end(phone);
      const last = i === 0 ? phone.lead() : { ...phone.lead(), seq: 1 };
      const answer = await phone.sync([...ops, last], { auditId });
      assert.equal(answer.results.length, 75);
      assert.equal(answer.stopped?.code, ["sequence-gap", "device-forked"][i]);
      const audit = await auditOf(company, auditId);
      assert.deepEqual([audit?.count, audit?.closed], [75, true]);
    });
  }
});

Deno.test("a repetition of what is known leaves no audit record", () =>
  withPhone(async (phone, company) => {
    const ops = [phone.lead()];
    await phone.sync(ops);
    const auditId = newId("aud");
    await phone.sync(ops, { auditId });
    assert.equal(await auditOf(company, auditId), null);
  }));
