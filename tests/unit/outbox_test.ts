import assert from "node:assert/strict";
import fc from "fast-check";
import {
  backoff,
  LEAST_ATTEMPTS,
  MAX_AGE_MS,
  MAX_ATTEMPTS,
} from "../../lib/outbox/backoff.ts";
import {
  listDeadJobs,
  listJobs,
  outboxOverview,
} from "../../lib/outbox/read_outbox.ts";
import { retryDeadJob } from "../../lib/outbox/retry_dead_job.ts";
import {
  LEASE_MS,
  releaseLeases,
  settleJob,
  takeJob,
} from "../../lib/outbox/take_job.ts";
import type { AuditRow } from "../../lib/store/audit.ts";
import type { JobRow } from "../../lib/store/jobs.ts";
import { globalKeys, tenantKeys } from "../../lib/store/keys.ts";
import type { Store } from "../../lib/store/store.ts";
import { blankAudit, MONDAY, withStore } from "./builders.ts";
import { join, newOperator } from "./members.ts";
import { deadOf, Dispatcher, jobsOf, order, Receiver } from "./outbox_world.ts";
import { race } from "./race.ts";

/** Takes the first open job, as a dispatcher that dies right after does. */
async function takeAndDie(store: Store, now = MONDAY): Promise<JobRow> {
  const [job] = await jobsOf(store);
  assert.ok(job);
  const taken = await takeJob(store, job, "the dead one", now);
  assert.ok(taken);
  return taken;
}

Deno.test("what is due is delivered once and leaves nothing behind", () =>
  withStore(async (store) => {
    const ids = [];
    for (let i = 0; i < 100; i++) ids.push(await order(store, MONDAY - i));
    const receiver = new Receiver();
    const dispatcher = new Dispatcher(store, receiver.handler);
    assert.equal(await dispatcher.run(), 100);
    assert.equal(await dispatcher.run(), 0);
    assert.deepEqual(receiver.received.toSorted(), ids.toSorted());
    assert.deepEqual(await jobsOf(store), []);
    assert.deepEqual(dispatcher.counts, { "outbox.delivered": 100 });
  }));

Deno.test("a job is not tried before it is due", () =>
  withStore(async (store) => {
    await order(store, MONDAY + 1);
    const receiver = new Receiver();
    const dispatcher = new Dispatcher(store, receiver.handler);
    assert.equal(await dispatcher.run(), 0);
    dispatcher.now = MONDAY + 1;
    assert.equal(await dispatcher.run(), 1);
  }));

Deno.test("dispatchers at once deliver each job once, in any interleaving", () =>
  fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.constantFrom("delivered", "failed", "refused", "dropped"), {
        minLength: 1,
        maxLength: 5,
      }),
      (scheduler, answers) =>
        race(scheduler, async (store, start) => {
          const planned = new Map<string, string>();
          for (const answer of answers) {
            planned.set(await order(store), answer);
          }
          const received: string[] = [];
          const dispatchers = [1, 2, 3].map(() =>
            new Dispatcher(store, ({ id }) => {
              received.push(id);
              return Promise.resolve({
                type: planned.get(id) as "failed",
                error: "as planned",
              });
            })
          );
          await start(() => dispatchers.map((one) => one.run()));
          assert.deepEqual(received.toSorted(), [...planned.keys()].toSorted());
          const of = (type: string) =>
            answers.filter((answer) => answer === type).length;
          assert.equal((await jobsOf(store)).length, of("failed"));
          assert.equal((await deadOf(store)).length, of("refused"));
          const sum = (name: string) =>
            dispatchers.reduce((n, one) => n + (one.counts[name] ?? 0), 0);
          assert.equal(sum("outbox.delivered"), of("delivered"));
          assert.equal(sum("outbox.failed"), of("failed"));
          assert.equal(sum("outbox.dead"), of("refused"));
          assert.equal(sum("outbox.dropped"), of("dropped"));
        }),
    ),
    { numRuns: 60 },
  ));

