import type { VNode } from "preact";

/** An island was given something that has no representation in the browser. */
export class UnserializableError extends TypeError {
  override name = "UnserializableError";
}

/** Props as they are written into the page. */
export interface SerializedProps {
  /** The JSON of each island's props. */
  readonly json: string[];
  /** The JSON of each object that stands in more than one place. */
  readonly shared: string[];
  /** Whether reviving them takes signals. */
  readonly usesSignals: boolean;
  /** Whether they are more than plain JSON. */
  readonly takesReviving: boolean;
}

/** Gives the number of the slot that takes the place of JSX. */
export type SlotNumber = (element: VNode) => number;

interface SignalLike {
  peek(): unknown;
}

const SIGNAL_BRAND = Symbol.for("preact-signals");

/** Whether an object is a signal, which to preact looks like an element too. */
export function isSignal(value: object): value is SignalLike {
  return "brand" in value && value.brand === SIGNAL_BRAND &&
    "peek" in value && typeof value.peek === "function";
}

/**
 * Whether an object is JSX. Preact asks for the `constructor` only, which data
 * without a prototype has not either; JSX has it as a property of its own.
 */
export function isElement(value: object): value is VNode {
  return value.constructor === undefined && Object.hasOwn(value, "constructor");
}

/** Whether a signal can not be written to, as a computed one can not. */
function isComputed(signal: object): boolean {
  const prototype = Object.getPrototypeOf(signal);
  const own = Object.getOwnPropertyDescriptor(prototype, "value");
  return own !== undefined && own.set === undefined;
}

/** Whether an object is nothing but the properties that it has. */
export function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** How messages name the key of a map. */
function nameOfKey(key: unknown): string {
  return typeof key === "object" && key !== null ? "…" : String(key);
}

/** Quotes a string so that nothing in it can end a script element. */
function quote(text: string): string {
  const json = JSON.stringify(text);
  return json.includes("<") ? json.replaceAll("<", "\\u003c") : json;
}

function writeNumber(value: number): string {
  if (Number.isFinite(value)) {
    return Object.is(value, -0) ? '{"$":4}' : String(value);
  }
  return Number.isNaN(value) ? '{"$":1}' : value > 0 ? '{"$":2}' : '{"$":3}';
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  }
  return btoa(binary);
}

/** How messages name the way from an object to what is in it. */
type Step = string | number | (() => string);

const VALUE = () => ".value";
const KEY = () => ".key()";
const ITEM = () => ".item()";

