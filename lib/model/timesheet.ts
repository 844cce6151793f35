/** What a worker does at the clock. */
export type ClockKind = "in" | "out" | "break" | "resume";

/** How sure the server is of a time that a device claims. */
export type Confidence = "high" | "low";

/** One press of the clock. Append-only: never changed, never removed. */
export interface ClockEvent {
  /** `ts_` and a ULID, made by the device at the press; used once. */
  id: string;
  /** Which button was pressed. */
  kind: ClockKind;
  /** The device's own time, ISO 8601: evidence, never compared with the server's clock. */
  occurredAt: string;
  /** When the server believes it happened, ISO 8601; on a device that has not sent it yet, its own time. */
  believedAt: string;
  /** `low`: the device's clock is not proven, the day is flagged `doubtful-clock`. */
  confidence: Confidence;
  /** Order on the device, for events believed to be at the same instant. */
  seq: number;
}

/** Something the office should look at; nothing is changed because of it. */
export type ClockFlag =
  | "double-in"
  | "double-out"
  | "odd-break"
  | "doubtful-clock";

/** What the clock says, projected from the events. */
export interface ClockState {
  /** `break` is within a shift; `off` is between shifts. */
  status: "off" | "on" | "break";
  /** Believed time of the last clock-in of an open shift, ISO 8601. */
  since: string | null;
  /** Believed start of the present break. */
  breakSince: string | null;
  /** Milliseconds of closed breaks in the open or last shift. */
  breakMs: number;
  /** Milliseconds worked in closed shifts. */
  workedMs: number;
  /** Each at most once, in the order in which they came up. */
  flags: ClockFlag[];
}

/** One worker's day: all events, and what follows from them. */
export interface Timesheet {
  /** Schema version of the record. */
  v: 1;
  /** `<userId>/<day>`, since a worker has one a day. */
  id: string;
  /** The org that owns the hours. */
  orgId: string;
  /** Counts the record's changes; set by the server alone. */
  version: number;
  /** ISO 8601, set by the server alone. */
  updatedAt: string;
  /** The worker whose day it is. */
  userId: string;
  /** YYYY-MM-DD in the company's time zone: the day on which the shift began. */
  day: string;
  /** In the order in which the server received them. */
  events: ClockEvent[];
  /** `projectClock` of the events. */
  state: ClockState;
}

/** The record id of a worker's day. */
export function timesheetId(userId: string, day: string): string {
  return `${userId}/${day}`;
}

const OFF: ClockState = {
  status: "off",
  since: null,
  breakSince: null,
  breakMs: 0,
  workedMs: 0,
  flags: [],
};

/** Compares events by when they are believed to have happened, then by the order on their device. */
export function byBelief(a: ClockEvent, b: ClockEvent): number {
  return a.believedAt < b.believedAt ? -1 : a.believedAt > b.believedAt
    ? 1
    // Presses of two devices can be equal in both: their ids keep the projection independent of arrival.
    : a.seq - b.seq || (a.id < b.id ? -1 : 1);
}

/**
 * Projects the clock from its events: ordered by `believedAt`, then seq; the last write wins where two
 * say the same thing (a second "in" is the one that counts), the loser stays among the events and the pair is flagged.
 */
