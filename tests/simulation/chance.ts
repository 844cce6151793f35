/** The one source of everything that is drawn in a run: the same seed gives the same run. */
export class Chance {
  #a: number;

  constructor(readonly seed: number) {
    this.#a = seed >>> 0;
    // Seeds that lie close together begin alike.
    for (let i = 0; i < 8; i++) this.next();
  }

  /** From 0 up to and without 1 (mulberry32). */
  next(): number {
    this.#a = (this.#a + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#a ^ (this.#a >>> 15), 1 | this.#a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to and without `n`. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  happens(probability: number): boolean {
    return this.next() < probability;
  }

  between(least: number, most: number): number {
    return least + this.next() * (most - least);
  }

  oneOf<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError("Nothing to choose from");
    return list[this.below(list.length)] as T;
  }

  /** A name, as often as its weight says. */
  weighted<N extends string>(weights: Record<N, number>): N {
    const entries = Object.entries(weights) as [N, number][];
    let left = this.next() * entries.reduce((sum, [, w]) => sum + w, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return entries.at(-1)![0];
  }

  bytes(n: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: n }, () => this.below(256));
  }
}
