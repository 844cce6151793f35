/** A stretch of time, milliseconds since the navigation began. */
export type Stretch = [from: number, to: number];

/** How a page was loaded. */
export interface Loading {
  firstPaint: number;
  contentLoaded: number;
  /** When the watching ended. */
  end: number;
  /** Tasks of the main thread that took 50 ms or more. */
  tasks: Stretch[];
  requests: Stretch[];
}

/** What a person waits for, milliseconds. */
export interface Waits {
  firstPaint: number;
  /** Time to interactive: the end of the last long task before five seconds of quiet. */
  interactive: number;
  /** Total blocking time: what long tasks between the two take beyond 50 ms each. */
  blocking: number;
}

/** One event of Chromium's trace, as far as it is read here. */
interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds. */
  ts: number;
  dur?: number;
}

/** What the trace has to hold. */
export const TRACED = [
  "-*",
  "disabled-by-default-devtools.timeline",
  "blink.user_timing",
  "loading",
];

const TASK = "RunTask";

const LONG_MS = 50;
const QUIET_MS = 5000;
/** Requests that may be under way while a page counts as quiet. */
const QUIET_REQUESTS = 2;

/** Stretches in which too many requests are under way. */
function crowded(requests: Stretch[]): Stretch[] {
  const moments = requests.flatMap(([from, to]) => [
    { at: from, change: 1 },
    { at: to, change: -1 },
  ]).sort((a, b) => a.at - b.at || a.change - b.change);
  const stretches: Stretch[] = [];
  let open = 0;
  let since = 0;
  for (const { at, change } of moments) {
    if (change > 0 && open === QUIET_REQUESTS) since = at;
    if (change < 0 && open === QUIET_REQUESTS + 1) stretches.push([since, at]);
    open += change;
  }
  return stretches;
}

/**
 * Reads from a trace the long tasks of the page that was painted last in it.
 *
 * @param trace JSON, as the browser wrote it
 * @param firstPaint when the page says that it was painted: that is where its time and the trace's meet, since the trace of a
 * new process can begin after the navigation did
 * @returns null where the trace missed the paint as well
 */
export function longTasksOf(
  trace: string,
  firstPaint: number,
): Stretch[] | null {
  const { traceEvents }: { traceEvents: TraceEvent[] } = JSON.parse(trace);
  const paint = traceEvents.findLast(({ name }) =>
    name === "firstContentfulPaint"
  );
  if (!paint) return null;
  const since = (us: number) => (us - paint.ts) / 1000 + firstPaint;
  const tasks = traceEvents.filter(({ name, pid, tid, ts }) =>
    name === TASK && pid === paint.pid && tid === paint.tid && since(ts) >= 0
  );
  if (tasks.length === 0) throw new Error("The trace has no tasks");
  return tasks.flatMap(({ ts, dur = 0 }): Stretch[] =>
    dur < LONG_MS * 1000 ? [] : [[since(ts), since(ts + dur)]]
  );
}

/**
 * Works out what Lighthouse calls FCP, TTI and TBT.
 *
 * @returns null where the watching ended before five seconds of quiet
 */
export function waitsOf(loading: Loading): Waits | null {
  const { tasks, requests, firstPaint, contentLoaded, end } = loading;
  const noises = [...tasks, ...crowded(requests)].sort(([a], [b]) => a - b);
  let quietFrom = firstPaint;
  for (const [from, to] of noises) {
    if (from - quietFrom >= QUIET_MS) break;
    quietFrom = Math.max(quietFrom, to);
  }
  if (end - quietFrom < QUIET_MS) return null;
  const interactive = Math.max(
    firstPaint,
    contentLoaded,
    ...tasks.filter(([, to]) => to <= quietFrom).map(([, to]) => to),
  );
  const blocking = tasks.reduce((sum, [from, to]) => {
    const within = Math.min(to, interactive) - Math.max(from, firstPaint);
    return sum + Math.max(0, within - LONG_MS);
  }, 0);
  return { firstPaint, interactive, blocking };
}