Deno.test("while a lease holds nobody else tries the job; when it has run out, somebody does", () =>
  withStore(async (store) => {
    const id = await order(store);
    const taken = await takeAndDie(store);
    const receiver = new Receiver();
    const other = new Dispatcher(store, receiver.handler);
    other.now = MONDAY + LEASE_MS - 1;
    await other.run();
    assert.deepEqual(receiver.received, []);
    other.now = MONDAY + LEASE_MS;
    await other.run();
    assert.deepEqual(receiver.received, [id]);
    assert.equal(other.log[0]?.attempts, 2);
    // The first one was not dead but slow: it has nothing to say any more.
    const late = await settleJob(
      store,
      taken,
      { type: "failed", error: "too late" },
      other.now,
      0,
    );
    assert.equal(late, "lost");
    assert.deepEqual(await jobsOf(store), []);
  }));

Deno.test("a slow dispatcher's answer leaves the lease of the next one alone", () =>
  withStore(async (store) => {
    await order(store);
    const slow = await takeAndDie(store);
    const [job] = await jobsOf(store);
    assert.ok(job);
    const second = await takeJob(store, job, "the second", MONDAY + LEASE_MS);
    assert.ok(second);
    for (const type of ["delivered", "dropped", "failed", "refused"] as const) {
      const outcome = { type, error: "late", because: "late" };
      assert.equal(
        await settleJob(store, slow, outcome, MONDAY + LEASE_MS, 0),
        "lost",
      );
    }
    assert.deepEqual(await jobsOf(store), [second]);
    assert.deepEqual(await deadOf(store), []);
  }));

Deno.test("a process that owns the store alone ends the leases of the dead, and leaves waits alone", () =>
  withStore(async (store) => {
    const ids = new Set<string>();
    for (let i = 0; i < 450; i++) {
      const id = await order(store, MONDAY + i % 3);
      const [job] = await store.list<JobRow>({
        prefix: globalKeys.jobs(),
        end: globalKeys.jobsAfter(MONDAY + 2),
      });
      const due = job?.value as JobRow;
      const taken = await takeJob(store, due, "dead", MONDAY + i) as JobRow;
      if (i % 5 > 0) ids.add(id);
      else {
        const failed = { type: "failed", error: "no" } as const;
        await settleJob(store, taken, failed, MONDAY + i, 0.9);
      }
    }
    const restart = MONDAY + 1000;
    const before = await outboxOverview(store, restart);
    assert.deepEqual([before.due, before.leased, before.waiting], [0, 360, 90]);
    assert.equal(await releaseLeases(store, restart), 360);
    const after = await outboxOverview(store, restart);
    assert.deepEqual([after.due, after.leased, after.waiting], [360, 0, 90]);
    assert.equal(await releaseLeases(store, restart), 0);
    const receiver = new Receiver();
    const dispatcher = new Dispatcher(store, receiver.handler);
    dispatcher.now = restart;
    await dispatcher.run();
    assert.deepEqual(receiver.received.toSorted(), [...ids].toSorted());
  }));

Deno.test("waits double from 10 seconds to 2 hours, with full jitter", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempts, random) => {
        const wait = backoff(attempts, random);
        const ceiling = Math.min(7_200_000, 10_000 * 2 ** (attempts - 1));
        assert.equal(wait, Math.max(1000, Math.floor(random * ceiling)));
        assert.ok(Number.isInteger(wait));
      },
    ),
  );
  assert.equal(backoff(1, 0), 1000);
  assert.equal(backoff(3, 0.5), 20_000);
  assert.equal(backoff(50, 0.5), 3_600_000);
});

Deno.test("a failed try is made again later, with its reason, until it works", () =>
  withStore(async (store) => {
    const id = await order(store);
    const receiver = new Receiver();
    const dispatcher = new Dispatcher(store, receiver.handler);
    receiver.answer = { type: "failed", error: "Nobody answers" };
    for (let tries = 1; tries <= 4; tries++) {
      await dispatcher.runNext();
      const [job] = await jobsOf(store);
      assert.equal(job?.attempts, tries);
      assert.equal(job.error, "Nobody answers");
      assert.equal(job.lease, null);
      assert.equal(job.dueAt, dispatcher.now + backoff(tries, 0.5));
    }
    receiver.answer = { type: "delivered" };
    await dispatcher.runNext();
    assert.deepEqual(receiver.received, Array(5).fill(id));
    assert.deepEqual(await jobsOf(store), []);
    assert.deepEqual(dispatcher.counts, {
      "outbox.failed": 4,
      "outbox.delivered": 1,
    });
    assert.deepEqual(dispatcher.log.map((line) => line.outcome), [
      ...Array(4).fill("failed"),
      "delivered",
    ]);
  }));

