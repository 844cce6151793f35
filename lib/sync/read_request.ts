import { z } from "zod";
import type { Base } from "../model/operation.ts";
import { isId } from "../model/ids.ts";
import { fail, ok, type Result } from "../model/problem.ts";
import { MAX_BATCH_OPS, PROTOCOL_VERSION } from "../model/protocol.ts";
import type { TimeClaim } from "../model/timesheet.ts";

/** An op whose envelope is sound; what it changes is judged by itself, so that one bad op harms no other. */
export interface ReceivedOp {
  seq: number;
  key: string;
  v: number;
  method: string;
  route: string;
  payload: unknown;
  base: Base;
  claim: TimeClaim;
}

/** A sync request whose envelope is sound. */
export interface ReceivedSync {
  deviceId: string;
  userId: string;
  orgId: string;
  ops: ReceivedOp[];
  counts: Record<string, number>;
}

const count = z.number().int().nonnegative();
const op = z.object({
  seq: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  key: z.string().regex(/^[\x21-\x7e]{8,100}$/),
  v: count,
  method: z.string().max(10),
  route: z.string().max(200),
  payload: z.unknown(),
  base: z.object({ version: count, after: count.optional() }),
  claim: z.object({
    occurredAt: z.iso.datetime(),
    elapsedMs: z.number(),
    confidence: z.enum(["high", "low"]),
  }),
  replaces: z.string().max(100).optional(),
});
const request = z.object({
  v: z.number().int().min(1).max(PROTOCOL_VERSION),
  deviceId: z.string().refine((value) => isId("dev", value), "Write a device id."),
  userId: z.string(),
  orgId: z.string(),
  ops: z.array(op).max(MAX_BATCH_OPS),
  counts: z.record(z.string().max(40), z.number().finite().nonnegative()).default({}),
});

/**
 * Reads the body of `POST /api/client/sync`.
 *
 * @param body parsed JSON, not trusted
 */
export function readSyncRequest(body: unknown): Result<ReceivedSync> {
  const parsed = request.safeParse(body);
  if (!parsed.success) {
    return fail("invalid-input", {
      errors: parsed.error.issues.slice(0, 20).map((issue) => ({
        field: issue.path.join(".") || "body",
        message: issue.message,
      })),
    });
  }
  return ok(parsed.data as ReceivedSync);
}
