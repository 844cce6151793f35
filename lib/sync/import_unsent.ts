import { createHash } from "node:crypto";
import { makeId } from "../model/ids.ts";
import { fail, ok, type Problem, type Result } from "../model/problem.ts";
import type { OpResult } from "../model/protocol.ts";
import type { Subject } from "../model/spaces.ts";
import type { MemberRow } from "../store/identities.ts";
import type { TenantStore } from "../store/tenant_store.ts";
import { applyBatch, type ApplyOp, foresee } from "./apply_batch.ts";
import type { ReadFile } from "./import_file.ts";
import type { ReceivedOp } from "./read_request.ts";

/** Who brings a file in, and the request it came in. */
export interface Bringer {
  /** Who acts, from the session. */
  subject: Subject;
  /** As in the log and in the `x-request-id` header. */
  requestId: string;
  /** Id of the request's audit record. */
  auditId: string;
  /** Method and route pattern, for the audit record. */
  route: string;
}

/** What comes of one change of a file. */
export interface ImportedChange {
  /** As the phone queued it. */
  op: ReceivedOp;
  /**
   * `applied`: it takes effect by this import. `known`: the office has it already. `conflict`: somebody else changed the
   * same record meanwhile. `refused`: see `problem`.
   */
  outcome: "applied" | "known" | "conflict" | "refused";
  /** Why it was refused, or with what it conflicts. */
  problem?: Problem;
}

/** What comes of a file's changes; what was taken back before it was sent is left out. */
export interface Imported {
  /** Whose work it is, with their roles of now. */
  worker: Subject;
  /** By seq. */
  changes: ImportedChange[];
}

/** Names the queue that a file's ops go into where their own has gone another way; the same for the same file for ever. */
function otherQueue({ deviceId, ops }: ReadFile): string {
  const hash = createHash("sha256").update(`${deviceId}\n${ops[0]?.key}`)
    .digest();
  return makeId("dev", 0, hash);
}

/** The ops from a place on, numbered anew from 1, with their keys. */
function numberedAnew(ops: readonly ReceivedOp[], from: number): ReceivedOp[] {
  const first = ops[from]?.seq ?? 1;
  return ops.slice(from).map((op, i) => {
    const { after, version } = op.base;
    const base = after !== undefined && after >= first
      ? { version, after: after - first + 1 }
      : { version };
    return { ...op, seq: i + 1, base };
  });
}

/**
 * Since the file was written time has passed, of which only the phone's clock tells: never more than a claim to be
 * looked at.
 */
function claimedNow(op: ReceivedOp, savedAt: number, now: number): ReceivedOp {
  const elapsedMs = op.claim.elapsedMs + Math.max(0, now - savedAt);
  return { ...op, claim: { ...op.claim, elapsedMs, confidence: "low" } };
}

function outcomeOf(
  { status, problem, replayed }: OpResult,
): ImportedChange["outcome"] {
  if (status < 300) return replayed ? "known" : "applied";
  return problem?.code === "stale-entity" ? "conflict" : "refused";
}

/**
 * Takes in the changes that a phone could not send, through the same ledger, use cases and keys as if it had sent them: so
 * each counts once, however often the file is brought in, and also when the phone comes back. Where the file has pictures
 * too, the audit record stays open for them.
 *
 * @param dry only tells what would come of it; nothing is written
 * @param now server time, milliseconds
 */
export async function importUnsent(
  tenant: TenantStore,
  bringer: Bringer,
  file: ReadFile,
  apply: ApplyOp,
  now: number,
  dry: boolean,
): Promise<Result<Imported>> {
  const { subject, requestId, auditId, route } = bringer;
  const member = await tenant.get<MemberRow>(
    tenant.keys.member("CLIENT", file.user.id),
  );
  if (member === null || member.status !== "active") {
    return fail("invalid-input", {
      errors: [{
        field: "file",
        message:
          "Whose work this is does not work here any more, so it cannot be taken in for them. It can still be read in the file.",
      }],
    });
  }
  const worker: Subject = {
    ...subject,
    id: file.user.id,
    roles: member.roles,
  };
  const caller = {
    subject: worker,
    broughtBy: { subject, route },
    sessionSince: now,
    deviceSince: file.deviceSince,
    requestId,
    auditId,
    auditGoesOn: file.pictures.length > 0,
  };
  const ops = file.ops.map((op) => claimedNow(op, file.savedAt, now));
  const take = (deviceId: string, ops: ReceivedOp[]) =>
    (dry ? foresee : applyBatch)(
      tenant,
      caller,
      {
        deviceId,
        userId: file.user.id,
        orgId: tenant.orgId,
        ops,
        epoch: null,
        // This is no contact with the phone.
        more: true,
        counts: {},
      },
      apply,
      now,
    );
  let outcome = await take(file.deviceId, ops);
  const results = outcome.ok ? [...outcome.value.results] : [];
  const stopped = outcome.ok ? outcome.value.stopped : outcome.problem;
  if (
    stopped && ["device-forked", "sequence-gap"].includes(stopped.code)
  ) {
    // A copy of the phone went on under the same name, or the server was restored: the rest gets a queue of its own.
    outcome = await take(otherQueue(file), numberedAnew(ops, results.length));
    if (outcome.ok) results.push(...outcome.value.results);
  }
  const last = outcome.ok ? outcome.value.stopped : outcome.problem;
  if (last) return { ok: false, problem: last };
  return ok({
    worker,
    changes: results.flatMap((result, i): ImportedChange[] => {
      const op = file.ops[i] as ReceivedOp;
      if (op.route === "/api/client/noop") return [];
      const { problem } = result;
      return [{ op, outcome: outcomeOf(result), ...(problem && { problem }) }];
    }),
  });
}