Deno.test("whatever a delivery throws is a failure that may pass", () =>
  withStore(async (store) => {
    await order(store);
    const thrown = [new TypeError("odd"), "text", undefined];
    const dispatcher = new Dispatcher(store, () => {
      throw thrown.shift();
    });
    for (const error of ["TypeError: odd", "text", "undefined"]) {
      await dispatcher.runNext();
      assert.equal((await jobsOf(store))[0]?.error, error);
    }
  }));

Deno.test("a kind that this version cannot deliver waits for one that can", () =>
  withStore(async (store) => {
    await order(store);
    const old = new Dispatcher(store, {} as never);
    await old.run();
    assert.equal(
      (await jobsOf(store))[0]?.error,
      "Nothing here delivers mail.invite",
    );
  }));

Deno.test("a delivery that hangs is told to stop and counts as failed", () =>
  withStore(async (store) => {
    await order(store);
    let told = false;
    const dispatcher = new Dispatcher(store, (_job, signal) => {
      signal.addEventListener("abort", () => told = true);
      return new Promise(() => {});
    });
    dispatcher.deps.deadlineMs = 1;
    await dispatcher.run();
    assert.equal(told, true);
    assert.equal((await jobsOf(store))[0]?.error, "It took too long");
  }));

Deno.test("a job that had all its tries, or all its time, is given up with its last reason", () =>
  withStore(async (store) => {
    const receiver = new Receiver();
    receiver.answer = { type: "failed", error: "Still nobody" };
    const often = await order(store);
    const dispatcher = new Dispatcher(store, receiver.handler);
    dispatcher.random = 0;
    while ((await jobsOf(store)).length > 0) await dispatcher.runNext();
    assert.equal(receiver.received.length, MAX_ATTEMPTS);
    const old = await order(store, dispatcher.now - MAX_AGE_MS);
    await dispatcher.run();
    while ((await jobsOf(store)).length > 0) await dispatcher.runNext();
    const dead = await deadOf(store);
    assert.deepEqual(
      dead.map(({ id, error, attempts }) => ({ id, error, attempts })),
      [
        { id: often, error: "Still nobody", attempts: MAX_ATTEMPTS },
        { id: old, error: "Still nobody", attempts: LEAST_ATTEMPTS },
      ],
    );
    assert.equal(dispatcher.counts["outbox.dead"], 2);
  }));

Deno.test("a job that kills each process which tries it is given up too", () =>
  withStore(async (store) => {
    const id = await order(store);
    let now = MONDAY;
    for (let i = 0; i < MAX_ATTEMPTS; i++) {
      now = (await takeAndDie(store, now)).dueAt;
    }
    const receiver = new Receiver();
    const dispatcher = new Dispatcher(store, receiver.handler);
    dispatcher.now = now;
    await dispatcher.run();
    assert.deepEqual(receiver.received, []);
    assert.deepEqual((await deadOf(store)).map((job) => job.id), [id]);
    assert.deepEqual(await jobsOf(store), []);
  }));

Deno.test("what is refused for good is dead at once, and an engineer has it tried again", () =>
  withStore(async (store) => {
    const place = await newOperator(store);
    const engineer = await join(store, place, "DEVELOPER", "ENGINEER");
    const observer = await join(store, place, "DEVELOPER", "OBSERVER");
    const id = await order(store);
    const receiver = new Receiver();
    receiver.answer = { type: "refused", error: "550 no such user" };
    const dispatcher = new Dispatcher(store, receiver.handler);
    await dispatcher.run();
    const [dead] = await deadOf(store);
    assert.equal(dead?.error, "550 no such user");
    assert.equal(dead.diedAt, MONDAY);
    assert.equal(dead.lease, null);

    // Long after, so that its age counts from the new try.
    const now = MONDAY + 2 * MAX_AGE_MS;
    const deps = { store, now: () => now };
    const denied = await retryDeadJob(deps, observer, id, blankAudit());
    assert.equal(denied.ok ? "" : denied.problem.code, "forbidden");
    const audit = blankAudit();
    assert.ok((await retryDeadJob(deps, engineer, id, audit)).ok);
    const again = await retryDeadJob(deps, engineer, id, blankAudit());
    assert.equal(again.ok ? "" : again.problem.code, "not-found");
    const told = await store.get<AuditRow>(
      tenantKeys(engineer.orgId).audit(audit.id),
    );
    assert.deepEqual(told?.entries, [
      { action: "outbox.retry", recordId: id, status: 200 },
    ]);

    dispatcher.now = now;
    receiver.answer = { type: "failed", error: "Nobody answers" };
    await dispatcher.run();
    for (let i = 1; i < LEAST_ATTEMPTS; i++) await dispatcher.runNext();
    assert.equal((await jobsOf(store))[0]?.attempts, LEAST_ATTEMPTS);
    receiver.answer = { type: "delivered" };
    await dispatcher.runNext();
    assert.deepEqual(await deadOf(store), []);
    assert.deepEqual(await jobsOf(store), []);
  }));