function describe(path: readonly Step[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "function") text += step();
    else if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** The JSON of one object; parts of it may be the JSON of other objects. */
class Piece {
  /** How often it is referred to. */
  uses = 1;
  /** Its place among what is shared, once it has one. */
  id = -1;
  #parts: (string | Piece)[] | null = null;
  #end = "";

  add(part: string | Piece): void {
    if (typeof part === "string") {
      this.#end += part;
      return;
    }
    (this.#parts ??= []).push(this.#end, part);
    this.#end = "";
  }

  clear(): void {
    this.#parts = null;
    this.#end = "";
  }

  /** Puts the JSON together. */
  join(refer: (shared: Piece) => string): string {
    if (this.#parts === null) return this.#end;
    let json = "";
    for (const part of this.#parts) {
      json += typeof part === "string"
        ? part
        : part.uses > 1
        ? refer(part)
        : part.join(refer);
    }
    return json + this.#end;
  }
}

/** The props of one island, for messages and for the JSX among them. */
interface Owner {
  /** How messages name the island. */
  readonly label: string;
  readonly slot: SlotNumber;
}

/** A signal with the value that has been written. */
interface WrittenSignal {
  readonly signal: SignalLike;
  readonly piece: Piece;
  readonly owner: Owner;
  readonly path: readonly Step[];
  value: unknown;
}

/**
 * Writes the props of a page's islands as JSON that `revive.ts` reads. What
 * the islands share stays shared. Props are written before their island is
 * rendered, since precompiled JSX escapes the arrays that it shows in place.
 */
export class PropsWriter {
  readonly #pieces = new Map<object, Piece>();
  readonly #roots: Piece[] = [];
  readonly #signals: WrittenSignal[] = [];
  readonly #path: Step[] = [];
  #owner: Owner | null = null;

  /** Adds the props of an island; refuses what can not be written. */
  add(
    label: string,
    props: Readonly<Record<string, unknown>>,
    slot: SlotNumber,
  ): void {
    this.#owner = { label, slot };
    this.#path.length = 0;
    const root = new Piece();
    this.#record(root, props);
    this.#roots.push(root);
  }

  /** Writes the signals anew that rendering has set; tells if there were any. */
  refresh(): boolean {
    let isChanged = false;
    for (const written of this.#signals) {
      const value = written.signal.peek();
      if (value === written.value) continue;
      isChanged = true;
      written.value = value;
      written.piece.clear();
      this.#owner = written.owner;
      this.#path.splice(0, Infinity, ...written.path);
      this.#signalValue(written);
    }
    return isChanged;
  }

  /** Puts everything together. */
  finish(): SerializedProps {
    const pieces: Piece[] = [];
    const refer = (piece: Piece) => {
      if (piece.id === -1) piece.id = pieces.push(piece) - 1;
      return `{"$":["r",${piece.id}]}`;
    };
    const json = this.#roots.map((root) => root.join(refer));
    const shared: string[] = [];
    // More pieces may come up while those before them are put together.
    for (const piece of pieces) shared.push(piece.join(refer));
    return {
      json,
      shared,
      usesSignals: this.#signals.length > 0,
      // In a string the quotes would be escaped.
      takesReviving: json.some((text) => text.includes('{"$":')),
    };
  }

  #refuse(what: string): never {
    throw new UnserializableError(
      `The island "${this.#owner!.label}" was given ${what} as the prop "${
        describe(this.#path)
      }": it can not be sent to the browser.`,
    );
  }

  #write(step: Step, value: unknown): string | Piece {
    switch (typeof value) {
      case "string":
        return quote(value);
      case "number":
        return writeNumber(value);
      case "boolean":
        return value ? "true" : "false";
      case "bigint":
        return `{"$":["n","${value}"]}`;
      case "undefined":
        return '{"$":0}';
      case "object":
        return value === null ? "null" : this.#object(step, value);
      default:
        this.#path.push(step);
        return this.#refuse(`a ${typeof value}`);
    }
  }

  #object(step: Step, value: object): string | Piece {
    if (isElement(value)) return `{"$":["s",${this.#owner!.slot(value)}]}`;
    const known = this.#pieces.get(value);
    if (known !== undefined) {
      known.uses++;
      return known;
    }
    const piece = new Piece();
    this.#pieces.set(value, piece);
    this.#path.push(step);
    this.#fill(piece, value);
    this.#path.pop();
    return piece;
  }

  #fill(piece: Piece, value: object): void {
    if (Array.isArray(value)) this.#array(piece, value);
    else if (isPlain(value)) {
      const isTagged = Object.hasOwn(value, "$");
      if (isTagged) piece.add('{"$":["o",');
      this.#record(piece, value as Record<string, unknown>);
      if (isTagged) piece.add("]}");
    } else if (isSignal(value)) {
      const written = {
        signal: value,
        piece,
        owner: this.#owner!,
        path: [...this.#path],
        value: value.peek(),
      };
      this.#signals.push(written);
      this.#signalValue(written);
    } else if (value instanceof Map) {
      piece.add('{"$":["M",[');
      let separator = "";
      for (const [key, item] of value) {
        piece.add(separator);
        piece.add(this.#write(KEY, key));
        piece.add(",");
        piece.add(this.#write(() => `.get(${nameOfKey(key)})`, item));
        separator = ",";
      }
      piece.add("]]}");
    } else if (value instanceof Set) {
      piece.add('{"$":["S",[');
      let separator = "";
      for (const item of value) {
        piece.add(separator);
        piece.add(this.#write(ITEM, item));
        separator = ",";
      }
      piece.add("]]}");
    } else piece.add(this.#instance(value));
  }

  #instance(value: object): string {
    if (value instanceof Date) {
      const time = value.getTime();
      return `{"$":["D",${Number.isNaN(time) ? "null" : time}]}`;
    }
    if (value instanceof URL) return `{"$":["U",${quote(value.href)}]}`;
    if (value instanceof RegExp) {
      return `{"$":["R",${quote(value.source)},"${value.flags}"]}`;
    }
    if (value instanceof Uint8Array) return `{"$":["B","${toBase64(value)}"]}`;
    return this.#refuse(
      `an instance of ${value.constructor?.name || "a class"}`,
    );
  }

  #signalValue({ signal, piece, value }: WrittenSignal): void {
    piece.add(isComputed(signal) ? '{"$":["c",' : '{"$":["g",');
    piece.add(this.#write(VALUE, value));
    piece.add("]}");
  }

  #array(piece: Piece, items: readonly unknown[]): void {
    piece.add("[");
    for (let i = 0; i < items.length; i++) {
      if (i > 0) piece.add(",");
      piece.add(i in items ? this.#write(i, items[i]) : '{"$":5}');
    }
    piece.add("]");
  }

  #record(piece: Piece, value: Readonly<Record<string, unknown>>): void {
    let separator = "{";
    for (const key of Object.keys(value)) {
      piece.add(`${separator}${quote(key)}:`);
      piece.add(this.#write(key, value[key]));
      separator = ",";
    }
    piece.add(separator === "{" ? "{}" : "}");
  }
}
