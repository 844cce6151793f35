/** Draws numbers: the same ones for the same seed. */
export interface Draw {
  /** A whole number from 0 to below `end`. */
  below(end: number): number;
  /** One of them. */
  one<T>(values: readonly T[]): T;
}

/** Mulberry32: small, and good enough to choose faults. */
export function drawFrom(seed: number): Draw {
  let state = seed >>> 0;
  const next = () => {
    state = state + 0x6d2b79f5 >>> 0;
    let mixed = Math.imul(state ^ state >>> 15, state | 1);
    mixed ^= mixed + Math.imul(mixed ^ mixed >>> 7, mixed | 61);
    return ((mixed ^ mixed >>> 14) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(next() * end);
  return { below, one: (values) => values[below(values.length)]! };
}

/** The seed of a run: `FIRE_SEED`, else another one each time. */
export function seedOfRun(): number {
  const given = Deno.env.get("FIRE_SEED");
  return given === undefined
    ? crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
    : Number(given);
}
