import { localTime } from "../model/calendar.ts";
import { makeId } from "../model/ids.ts";
import { ok, type Result } from "../model/problem.ts";
import {
  believe,
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
import { LIVE } from "./schema.ts";

/** The worker's clock: what it says, and the events of the present day or open shift, oldest first. */
export async function readClock(
  field: Field,
): Promise<{ state: ClockState; events: ClockEvent[] }> {
  const draft = await read(field);
  const now = field.device.now();
  const sheets = await field.db.run((db) => db.getAll("timesheets"));
  const events = new Map<string, ClockEvent>();
  for (const row of await decode(field, sheets)) {
    if (row.local.userId !== field.me.id) continue;
    for (const event of row.local.events) events.set(event.id, event);
  }
  for (const live of Object.values(LIVE)) {
    for (const op of await draft.opsAlive(live)) {
      if (!("kind" in op.payload) || events.has(op.payload.id)) continue;
      // As the server will believe it, so that a clock that jumps neither turns presses round nor makes hours of them.
      const claim = claimOf(op, field.device);
      events.set(op.payload.id, {
        id: op.payload.id,
        kind: op.payload.kind,
        occurredAt: claim.occurredAt,
        ...believe(claim, now, Math.min(draft.feed.todayAt, now)),
        seq: op.seq,
      });
    }
  }
  const all = [...events.values()].sort((a, b) =>
    a.believedAt < b.believedAt
      ? -1
      : a.believedAt > b.believedAt
      ? 1
      : a.seq - b.seq
  );
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
