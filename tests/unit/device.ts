import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fieldWork } from "../../lib/http/field_work.ts";
import type { Change, Op } from "../../lib/model/operation.ts";
import {
  LEDGER_START,
  ledgerLink,
  type OpResult,
  PROTOCOL_VERSION,
  type SyncResponse,
} from "../../lib/model/protocol.ts";
import type { Me } from "../../lib/model/spaces.ts";
import type { OrderAction } from "../../lib/model/work_order.ts";
import { readSettings } from "../../lib/store/settings.ts";
import { applyBatch, type SyncOutcome } from "../../lib/sync/apply_batch.ts";
import { readSyncRequest } from "../../lib/sync/read_request.ts";
import { type Company, leadFields, MONDAY, newId } from "./builders.ts";

/** What a test says of a request beside its ops. */
export interface Sending {
  /** Happens before each op is applied. */
  beforeEach?: () => Promise<void>;
  now?: number;
  counts?: Record<string, number>;
  more?: boolean;
  epoch?: string;
  userId?: string;
  orgId?: string;
  /** Receives the id of the request's audit record. */
  auditId?: string;
  sessionSince?: number;
}

/** A worker's phone: numbers its ops and sends them as the wire carries them. */
export class Device {
  id = newId("dev");
  seq = 0;

  constructor(readonly company: Company, readonly me: Me) {}

  /** Queues a change. */
  op(change: Change, more: Partial<Op> = {}): Op {
    return {
      seq: ++this.seq,
      key: newId("op"),
      v: PROTOCOL_VERSION,
      base: { version: 0 },
      claim: {
        occurredAt: new Date(MONDAY).toISOString(),
        elapsedMs: 0,
        confidence: "high",
      },
      ...change,
      ...more,
    } as Op;
  }

  /** Queues a new lead. */
  lead(name = "Petra Vogel", id: string = newId("lead")): Op {
    return this.op({
      route: "/api/client/leads",
      method: "POST",
      payload: { id, fields: leadFields(name) },
    });
  }

  /** Queues a change of a lead. */
  rename(id: string, name: string, base: Op["base"]): Op {
    return this.op({
      route: `/api/client/leads/${id}`,
      method: "PATCH",
      payload: { fields: { name } },
    }, { base });
  }

  /** Queues what a worker does to an order. */
  advance(id: string, action: OrderAction, base: Op["base"]): Op {
    return this.op({
      route: `/api/client/work-orders/${id}/transitions`,
      method: "POST",
      payload: { action },
    }, { base });
  }

  /** Queues a press of the clock. */
  clock(
    kind: "in" | "out" | "break" | "resume",
    claim: Partial<Op["claim"]> = {},
  ): Op {
    const op = this.op({
      route: "/api/client/clock-events",
      method: "POST",
      payload: { id: newId("ts"), kind },
    });
    return { ...op, claim: { ...op.claim, ...claim } };
  }

  /** Sends a request, through the reader that the route uses. */
  async send(
    ops: readonly unknown[],
    sending: Sending = {},
  ): Promise<SyncOutcome> {
    const { tenant } = this.company;
    const request = readSyncRequest(JSON.parse(JSON.stringify({
      v: PROTOCOL_VERSION,
      deviceId: this.id,
      userId: sending.userId ?? this.me.id,
      orgId: sending.orgId ?? this.me.orgId,
      ops,
      ...(sending.more && { more: true }),
      ...(sending.epoch !== undefined && { epoch: sending.epoch }),
      ...(sending.counts && { counts: sending.counts }),
    })));
    if (!request.ok) return request;
    const caller = {
      subject: this.me,
      sessionSince: sending.sessionSince ?? MONDAY,
      requestId: "request",
      auditId: sending.auditId ?? newId("aud"),
    };
    const apply = fieldWork(await readSettings(tenant));
    return await applyBatch(
      tenant,
      caller,
      request.value,
      async (input) => {
        await sending.beforeEach?.();
        return await apply(input);
      },
      sending.now ?? MONDAY,
    );
  }

  /** Sends a request that has to be taken in. */
  async sync(
    ops: readonly unknown[],
    sending: Sending = {},
  ): Promise<SyncResponse> {
    const outcome = await this.send(ops, sending);
    assert.ok(outcome.ok, JSON.stringify(outcome));
    return outcome.value;
  }

  /** Sends a request that has to be refused as a whole. */
  async refused(ops: readonly unknown[], sending: Sending = {}) {
    const outcome = await this.send(ops, sending);
    assert.ok(!outcome.ok, JSON.stringify(outcome));
    return outcome.problem;
  }
}

/** The ledger's hash after results, computed as a device does it. */
export function hashOf(results: readonly OpResult[]): string {
  return results.reduce(
    (hash, result) =>
      createHash("sha256").update(ledgerLink(hash, result)).digest("hex"),
    LEDGER_START,
  );
}

/** What results tell apart from whether they had been given before. */
export function tellings(results: readonly OpResult[]) {
  return results.map(({ replayed: _replayed, ...result }) => result);
}

/** The statuses of results. */
export const statuses = (results: readonly OpResult[]) =>
  results.map((result) => result.status);
