import { addCounts, type Count, countDay, isPeak } from "../store/counts.ts";
import type { Store } from "../store/store.ts";

/** Counters of one process: kept in memory, so that counting costs no request anything, and flushed in the background. */
export class Counters {
  #sums = new Map<string, number>();

  /** Counts something that happened. */
  readonly count: Count = (name, n = 1) => {
    const before = this.#sums.get(name) ?? 0;
    this.#sums.set(name, isPeak(name) ? Math.max(before, n) : before + n);
  };

  /** What was counted since the last flush. */
  get pending(): ReadonlyMap<string, number> {
    return this.#sums;
  }

  /**
   * Adds what was counted to the store's sums, under the day of the flush. What could not be written is kept for the
   * next flush.
   *
   * @param now server time, milliseconds
   * @throws what the store throws
   */
  async flush(store: Store, now: number): Promise<void> {
    if (this.#sums.size === 0) return;
    const sums = this.#sums;
    this.#sums = new Map();
    try {
      await addCounts(store, countDay(now), sums);
    } catch (error) {
      for (const [name, n] of sums) this.count(name, n);
      throw error;
    }
  }
}
