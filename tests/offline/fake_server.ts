import { advance } from "../../lib/model/advance.ts";
import {
  type Problem,
  problem,
  type ProblemCode,
} from "../../lib/model/problem.ts";
import type { Lead } from "../../lib/model/lead.ts";
import type { Op } from "../../lib/model/operation.ts";
import { recordOf } from "../../lib/model/operation.ts";
import {
  LEDGER_START,
  ledgerLink,
  type OpResult,
  type PulledRecord,
  type PullResponse,
  type SyncRequest,
  type SyncResponse,
} from "../../lib/model/protocol.ts";
import {
  type Belief,
  believe,
  projectClock,
  type Timesheet,
  timesheetId,
} from "../../lib/model/timesheet.ts";
import { withOrderFields, type WorkOrder } from "../../lib/model/work_order.ts";
import type { FieldValues } from "../../lib/model/form.ts";

type Stored = Lead | WorkOrder | Timesheet;

interface Ledger {
  lastSeq: number;
  hash: string;
  results: Map<number, OpResult>;
  believedAt: number;
}

interface State {
  ledgers: Map<string, Ledger>;
  idem: Map<string, OpResult>;
  records: Map<string, Stored>;
  feed: { id: string }[];
  /** Key of every op that had an effect, in the order of the effects. */
  applied: string[];
  /** Values that lost a merge, by record. */
  discarded: { id: string; values: FieldValues }[];
}

const hex = (bytes: ArrayBuffer) =>
  [...new Uint8Array(bytes)].map((b) => b.toString(16).padStart(2, "0")).join(
    "",
  );

/** The server's side of the sync protocol, in memory: just what lib/model promises to a device. */
export class FakeServer {
  epoch = "epoch-1";
  today = "2026-11-22";
  userId = "usr_worker";
  orgId = "org_hvac";
  loggedIn = true;
  /** Answers every sync with this problem. */
  refuseAll: Problem | null = null;
  /** Stops a batch before this op of it (0: at once). */
  stopBefore: { index: number; problem: Problem } | null = null;
  pageSize = 50;
  /** A cursor below it is gone. */
  oldestCursor = 0;
  requests: SyncRequest[] = [];
  pulls: string[] = [];
  now = Date.parse("2026-11-22T08:00:00Z");
  state: State = {
    ledgers: new Map(),
    idem: new Map(),
    records: new Map(),
    feed: [],
    applied: [],
    discarded: [],
  };
  #turn: Promise<unknown> = Promise.resolve();
  #writes = 0;