Deno.test("a retry asked for twice at once puts the job back once", () =>
  fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      (scheduler) =>
        race(scheduler, async (store, start) => {
          const place = await newOperator(store);
          const engineer = await join(store, place, "DEVELOPER", "ENGINEER");
          const id = await order(store);
          await new Dispatcher(
            store,
            () => Promise.resolve({ type: "refused", error: "no" }),
          ).run();
          const deps = { store, now: () => MONDAY };
          const answers = await start(() =>
            [1, 2].map(() => retryDeadJob(deps, engineer, id, blankAudit()))
          );
          assert.equal(answers.filter((answer) => answer.ok).length, 1);
          assert.equal((await jobsOf(store)).length, 1);
        }),
    ),
    { numRuns: 30 },
  ));

Deno.test("once it is to stop, a dispatcher begins nothing more and ends what it began", () =>
  withStore(async (store) => {
    for (let i = 0; i < 30; i++) await order(store);
    const stop = new AbortController();
    const dispatcher = new Dispatcher(store, () => {
      stop.abort();
      return Promise.resolve({ type: "delivered" });
    });
    const tries = await dispatcher.run(stop.signal);
    assert.ok(tries >= 1 && tries <= 4, String(tries));
    const jobs = await jobsOf(store);
    assert.equal(jobs.length, 30 - tries);
    assert.ok(jobs.every((job) => job.lease === null));
  }));

Deno.test("lists go by cursor: open jobs by when they are due, dead ones newest first", () =>
  withStore(async (store) => {
    for (let i = 0; i < 7; i++) await order(store, MONDAY + i * 7);
    const dues: number[] = [];
    let cursor: string | null = null;
    do {
      const page = await listJobs(store, { cursor, limit: 3 });
      dues.push(...page.rows.map((job) => job.dueAt));
      cursor = page.next;
    } while (cursor !== null);
    assert.deepEqual(dues, [0, 7, 14, 21, 28, 35, 42].map((ms) => MONDAY + ms));

    const receiver = new Receiver();
    receiver.answer = { type: "refused", error: "no" };
    const dispatcher = new Dispatcher(store, receiver.handler);
    dispatcher.now = MONDAY + 42;
    await dispatcher.run();
    const ids = (await deadOf(store)).map((job) => job.id);
    const first = await listDeadJobs(store, { limit: 4 });
    const rest = await listDeadJobs(store, { limit: 4, cursor: first.next });
    assert.deepEqual(
      [...first.rows, ...rest.rows].map((job) => job.id),
      ids.toReversed(),
    );
    assert.equal(rest.next, null);
  }));

Deno.test("the overview counts what is due, leased, waiting and dead, and reads no more than it says", () =>
  withStore(async (store) => {
    await order(store);
    await takeAndDie(store);
    const receiver = new Receiver();
    const dispatcher = new Dispatcher(store, receiver.handler);
    for (const type of ["failed", "refused"] as const) {
      await order(store);
      receiver.answer = { type, error: "no" };
      await dispatcher.run();
    }
    await order(store, MONDAY - 5);
    assert.deepEqual(await outboxOverview(store, MONDAY), {
      due: 1,
      leased: 1,
      waiting: 1,
      dead: 1,
      oldestDueAt: MONDAY - 5,
      more: false,
    });
    // The lease has run out: it is due as well.
    const later = await outboxOverview(store, MONDAY + LEASE_MS);
    assert.deepEqual([later.due, later.leased, later.waiting], [3, 0, 0]);
    for (let i = 0; i < 1000; i++) await order(store, MONDAY + i);
    const before = store.counts.keysRead;
    const many = await outboxOverview(store, MONDAY);
    assert.equal(many.more, true);
    assert.ok(store.counts.keysRead - before <= 2000);
  }));