export function projectClock(events: readonly ClockEvent[]): ClockState {
  const state: ClockState = { ...OFF, flags: [] };
  const flag = (name: ClockFlag) => {
    if (!state.flags.includes(name)) state.flags.push(name);
  };
  const ms = (from: string | null, to: string) =>
    from === null ? 0 : Date.parse(to) - Date.parse(from);
  for (const event of [...events].sort(byBelief)) {
    if (event.confidence === "low") flag("doubtful-clock");
    const at = event.believedAt;
    switch (event.kind) {
      case "in":
        if (state.status !== "off") flag("double-in");
        state.status = "on";
        state.since = at;
        state.breakSince = null;
        state.breakMs = 0;
        break;
      case "break":
        if (state.status !== "on") flag("odd-break");
        else {
          state.status = "break";
          state.breakSince = at;
        }
        break;
      case "resume":
        if (state.status !== "break") flag("odd-break");
        else {
          state.breakMs += ms(state.breakSince, at);
          state.status = "on";
          state.breakSince = null;
        }
        break;
      case "out":
        if (state.status === "off") {
          flag("double-out");
          break;
        }
        state.breakMs += ms(state.breakSince, at);
        state.workedMs += ms(state.since, at) - state.breakMs;
        state.status = "off";
        state.since = null;
        state.breakSince = null;
        state.breakMs = 0;
        break;
    }
  }
  return state;
}

/** What can be pressed now. */
export function clockChoices(status: ClockState["status"]): ClockKind[] {
  return status === "off"
    ? ["in"]
    : status === "on"
    ? ["break", "out"]
    : ["resume", "out"];
}

/** Milliseconds worked so far, without breaks, with the open shift counted up to `now`. */
export function workedMs(state: ClockState, now: number): number {
  if (state.since === null) return state.workedMs;
  const until = state.breakSince === null ? now : Date.parse(state.breakSince);
  return state.workedMs +
    Math.max(0, until - Date.parse(state.since) - state.breakMs);
}

/** A device's claim of when something happened, as it travels with an op. */
export interface TimeClaim {
  /** The device's own time of the event, ISO 8601: evidence only. */
  occurredAt: string;
  /** Milliseconds between the event and the sending, by the best clock the device had. */
  elapsedMs: number;
  /** `high`: measured by a monotonic clock within one page life; `low`: by the device's wall clock. */
  confidence: Confidence;
}

/** When the server believes that something happened, and how sure it is. */
export interface Belief {
  /** ISO 8601. */
  believedAt: string;
  /** `low` also where the claim had to be moved. */
  confidence: Confidence;
}

/** A change of a queue, as far as it tells of time. */
export interface Claimed {
  /** What the device says. */
  claim: TimeClaim;
  /** It says again what was refused, and claims the moment of that: it stands outside of the order. */
  replaces?: string | undefined;
}

/**
 * When the server believes the changes of one queue happened: receipt minus elapsed time, never before the last contact
 * with the device, never after the receipt, and never one before another that was made before it. Where two claims
 * contradict the order, the device's clock was moved between them, which the later one does not measure: the earlier one
 * gives way, unless a monotonic clock measured it. A claim that had to be moved is doubtful.
 *
 * @param changes by seq
 * @param receivedAt the server's clock at receipt, milliseconds
 * @param lastContact the server's clock at the device's previous contact, milliseconds
 * @param lastBelieved when the queue's change before these is believed to have happened, milliseconds
 */
export function believe(
  changes: readonly Claimed[],
  receivedAt: number,
  lastContact: number,
  lastBelieved = lastContact,
): Belief[] {
  const made = changes.map(({ claim }) => receivedAt - (claim.elapsedMs || 0));
  const latest: number[] = [];
  for (let i = made.length, soonest = receivedAt; i--;) {
    const at = made[i] as number;
    latest[i] = soonest;
    // What cannot be true says nothing about the others.
    if (at >= lastContact && !changes[i]?.replaces) {
      soonest = Math.min(soonest, at);
    }
  }
  let bound = Math.max(lastContact, lastBelieved);
  return changes.map(({ claim: { confidence }, replaces }, i) => {
    const at = made[i] as number;
    const isFree = replaces || confidence === "high";
    const to = isFree ? at : Math.min(at, latest[i] as number);
    const from = replaces ? lastContact : bound;
    const clamped = Math.min(Math.max(to, from), receivedAt);
    if (!replaces) bound = clamped;
    return {
      believedAt: new Date(clamped).toISOString(),
      confidence: clamped === at ? confidence : "low",
    };
  });
}