  /** The office writes. */
  put<T extends Stored>(record: T): T {
    const version = (this.state.records.get(record.id)?.version ?? 0) + 1;
    const updatedAt = new Date(this.now + this.#writes++).toISOString();
    const stored = { ...record, version, updatedAt };
    this.state.records.set(record.id, stored);
    this.state.feed.push({ id: record.id });
    return stored;
  }

  get<T extends Stored>(id: string): T {
    return this.state.records.get(id) as T;
  }

  /** Out of the worker's scope. */
  remove(id: string): void {
    this.state.records.delete(id);
    this.state.feed.push({ id });
  }

  backup(): State {
    return structuredClone(this.state);
  }

  restore(state: State): void {
    this.state = structuredClone(state);
    this.epoch += "'";
  }

  #apply(op: Op, belief: Belief): Omit<OpResult, "seq" | "key"> {
    const refuse = (code: ProblemCode, more = {}) => {
      const body = problem(code, more);
      return { status: body.status, problem: body };
    };
    const { state } = this;
    if (op.route === "/api/client/noop") return { status: 200 };
    if (op.route === "/api/client/clock-events") {
      const day = this.today;
      const id = timesheetId(this.userId, day);
      const sheet = state.records.get(id) as Timesheet | undefined;
      const events = [...sheet?.events ?? [], {
        id: op.payload.id,
        kind: op.payload.kind,
        occurredAt: op.claim.occurredAt,
        ...belief,
        seq: op.seq,
      }];
      const { version } = this.put({
        v: 1,
        id,
        orgId: this.orgId,
        version: 0,
        updatedAt: "",
        userId: this.userId,
        day,
        events,
        state: projectClock(events),
      });
      return { status: 201, version };
    }
    const id = recordOf(op) as string;
    const record = state.records.get(id);
    if (op.route === "/api/client/leads") {
      if (record) return refuse("id-taken");
      if (op.payload.fields.phone === "bad") return refuse("invalid-input");
      const at = new Date(this.now).toISOString();
      const lead = this.put<Lead>({
        v: 1,
        id,
        orgId: this.orgId,
        version: 0,
        updatedAt: at,
        createdAt: at,
        createdBy: this.userId,
        assigneeId: this.userId,
        fields: op.payload.fields,
      });
      return { status: 201, version: lead.version };
    }
    const ledger = this.#serving as Ledger;
    const after = op.base.after === undefined
      ? undefined
      : ledger.results.get(op.base.after);
    if (after && after.status >= 400) return refuse("dependency-rejected");
    if (!record) return refuse("not-found");
    if (
      record.version !== op.base.version && record.version !== after?.version
    ) {
      return refuse("stale-entity", { current: structuredClone(record) });
    }
    const payload = op.payload as {
      fields?: FieldValues;
      discarded?: FieldValues;
    };
    if (payload.fields?.phone === "bad" || payload.fields?.notes === "bad") {
      return refuse("invalid-input");
    }
    let next: Stored;
    if ("action" in op.payload) {
      const moved = advance(
        record as WorkOrder,
        op.payload.action,
        belief.believedAt,
      );
      if (!moved.ok) return { status: 422, problem: moved.problem };
      next = moved.value;
    } else if ("fields" in record) {
      next = { ...record, fields: { ...record.fields, ...payload.fields } };
    } else next = withOrderFields(record as WorkOrder, payload.fields ?? {});
    if (payload.discarded) {
      state.discarded.push({ id, values: payload.discarded });
    }
    return { status: 200, version: this.put(next).version };
  }

  #serving: Ledger | undefined;

  async #sync(request: SyncRequest): Promise<SyncResponse | Problem> {
    this.requests.push(request);
    if (!this.loggedIn) return problem("unauthenticated");
    if (this.refuseAll) return this.refuseAll;
    if (request.userId !== this.userId || request.orgId !== this.orgId) {
      return problem("scope-mismatch");
    }
    const { state } = this;
    let ledger = state.ledgers.get(request.deviceId);
    if (!ledger) {
      ledger = {
        lastSeq: 0,
        hash: LEDGER_START,
        results: new Map(),
        believedAt: 0,
      };
      state.ledgers.set(request.deviceId, ledger);
    }
    this.#serving = ledger;
    const results: OpResult[] = [];
    const answer = (stopped?: Problem): SyncResponse => ({
      epoch: this.epoch,
      lastSeq: ledger.lastSeq,
      hash: ledger.hash,
      results,
      ...(stopped && { stopped }),
    });
    // A device that knows another life of the store compares first.
    const ops = (request.epoch ?? this.epoch) === this.epoch ? request.ops : [];
    const beliefs = believe(ops, this.now, 0, ledger.believedAt);
    for (const [i, op] of ops.entries()) {
      const { seq, key } = op;
      if (seq <= ledger.lastSeq) {
        const known = ledger.results.get(seq);
        if (known?.key !== key) {
          const forked = problem("device-forked", { lastSeq: ledger.lastSeq });
          return i === 0 ? forked : answer(forked);
        }
        results.push({ ...known, replayed: true });
        continue;
      }
      if (seq > ledger.lastSeq + 1) {
        const gap = problem("sequence-gap", { lastSeq: ledger.lastSeq });
        return i === 0 ? gap : answer(gap);
      }
      if (this.stopBefore?.index === i) {
        const { problem } = this.stopBefore;
        this.stopBefore = null;
        return answer(problem);
      }
      const known = state.idem.get(key);
      const belief = beliefs[i] as Belief;
      const result: OpResult = known
        ? { ...known, seq, replayed: true }
        : { seq, key, ...this.#apply(op, belief) };
      if (!op.replaces) ledger.believedAt = Date.parse(belief.believedAt);
      if (!known) {
        state.idem.set(key, result);
        if (result.status < 300 && op.route !== "/api/client/noop") {
          state.applied.push(key);
        }
      }
      ledger.lastSeq = seq;
      ledger.hash = hex(
        await crypto.subtle.digest(
          "SHA-256",
          new TextEncoder().encode(ledgerLink(ledger.hash, result)),
        ),
      );
      ledger.results.set(seq, result);
      results.push(result);
    }
    return answer();
  }

