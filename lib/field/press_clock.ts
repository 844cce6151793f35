import { localTime } from "../model/calendar.ts";
import { may } from "../model/policy.ts";
import { fail, ok } from "../model/problem.ts";
import {
  type ClockEvent,
  type ClockKind,
  projectClock,
  type Timesheet,
  timesheetId,
} from "../model/timesheet.ts";
import { type OpenShift, putTimesheet } from "../store/timesheets.ts";
import type { FieldContext, Outcome } from "./context.ts";

/** The most presses of a clock that one day keeps: far beyond any day's work, well within a value's size. */
const MAX_EVENTS = 200;

/**
 * Adds a press of the clock to the worker's own day. Append-only: an odd press is kept and flagged, never refused.
 * A break or a clock-out belongs to the day on which its shift began.
 */
export async function pressClock(
  context: FieldContext,
  input: { id: string; press: ClockKind },
): Promise<Outcome> {
  const { tx, subject, at } = context;
  if (!may(subject, "clock.write", { assigneeId: subject.id })) {
    return fail("forbidden");
  }
  const marker = tx.keys.clockEvent(input.id);
  if (await tx.get(marker) !== null) return fail("id-taken");
  const { believedAt, confidence } = context.believed;
  const open = await tx.get<OpenShift>(tx.keys.openShift(subject.id));
  const own = localTime(context.timeZone, Date.parse(believedAt)).day;
  // A press from before the open shift, which arrives late from another device, belongs to its own day.
  const inShift = input.press !== "in" && open !== null && open.day <= own;
  const day = inShift ? open.day : own;
  const sheet = await tx.get<Timesheet>(tx.keys.timesheet(subject.id, day));
  const events: ClockEvent[] = [...sheet?.events ?? [], {
    id: input.id,
    kind: input.press,
    occurredAt: context.occurredAt,
    believedAt,
    confidence,
    seq: context.seq,
  }];
  if (events.length > MAX_EVENTS) {
    return fail("invalid-input", {
      errors: [{
        field: "kind",
        message: "The clock was pressed too often on this day.",
      }],
    });
  }
  const next: Timesheet = {
    v: 1,
    id: timesheetId(subject.id, day),
    orgId: tx.orgId,
    version: (sheet?.version ?? 0) + 1,
    updatedAt: at,
    userId: subject.id,
    day,
    events,
    state: projectClock(events),
  };
  tx.set(marker, { userId: subject.id, day });
  putTimesheet(tx, next, open);
  return ok({ status: 201, version: next.version });
}
