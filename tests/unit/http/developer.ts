import assert from "node:assert/strict";
import { makeId } from "../../../lib/model/ids.ts";
import type { AuditRow } from "../../../lib/store/audit.ts";
import { addCounts } from "../../../lib/store/counts.ts";
import {
  type DeadJobRow,
  type JobRow,
  putJob,
} from "../../../lib/store/jobs.ts";
import { globalKeys, tenantKeys } from "../../../lib/store/keys.ts";
import type { Store } from "../../../lib/store/store.ts";
import { DAY, MONDAY, newCompany, newId } from "../builders.ts";
import { withDoor } from "../door.ts";
import { join, newOperator } from "../members.ts";

/** Orders a job that is due now. */
async function order(store: Store, tenantId: string | null): Promise<string> {
  const id = newId("job");
  const tx = store.transaction();
  putJob(tx, { id, kind: "mail.invite", payload: {}, tenantId }, MONDAY);
  await tx.commit();
  return id;
}

/** What a page says, without its markup. */
const wordsOf = (html: string) =>
  html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");

/** A job that was given up. */
async function giveUp(store: Store, at: number): Promise<string> {
  const id = makeId("job", at, crypto.getRandomValues(new Uint8Array(10)));
  const tx = store.transaction();
  const row: DeadJobRow = {
    id,
    kind: "mail.welcome",
    payload: { userId: newId("usr") },
    tenantId: null,
    createdAt: at,
    dueAt: at,
    attempts: 12,
    lease: null,
    diedAt: at,
    error: "550 mailbox unavailable",
  };
  tx.set(globalKeys.deadJob(id), row);
  await tx.commit();
  return id;
}

Deno.test("developers see the sums of sync by day and code, over all tenants and with no tenant's data", () =>
  withDoor(async (door) => {
    const { store } = door;
    const operator = await newOperator(store);
    await newCompany(store, "CANARY Heating");
    await addCounts(
      store,
      "2026-11-23",
      new Map([
        ["sync.batches", 7],
        ["sync.applied", 1234],
        ["sync.replayed", 56],
        ["sync.conflicts", 3],
        ["sync.refused.stale-entity", 3],
        ["sync.refused.not-found", 4],
        ["requests.5xx", 2],
        ["sync.conflicts.order", 2],
        ["sync.imported", 5],
        ["device.failures", 1],
        ["device.drains", 2],
        ["device.drainMs", 640],
        ["device.merged", 8],
        ["peak.device.queued", 312],
        ["peak.device.oldestMs", 76 * 3600_000],
        ["peak.device.parked", 4],
      ]),
    );
    await addCounts(
      store,
      "2026-11-20",
      new Map([["sync.refused.not-found", 37]]),
    );
    await addCounts(store, "2026-11-01", new Map([["sync.applied", 98_765]]));
    for (const role of ["ENGINEER", "OBSERVER"] as const) {
      const as = await join(store, operator, "DEVELOPER", role);
      const text = wordsOf(
        await (await door.ask("GET", "/dev/sync", { as })).text(),
      );
      for (
        const cells of [
          "Mon 23 November 7 1234 56 7 3",
          "Fri 20 November 0 0 0 37 0",
          "not-found 4 41 stale-entity 3 3",
          "Mon 23 November 312 3 d 4 h 4 87.5 % 320 ms 5",
          "Fri 20 November 0 0 min 0 – – 0",
          "Conflicts on work orders 2 2",
          "Merged without a question 8 8",
          "Duplicates suppressed 56 56",
        ]
      ) assert.ok(text.includes(cells), `${role} ${cells} in ${text}`);
      assert.ok(!text.includes("98765") && !text.includes("CANARY"));
      const dashboard = await (await door.ask(
        "GET",
        `/tenant/${as.tenantId}/dev/dashboard`,
        { as },
      )).text();
      assert.ok(dashboard.includes("2 answers of today were faults"));
      assert.ok(!dashboard.includes("CANARY"));
    }
  }));

