import { fieldWork } from "../lib/http/field_work.ts";
import { makeId } from "../lib/model/ids.ts";
import { readSettings } from "../lib/store/settings.ts";
import { storeOn } from "../lib/store/store.ts";
import { TenantStore } from "../lib/store/tenant_store.ts";
import { applyBatch } from "../lib/sync/apply_batch.ts";
import { readSyncRequest } from "../lib/sync/read_request.ts";
import { hire, newCompany } from "../tests/unit/builders.ts";
import { median } from "./median.ts";

const BATCH = 250;
const WARM_UP = 6;
const ROUNDS = 24;

/** What the server may lose against the store alone: its reads, its rules, its hashes. */
const LEAST_RATIO = 0.65;

const newId = (prefix: "aud" | "dev" | "lead" | "op") =>
  makeId(prefix, Date.now(), crypto.getRandomValues(new Uint8Array(10)));

/** One commit as the store got it. */
interface Commit {
  checks: Deno.KvKey[];
  sets: { key: Deno.KvKey; value: unknown; options: { expireIn?: number } }[];
}

/** The same KV, which also notes what is committed. */
function noting(kv: Deno.Kv, commits: Commit[]): Deno.Kv {
  return new Proxy(kv, {
    get(target, name) {
      const member = Reflect.get(target, name);
      if (name !== "atomic") {
        return typeof member === "function" ? member.bind(target) : member;
      }
      return () => {
        const atomic = target.atomic();
        const commit: Commit = { checks: [], sets: [] };
        const { check, set } = atomic;
        atomic.check = (...checks) => {
          commit.checks.push(...checks.map(({ key }) => key));
          return check.apply(atomic, checks);
        };
        atomic.set = (key, value, options = {}) => {
          commit.sets.push({ key, value, options });
          return set.call(atomic, key, value, options);
        };
        commits.push(commit);
        return atomic;
      };
    },
  });
}

/** A batch of new leads, as a device sends it. */
function batchOf(
  deviceId: string,
  from: number,
  userId: string,
  orgId: string,
) {
  const ops = Array.from({ length: BATCH }, (_, i) => ({
    seq: from + i + 1,
    key: newId("op"),
    v: 1,
    route: "/api/client/leads",
    method: "POST",
    payload: {
      id: newId("lead"),
      fields: {
        name: `Lead ${i}`,
        phone: `555 ${1000 + i}`,
        step: "new",
        need: `Asked at the door about unit ${i}, wants a call on Monday.`,
      },
    },
    base: { version: 0 },
    claim: {
      occurredAt: new Date().toISOString(),
      elapsedMs: i,
      confidence: "high",
    },
  }));
  return JSON.stringify({ v: 1, deviceId, userId, orgId, ops });
}

/**
 * Measures how quickly batches are applied (durable, deduplicated, audited), beside the bare store: the very rows that a
 * batch wrote, written again under other keys in commits of the same size. Batch by batch in turn, so that both have the
 * same machine.
 */
export async function benchApply(): Promise<void> {
  const folder = await Deno.makeTempDir();
  const kv = await Deno.openKv(`${folder}/store.sqlite3`);
  const commits: Commit[] = [];
  try {
    const store = await storeOn(noting(kv, commits));
    const company = await newCompany(store);
    const me = await hire(company, "WORKER");
    const tenant = new TenantStore(store, me.orgId);
    const work = fieldWork(await readSettings(tenant));
    const deviceId = newId("dev");
    const applied: number[] = [];
    const bare: number[] = [];
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      const text = batchOf(deviceId, round * BATCH, me.id, me.orgId);
      commits.length = 0;
      const begun = performance.now();
      const request = readSyncRequest(JSON.parse(text));
      if (!request.ok) {
        throw new Error("The server does not take its own format");
      }
      const outcome = await applyBatch(
        tenant,
        {
          subject: me,
          sessionSince: Date.now() - 3600_000,
          requestId: "bench",
          auditId: newId("aud"),
        },
        request.value,
        work,
        Date.now(),
      );
      const ended = performance.now();
      if (
        !outcome.ok || outcome.value.results.length !== BATCH ||
        outcome.value.results.some(({ status }) => status !== 201)
      ) throw new Error(`Refused: ${JSON.stringify(outcome).slice(0, 300)}`);
      const again = commits.map(({ checks, sets }) => ({
        checks,
        sets: sets.map(({ key, value, options }) => ({
          key: ["bare", ...key.slice(1)].map((part) =>
            // The feed's own versionstamp stands in one commit only.
            typeof part === "object" ? newId("op") : part
          ),
          value,
          options,
        })),
      }));
      const startedAt = performance.now();
      for (const { checks, sets } of again) {
        const atomic = kv.atomic();
        for (const key of checks) {
          atomic.check({ key: ["bare", ...key, round], versionstamp: null });
        }
        for (const { key, value, options } of sets) {
          atomic.set(key, value, options);
        }
        if (!(await atomic.commit()).ok) throw new Error("The store refused");
      }
      const done = performance.now();
      if (round < WARM_UP) continue;
      applied.push(ended - begun);
      bare.push(done - startedAt);
    }
    const rate = (ms: number) => Math.round(BATCH / ms * 1000);
    const ratio = median(bare) / median(applied);
    console.log(
      `apply: batches of ${BATCH} new leads on a file, median of ${ROUNDS}
  by the server's rules: ${rate(median(applied))} ops/s
  the same rows by the bare store: ${rate(median(bare))} ops/s
  ratio ${ratio.toFixed(2)} (at least ${LEAST_RATIO})`,
    );
    if (ratio < LEAST_RATIO) {
      throw new Error("Batches are applied too slowly");
    }
  } finally {
    kv.close();
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) await benchApply();
