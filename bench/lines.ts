/** A line over which a queue is sent, and what may come of it. */
export interface Narrow {
  name: string;
  /** Each way; Infinity: anything. */
  kbitPerSecond: number;
  mostMs: number;
  mostRequests: number;
}

/** There and back, on each of them. */
export const ROUND_TRIP_MS = 300;

/** The lines of the budgets (design, section 10). */
export const LINES: readonly Narrow[] = [
  { name: "300 ms", kbitPerSecond: Infinity, mostMs: 3000, mostRequests: 6 },
  {
    name: "300 ms, 400 kbit/s",
    kbitPerSecond: 400,
    mostMs: 5000,
    mostRequests: 6,
  },
];
