/** An island was given something that has no representation in the browser. */
export class UnserializableError extends TypeError {
  override name = "UnserializableError";
}

/** Takes the place of JSX among the props of an island. */
export class SlotReference {
  readonly id: number;
  constructor(id: number) {
    this.id = id;
  }
}

/** The props of one island on the page. */
export interface IslandProps {
  /** How messages name the island. */
  readonly label: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** Props as they are written into the page. */
export interface SerializedProps {
  /** The JSON of each island's props. */
  readonly json: string[];
  /** Whether reviving them takes signals. */
  readonly usesSignals: boolean;
}

interface SignalLike {
  peek(): unknown;
}

const SIGNAL_BRAND = Symbol.for("preact-signals");

/** Whether an object is a signal, which to preact looks like an element too. */
export function isSignal(value: object): value is SignalLike {
  return "brand" in value && value.brand === SIGNAL_BRAND &&
    "peek" in value && typeof value.peek === "function";
}

/** Whether a signal can not be written to, as a computed one can not. */
function isComputed(signal: object): boolean {
  const prototype = Object.getPrototypeOf(signal);
  const own = Object.getOwnPropertyDescriptor(prototype, "value");
  return own !== undefined && own.set === undefined;
}

function isPlain(value: object): boolean {
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

/** Walks all props once: refuses what can not cross, counts what is shared. */
class Survey {
  readonly #counts = new Map<object, number>();
  readonly #path: string[] = [];
  #label = "";
  usesSignals = false;

  add(island: IslandProps): void {
    this.#label = island.label;
    for (const name in island.props) this.#step(name, island.props[name]);
  }

  isShared(value: object): boolean {
    return this.#counts.get(value)! > 1;
  }

  #step(step: string, value: unknown): void {
    const kind = typeof value;
    if (kind === "string" || kind === "number") return;
    if (kind === "function" || kind === "symbol") {
      this.#path.push(step);
      this.#refuse(`a ${kind}`);
    }
    if (kind === "object" && value !== null) {
      this.#path.push(step);
      this.#object(value as object);
      this.#path.pop();
    }
  }

  #refuse(what: string): never {
    throw new UnserializableError(
      `The island "${this.#label}" was given ${what} as the prop "${
        this.#path.join("")
      }": it can not be sent to the browser.`,
    );
  }

  #object(value: object): void {
    const count = this.#counts.get(value) ?? 0;
    this.#counts.set(value, count + 1);
    if (count > 0) return;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) this.#step(`[${i}]`, value[i]);
    } else if (isPlain(value)) {
      for (const key of Object.keys(value)) {
        this.#step(`.${key}`, (value as Record<string, unknown>)[key]);
      }
    } else if (isSignal(value)) {
      this.usesSignals = true;
      this.#step(".value", value.peek());
    } else if (value instanceof Map) {
      for (const [key, item] of value) {
        this.#step(".key()", key);
        this.#step(`.get(${nameOfKey(key)})`, item);
      }
    } else if (value instanceof Set) {
      for (const item of value) this.#step(".item()", item);
    } else if (
      !(value instanceof Date || value instanceof URL ||
        value instanceof RegExp || value instanceof Uint8Array ||
        value instanceof SlotReference)
    ) {
      this.#refuse(`an instance of ${value.constructor?.name || "a class"}`);
    }
  }
}

/** Writes surveyed props as JSON that `revive.ts` reads. */
class Writer {
  readonly #ids = new Map<object, number>();
  readonly #survey: Survey;

  constructor(survey: Survey) {
    this.#survey = survey;
  }

  write(value: unknown): string {
    switch (typeof value) {
      case "string":
        return quote(value);
      case "number":
        return writeNumber(value);
      case "boolean":
        return value ? "true" : "false";
      case "bigint":
        return `{"$":["n","${value}"]}`;
      case "object":
        return value === null ? "null" : this.#shared(value);
      default:
        return '{"$":0}';
    }
  }

  #shared(value: object): string {
    if (!this.#survey.isShared(value)) return this.#object(value);
    const known = this.#ids.get(value);
    if (known !== undefined) return `{"$":["r",${known}]}`;
    const id = this.#ids.size;
    this.#ids.set(value, id);
    return `{"$":["d",${id},${this.#object(value)}]}`;
  }

  #object(value: object): string {
    if (Array.isArray(value)) return this.#array(value);
    if (isPlain(value)) {
      const json = this.record(value as Record<string, unknown>);
      return Object.hasOwn(value, "$") ? `{"$":["o",${json}]}` : json;
    }
    if (isSignal(value)) {
      const tag = isComputed(value) ? "c" : "g";
      return `{"$":["${tag}",${this.write(value.peek())}]}`;
    }
    if (value instanceof Map) {
      return `{"$":["M",${this.#list([...value].flat(1))}]}`;
    }
    if (value instanceof Set) return `{"$":["S",${this.#list([...value])}]}`;
    if (value instanceof Date) {
      const time = value.getTime();
      return `{"$":["D",${Number.isNaN(time) ? "null" : time}]}`;
    }
    if (value instanceof URL) return `{"$":["U",${quote(value.href)}]}`;
    if (value instanceof RegExp) {
      return `{"$":["R",${quote(value.source)},"${value.flags}"]}`;
    }
    if (value instanceof SlotReference) return `{"$":["s",${value.id}]}`;
    return `{"$":["B","${toBase64(value as Uint8Array)}"]}`;
  }

  #list(items: readonly unknown[]): string {
    let json = "[";
    for (let i = 0; i < items.length; i++) {
      json += (i === 0 ? "" : ",") + this.write(items[i]);
    }
    return json + "]";
  }

  #array(items: readonly unknown[]): string {
    let json = "[";
    for (let i = 0; i < items.length; i++) {
      json += (i === 0 ? "" : ",") +
        (i in items ? this.write(items[i]) : '{"$":5}');
    }
    return json + "]";
  }

  record(value: Readonly<Record<string, unknown>>): string {
    let json = "{";
    for (const key of Object.keys(value)) {
      json += `${json === "{" ? "" : ","}${quote(key)}:${
        this.write(value[key])
      }`;
    }
    return json + "}";
  }
}

/** Writes the props of all islands of a page; what they share stays shared. */
export function serializeProps(
  islands: readonly IslandProps[],
): SerializedProps {
  const survey = new Survey();
  for (const island of islands) survey.add(island);
  const writer = new Writer(survey);
  return {
    json: islands.map((island) => writer.record(island.props)),
    usesSignals: survey.usesSignals,
  };
}
