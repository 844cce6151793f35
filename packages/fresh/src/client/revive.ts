/** What this module exports; loaded only where props are more than plain JSON. */
export interface Reviving {
  reviver: typeof reviver;
}

/** Makes the signals of a page; loaded only where there are any. */
export interface SignalMaker {
  signal(value: unknown): { value: unknown };
  computed(read: () => unknown): unknown;
}

// deno-lint-ignore no-explicit-any -- the payload's shape depends on the tag
type Tagged = { $: number | [tag: string, a: any, b?: any] };

const CONSTANTS = [undefined, NaN, Infinity, -Infinity, -0];

/**
 * Turns parsed JSON back into the values that the server wrote. What is shared
 * is revived when it is first met: which of the islands comes first, the
 * server can not know.
 */
export function reviver(
  signals: SignalMaker | undefined,
  slot: (id: number) => unknown,
  shared: readonly unknown[] = [],
): (value: unknown) => unknown {
  const known: unknown[] = [];
  /** Revives the parts of an array or object in place. */
  // deno-lint-ignore no-explicit-any -- parsed JSON of any shape
  const fill = (into: any, from: any): any => {
    for (const key in from) {
      if (from[key]?.$ === 5) delete into[key];
      else into[key] = revive(from[key]);
    }
    return into;
  };
  const revive = (value: unknown, id = -1): unknown => {
    // deno-lint-ignore no-explicit-any -- remembers a value before it is filled
    const keep = (made: any) => id < 0 ? made : known[id] = made;
    if (!value || typeof value !== "object") return value;
    if (!("$" in value)) return fill(keep(value), value);
    const { $ } = value as Tagged;
    if (typeof $ === "number") return CONSTANTS[$];
    const [tag, a, b] = $;
    switch (tag) {
      case "r":
        return known[a] ??= revive(shared[a], a);
      case "o":
        return fill(keep(a), a);
      case "s":
        return slot(a);
      case "n":
        return BigInt(a);
      case "D":
        return keep(new Date(a ?? NaN));
      case "U":
        return keep(new URL(a));
      case "R":
        return keep(new RegExp(a, b));
      case "B":
        return keep(Uint8Array.from(atob(a), (c) => c.charCodeAt(0)));
      case "g": {
        const made = keep(signals!.signal(undefined));
        made.value = revive(a);
        return made;
      }
      case "c": {
        const made = keep(signals!.computed(() => inner));
        const inner = revive(a);
        return made;
      }
      case "M": {
        const map = keep(new Map());
        for (let i = 0; i < a.length; i += 2) {
          map.set(revive(a[i]), revive(a[i + 1]));
        }
        return map;
      }
      default: {
        const set = keep(new Set());
        for (const item of a) set.add(revive(item));
        return set;
      }
    }
  };
  return (value) => revive(value);
}
