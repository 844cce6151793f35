import {
  type ComponentChildren,
  type FunctionComponent,
  isValidElement,
  type VNode,
} from "preact";
import { jsx } from "preact/jsx-runtime";
import { comment } from "./comment.ts";
import { isSignal } from "./serialize.ts";
import { currentPage, type PageState, type Slot } from "./page_state.ts";

type Props = Record<string, unknown>;

/** A vnode of an island, taken apart before it is rendered. */
export interface IslandFrameProps {
  readonly type: FunctionComponent<Props>;
  readonly props: Props;
}

function IslandEnd(): VNode[] {
  currentPage()!.depth--;
  return [comment("/f")];
}

/**
 * Renders an island in place, between the comments that the browser finds it
 * by, and takes down what the browser has to know. A vnode may be rendered
 * again for another page or inside another island, so nothing of the page is
 * kept in its props.
 */
export function IslandFrame(
  { type, props }: IslandFrameProps,
): ComponentChildren {
  // Without a page, lazy components are only being loaded.
  const state = currentPage();
  const island = state?.assets.islands.get(type);
  if (state === null || state.depth > 0 || island === undefined) {
    return jsx(type, props as never);
  }
  const { sent, rendered } = findSlots(state, props);
  const id = state.addInstance(island, sent);
  state.depth++;
  return [
    comment(`f:${id}`),
    jsx(type, rendered as never),
    jsx(IslandEnd as never, {}),
  ];
}

function SlotEnd(props: { depth: number }): VNode[] {
  currentPage()!.depth = props.depth;
  return [comment("/s")];
}

/** Renders JSX that was handed to an island, as what the server made. */
export function SlotFrame({ slot }: { slot: Slot }): ComponentChildren {
  const state = currentPage();
  if (state === null) return slot.children;
  const { depth } = state;
  state.depth = 0;
  slot.rendered = true;
  return [
    comment(`s:${slot.reference.id}`),
    slot.children,
    jsx(SlotEnd as never, { depth }),
  ];
}

/** The props to send to the browser, and the props to render with. */
function findSlots(
  state: PageState,
  props: Props,
): { sent: Props; rendered: Props } {
  for (const key in props) {
    const value = props[key];
    if (typeof value === "object" && value !== null) {
      return new SlotFinder(state).split(props);
    }
  }
  return { sent: props, rendered: props };
}

/**
 * Whether an object is JSX. Preact asks for the `constructor` only, which data
 * without a prototype has not either; JSX has it as a property of its own.
 */
function isElement(value: object): value is VNode {
  return isValidElement(value) && Object.hasOwn(value, "constructor");
}

/** What is sent to the browser in place of a value, and what is rendered with. */
interface Parts {
  readonly sent: unknown;
  readonly rendered: unknown;
}

/** Finds JSX among an island's props, however deep in arrays and objects. */
class SlotFinder {
  readonly #state: PageState;
  /** What became of objects that were met before; null also while one is within itself. */
  readonly #seen = new Map<object, Parts | null>();

  constructor(state: PageState) {
    this.#state = state;
  }

  /** The props to send to the browser, and the props to render with. */
  split(props: Props): { sent: Props; rendered: Props } {
    return this.#record(props);
  }

  #record(record: Props): { sent: Props; rendered: Props } {
    let sent = record;
    let rendered = record;
    for (const key of Object.keys(record)) {
      const value = record[key];
      if (typeof value !== "object" || value === null) continue;
      const parts = this.#value(value);
      if (parts === null) continue;
      if (sent === record) {
        sent = { ...record };
        rendered = { ...record };
      }
      sent[key] = parts.sent;
      rendered[key] = parts.rendered;
    }
    return { sent, rendered };
  }

  #value(value: object): Parts | null {
    if (isSignal(value)) return null;
    const known = this.#seen.get(value);
    if (known !== undefined) return known;
    this.#seen.set(value, null);
    const parts = this.#split(value);
    this.#seen.set(value, parts);
    return parts;
  }

  #split(value: object): Parts | null {
    if (isElement(value)) {
      const slot = this.#state.addSlot(value);
      return {
        sent: slot.reference,
        rendered: jsx(SlotFrame, { slot }),
      };
    }
    if (value instanceof Map) {
      const parts = this.#split([...value.values()]);
      if (parts === null) return null;
      const keys = [...value.keys()];
      const mapOf = (items: unknown) =>
        new Map(keys.map((key, i) => [key, (items as unknown[])[i]]));
      return { sent: mapOf(parts.sent), rendered: mapOf(parts.rendered) };
    }
    if (value instanceof Set) {
      const parts = this.#split([...value]);
      if (parts === null) return null;
      const setOf = (items: unknown) => new Set(items as unknown[]);
      return { sent: setOf(parts.sent), rendered: setOf(parts.rendered) };
    }
    if (Array.isArray(value)) {
      const parts = value.map((item) =>
        typeof item === "object" && item !== null ? this.#value(item) : null
      );
      if (parts.every((part) => part === null)) return null;
      return {
        sent: value.map((item, i) => parts[i]?.sent ?? item),
        rendered: value.map((item, i) => parts[i]?.rendered ?? item),
      };
    }
    if (Object.getPrototypeOf(value) !== Object.prototype) return null;
    const { sent, rendered } = this.#record(value as Props);
    return sent === value ? null : { sent, rendered };
  }
}
