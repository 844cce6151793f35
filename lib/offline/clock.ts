import { localTime } from "../model/calendar.ts";
import { makeId } from "../model/ids.ts";
import { ok, type Result } from "../model/problem.ts";
import {
  type Belief,
  believe,
  byBelief,
  type Claimed,
  type ClockEvent,
  type ClockKind,
  type ClockState,
  projectClock,
} from "../model/timesheet.ts";
import { claimOf } from "./batch.ts";
import { decode } from "./codec.ts";
import { todayOf } from "./day.ts";
import { read } from "./draft.ts";
import type { Field } from "./field.ts";
import { enqueue } from "./queue.ts";
import { type Saved, saving } from "./saving.ts";
import { LIVE, type QueuedOp } from "./schema.ts";

/** The worker's clock: what it says, and the events of the present day or open shift, oldest first. */
export async function readClock(
  field: Field,
): Promise<{ state: ClockState; events: ClockEvent[] }> {
  const { device } = field;
  const draft = await read(field);
  const sheets = await field.db.run((db) => db.getAll("timesheets"));
  const events = new Map<string, ClockEvent>();
  // What the server has came before what waits, whatever the device's clock says now.
  let last = 0;
  for (const row of await decode(field, sheets)) {
    if (row.local.userId !== field.me.id) continue;
    for (const event of row.local.events) {
      events.set(event.id, event);
      last = Math.max(last, Date.parse(event.believedAt) + 1);
    }
  }
  const ops: (QueuedOp & Claimed)[] = [];
  for (const live of Object.values(LIVE)) {
    for (const op of await draft.opsAlive(live)) {
      ops.push({ ...op, claim: claimOf(op, device) });
    }
  }
  ops.sort((a, b) => a.n - b.n);
  // As the server will believe it, so that a clock that jumps neither turns presses round nor makes hours of them.
  const now = device.now();
  const here = Math.max(now, last);
  const contact = here - Math.max(0, now - draft.feed.todayAt);
  const beliefs = believe(ops, here, contact, last);
  for (const [i, { claim, payload, n }] of ops.entries()) {
    if (!("kind" in payload) || events.has(payload.id)) continue;
    events.set(payload.id, {
      id: payload.id,
      kind: payload.kind,
      occurredAt: claim.occurredAt,
      ...beliefs[i] as Belief,
      seq: n,
    });
  }
  const all = [...events.values()].sort(byBelief);
  const today = todayOf(field, draft.feed);
  const dayOf = (event: ClockEvent) =>
    localTime(field.me.timeZone, Date.parse(event.believedAt)).day;
  const first = all.findIndex((event) => dayOf(event) >= today);
  const earlier = first < 0 ? all : all.slice(0, first);
  const later = first < 0 ? [] : all.slice(first);
  // A shift that began yesterday and is still open belongs to what the clock says now.
  const { since } = projectClock(earlier);
  const open = since === null
    ? []
    : earlier.filter((event) => event.believedAt >= since);
  const shown = [...open, ...later];
  return { state: projectClock(shown), events: shown };
}

/**
 * Presses the clock. Never refused: odd pairs are flagged for the office.
 *
 * @returns when it is on the disk
 * @throws {StorageFailure} nothing was saved
 */
export async function pressClock(
  field: Field,
  kind: ClockKind,
): Promise<Result<Saved<ClockEvent>>> {
  const { device } = field;
  const id = makeId("ts", device.now(), device.random(10));
  return await saving(field, async (draft) => {
    const op = await enqueue(draft, {
      route: "/api/client/clock-events",
      method: "POST",
      payload: { id, kind },
    });
    const at = new Date(op.createdAt).toISOString();
    return ok({
      record: {
        id,
        kind,
        occurredAt: at,
        believedAt: at,
        confidence: "high",
        seq: op.seq,
      },
      key: op.key,
    });
  });
}