  #pull(cursor: string | null): PullResponse | Problem {
    this.pulls.push(cursor ?? "");
    if (!this.loggedIn) return problem("unauthenticated");
    const { feed } = this.state;
    let from: number;
    let ids: string[];
    // A cursor names the feed's position, or the position within a full load.
    const [epoch, kind, a, b] =
      (cursor ?? `${this.epoch}.full.0.${feed.length}`)
        .split(".");
    if (epoch !== this.epoch) return problem("cursor-expired");
    const at = Number(a);
    if (kind === "full") {
      const all = [...this.state.records.keys()];
      ids = all.slice(at, at + this.pageSize);
      from = at + this.pageSize;
      const more = from < all.length;
      return {
        epoch: this.epoch,
        cursor: `${epoch}.${more ? `full.${from}.${b}` : `feed.${b}`}`,
        full: cursor === null,
        changes: ids.map((id) => this.#pulled(id)),
        more,
        today: this.today,
        settings: { leadForm: { sections: [] } },
      };
    }
    if (at < this.oldestCursor) return problem("cursor-expired");
    const rows = feed.slice(at, at + this.pageSize);
    return {
      epoch: this.epoch,
      cursor: `${epoch}.feed.${at + rows.length}`,
      full: false,
      changes: [...new Set(rows.map(({ id }) => id))].map((id) =>
        this.#pulled(id)
      ),
      more: at + rows.length < feed.length,
      today: this.today,
    };
  }

  #pulled(id: string): PulledRecord {
    const record = structuredClone(this.state.records.get(id) ?? null);
    const type = id.startsWith("lead_")
      ? "lead"
      : id.startsWith("wo_")
      ? "workOrder"
      : "timesheet";
    return { type, id, record } as PulledRecord;
  }

  /** Answers one request, one at a time as a store with one commit order would. */
  handle(path: string, init: RequestInit): Promise<Response> {
    const turn = this.#turn.then(() => this.#handle(path, init));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #handle(path: string, init: RequestInit): Promise<Response> {
    const url = new URL(path, "http://server.test");
    let body: unknown;
    if (url.pathname === "/api/client/device-shares") {
      // As the server: the same share for the same database, for ever.
      const { vault } = JSON.parse(String(init.body));
      const bytes = await crypto.subtle.digest(
        "SHA-256",
        new TextEncoder().encode(`${this.userId} ${this.orgId} ${vault}`),
      );
      return Response.json({ share: [...new Uint8Array(bytes)] });
    }
    if (url.pathname === "/healthz") {
      body = { status: "ok", service: "streamflow" };
    } else if (init.method === "POST") {
      const text = await new Response(
        new Blob([init.body as ArrayBuffer]).stream().pipeThrough(
          new DecompressionStream("gzip"),
        ),
      ).text();
      body = await this.#sync(JSON.parse(text));
    } else body = this.#pull(url.searchParams.get("cursor"));
    const status = (body as Problem).code ? (body as Problem).status : 200;
    return new Response(JSON.stringify(body), {
      status,
      headers: { "content-type": "application/json" },
    });
  }
}
