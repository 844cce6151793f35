import { z } from "zod";
import type { Base } from "../model/operation.ts";
import { isId } from "../model/ids.ts";
import {
  fail,
  type FieldError,
  ok,
  type Problem,
  problem,
  type Result,
} from "../model/problem.ts";
import {
  MAX_BATCH_OPS,
  OLDEST_PROTOCOL_VERSION,
  PROTOCOL_VERSION,
} from "../model/protocol.ts";
import type { TimeClaim } from "../model/timesheet.ts";

/** An op that has a place in the queue; all else is judged by itself, so that one bad op harms no other. */
export interface ReceivedOp {
  /** Place in the device's queue, from 1. */
  seq: number;
  /** Idempotency key: 8 to 100 printable ASCII characters. */
  key: string;
  /** Version of the op's form. */
  v: number;
  /** HTTP method of the API call that the op stands for. */
  method: string;
  /** Path of that API call, not matched yet. */
  route: string;
  /** Body of that API call, not trusted yet. */
  payload: unknown;
  /** What the device had seen when it made the change. */
  base: Base;
  /** When the device says it happened. */
  claim: TimeClaim;
  /** Key of the refused op that it says again. */
  replaces?: string | undefined;
  /** Why it cannot be read; the rest of it means nothing then. */
  refusal?: Problem;
}

/** A sync request whose envelope is sound. */
export interface ReceivedSync {
  /** Well formed; whose device it is, the ledger tells. */
  deviceId: string;
  /** Who queued the ops, as the device says: compared with the session. */
  userId: string;
  /** Where they were queued, as the device says: compared with the session. */
  orgId: string;
  /** In the order received: gaps are found when they are applied. */
  ops: ReceivedOp[];
  /** The store's life that the device knows; null: it knows none, or does not tell. */
  epoch: string | null;
  /** False unless the device says that more ops wait. */
  more: boolean;
  /** By name; empty when there is nothing to report. */
  counts: Record<string, number>;
}

const count = z.number().int().nonnegative();
const place = z.object({
  seq: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  key: z.string().regex(/^[\x21-\x7e]{8,100}$/),
});
const op = place.extend({
  v: count,
  method: z.string().max(10),
  route: z.string().max(200),
  payload: z.unknown(),
  base: z.object({ version: count, after: count.optional() }),
  claim: z.object({
    occurredAt: z.iso.datetime().max(40),
    elapsedMs: z.number(),
    confidence: z.enum(["high", "low"]),
  }),
  replaces: z.string().max(100).optional(),
});
/** What every op has that can be given a result. */
export interface OpPlace {
  /** Place in the device's queue, from 1. */
  seq: number;
  /** Idempotency key. */
  key: string;
}

/** Whether something can be given a result, whatever else is wrong with it. */
export function hasPlace(value: unknown): value is OpPlace {
  return place.safeParse(value).success;
}

const request = z.object({
  v: z.number().int().min(1).max(PROTOCOL_VERSION),
  deviceId: z.string().refine(
    (value) => isId("dev", value),
    "Write a device id.",
  ),
  userId: z.string(),
  orgId: z.string(),
  ops: z.array(place.loose()).max(MAX_BATCH_OPS),
  epoch: z.string().max(100).nullable().default(null),
  more: z.boolean().default(false),
  counts: z.record(z.string().max(40), z.number().finite().nonnegative())
    .default({}),
});

const errorsOf = (error: z.ZodError): FieldError[] =>
  error.issues.slice(0, 20).map((issue) => ({
    field: issue.path.join(".") || "body",
    message: issue.message,
  }));

/** Reads one op; what is wrong with it stands in `refusal`. */
export function readOp(received: OpPlace): ReceivedOp {
  const parsed = op.safeParse(received);
  const { seq, key } = received;
  const unread = {
    seq,
    key,
    v: PROTOCOL_VERSION,
    method: "",
    route: "",
    payload: null,
    base: { version: 0 },
    claim: { occurredAt: "", elapsedMs: 0, confidence: "low" as const },
  };
  if (!parsed.success) {
    const refusal = problem("invalid-input", {
      errors: errorsOf(parsed.error),
    });
    return { ...unread, refusal };
  }
  const { v } = parsed.data;
  if (v < OLDEST_PROTOCOL_VERSION || v > PROTOCOL_VERSION) {
    return { ...unread, refusal: problem("unknown-operation") };
  }
  return parsed.data as ReceivedOp;
}

/**
 * Reads the body of `POST /api/client/sync`. Only what has no place in the queue refuses the request.
 *
 * @param body parsed JSON, not trusted
 */
export function readSyncRequest(body: unknown): Result<ReceivedSync> {
  const parsed = request.safeParse(body);
  if (!parsed.success) {
    return fail("invalid-input", { errors: errorsOf(parsed.error) });
  }
  return ok({ ...parsed.data, ops: parsed.data.ops.map(readOp) });
}
