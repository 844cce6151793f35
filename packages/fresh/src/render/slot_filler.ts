import type { VNode } from "preact";
import { isElement, isPlain, isSignal } from "./serialize.ts";
import type { Slot } from "./page_state.ts";

type Props = Record<string, unknown>;

/** What an object holds, as far as it can be copied. */
function valuesIn(value: object): Iterable<unknown> {
  if (Array.isArray(value) || value instanceof Set) return value;
  if (value instanceof Map) return value.values();
  return isPlain(value) ? Object.values(value) : [];
}

/**
 * Puts slots in the place of JSX, however deep in arrays, maps, sets and
 * objects. Only what holds JSX is copied, so that everything else is the same
 * object as it was. What is in a signal stays: the signal has to.
 */
export class SlotFiller {
  readonly #slots: ReadonlyMap<VNode, Slot>;
  readonly #frame: (slot: Slot) => VNode;
  /** The objects that an object is directly in. */
  readonly #holders = new Map<object, object[]>();
  /** The objects that JSX is somewhere in. */
  readonly #holding = new Set<object>();
  readonly #copies = new Map<object, unknown>();

  constructor(
    slots: ReadonlyMap<VNode, Slot>,
    frame: (slot: Slot) => VNode,
  ) {
    this.#slots = slots;
    this.#frame = frame;
  }

  /** The props with slots in them. */
  fill(props: Props): Props {
    for (const value of Object.values(props)) this.#visit(value, props);
    for (const element of this.#slots.keys()) this.#mark(element);
    return this.#record(props);
  }

  #visit(value: unknown, holder: object): void {
    if (typeof value !== "object" || value === null) return;
    const holders = this.#holders.get(value);
    if (holders !== undefined) {
      holders.push(holder);
      return;
    }
    this.#holders.set(value, [holder]);
    if (isElement(value) || isSignal(value)) return;
    for (const inner of valuesIn(value)) this.#visit(inner, value);
  }

  #mark(value: object): void {
    if (this.#holding.has(value)) return;
    this.#holding.add(value);
    for (const holder of this.#holders.get(value) ?? []) this.#mark(holder);
  }

  #copy(value: unknown): unknown {
    if (
      typeof value !== "object" || value === null || !this.#holding.has(value)
    ) {
      return value;
    }
    const known = this.#copies.get(value);
    if (known !== undefined) return known;
    if (isElement(value)) {
      const framed = this.#frame(this.#slots.get(value)!);
      this.#copies.set(value, framed);
      return framed;
    }
    if (Array.isArray(value)) {
      const copy: unknown[] = [];
      this.#copies.set(value, copy);
      copy.length = value.length;
      value.forEach((item, i) => copy[i] = this.#copy(item));
      return copy;
    }
    if (value instanceof Map) {
      const copy = new Map();
      this.#copies.set(value, copy);
      for (const [key, item] of value) copy.set(key, this.#copy(item));
      return copy;
    }
    if (value instanceof Set) {
      const copy = new Set();
      this.#copies.set(value, copy);
      for (const item of value) copy.add(this.#copy(item));
      return copy;
    }
    return this.#record(value as Props);
  }

  #record(record: Props): Props {
    // Not by assignment: a key may be called __proto__.
    const copy: Props = Object.getPrototypeOf(record) === null
      ? Object.assign(Object.create(null), record)
      : { ...record };
    this.#copies.set(record, copy);
    for (const key of Object.keys(record)) {
      const value = record[key];
      const held = this.#copy(value);
      if (held !== value) copy[key] = held;
    }
    return copy;
  }
}