Deno.test("the outbox shows what is open and what was given up, page by page, in bounded reads", () =>
  withDoor(async (door) => {
    const { store } = door;
    const operator = await newOperator(store);
    const as = await join(store, operator, "DEVELOPER", "OBSERVER");
    const open: string[] = [];
    const dead: string[] = [];
    for (let at = 0; at < 60; at++) {
      open.push(await order(store, at === 0 ? null : operator.tenantId));
      dead.unshift(await giveUp(store, MONDAY - DAY + at * 1000));
    }
    const cookie = await door.cookieOf(as);
    const walk = async (from: string) => {
      const seen: string[] = [];
      let path: string | null = from;
      while (path !== null) {
        const before = store.counts.keysRead;
        const answer = await door.ask("GET", path, { cookie });
        const text = await answer.text();
        assert.equal(answer.status, 200, path);
        // The list, and the overview's count of both lists.
        assert.ok(store.counts.keysRead - before <= 51 + 5 + 200);
        assert.ok(!text.includes("Try again"), "an observer only looks");
        seen.push(
          ...[...text.matchAll(/<code>(job_\w+)<\/code>/g)].map(([, id]) =>
            id as string
          ),
        );
        const next = /href="(\/dev\/outbox\?[^"]*cursor=[^"]+)"/.exec(text)
          ?.[1];
        path = next?.replaceAll("&amp;", "&") ?? null;
      }
      return seen;
    };
    const listed = await walk("/dev/outbox");
    // One more: the link of the operator's first person may have ordered a mail.
    assert.deepEqual(listed.filter((id) => open.includes(id)), open);
    assert.deepEqual(await walk("/dev/outbox?show=dead"), dead);
  }));

Deno.test("an engineer has a job that was given up tried again, once, and the audit names it", () =>
  withDoor(async (door) => {
    const { store } = door;
    const operator = await newOperator(store);
    const [engineer, observer] = [
      await join(store, operator, "DEVELOPER", "ENGINEER"),
      await join(store, operator, "DEVELOPER", "OBSERVER"),
    ];
    const id = await giveUp(store, MONDAY - DAY);
    const retry = async (as: typeof engineer, form: Record<string, string>) => {
      const answer = await door.ask("POST", "/dev/outbox", { as, form });
      const text = await answer.text();
      return [answer.status, answer.headers.get("location"), text] as const;
    };
    const page = await (await door.ask("GET", "/dev/outbox?show=dead", {
      as: engineer,
    })).text();
    assert.ok(page.includes("Try again") && page.includes("550 mailbox"));
    assert.equal((await retry(observer, { id }))[0], 403);
    assert.equal((await retry(engineer, {}))[0], 400);
    assert.equal((await retry(engineer, { id: "job_1" }))[0], 400);
    assert.equal((await retry(engineer, { id: newId("job") }))[0], 404);
    assert.ok(await store.get(globalKeys.deadJob(id)) !== null);
    assert.deepEqual((await retry(engineer, { id })).slice(0, 2), [
      303,
      `/dev/outbox?show=dead&retried=${id}`,
    ]);
    assert.equal(await store.get(globalKeys.deadJob(id)), null);
    const job = await store.get<JobRow>(globalKeys.job(MONDAY, id));
    assert.deepEqual([job?.attempts, job?.lease], [0, null]);
    // Sent twice: it is not given up any more.
    assert.equal((await retry(engineer, { id }))[0], 404);
    const audited = await store.list<AuditRow>({
      prefix: tenantKeys(operator.orgId).audits(),
    });
    assert.deepEqual(
      audited.flatMap(({ value }) =>
        value.entries.filter(({ action }) => action === "outbox.retry")
          .map(({ recordId }) => [value.actor, recordId])
      ),
      [[engineer.id, id]],
    );
  }));
