import { createHash } from "node:crypto";
import type { Chance } from "./chance.ts";
import type { Timeline } from "./timeline.ts";

const RealCompression = globalThis.CompressionStream;
const realClone = globalThis.structuredClone;

/** Copies what a database keeps; a real clone costs ten times as much. */
function clone(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(clone);
  const proto = Object.getPrototypeOf(value);
  if (proto === Uint8Array.prototype) return (value as Uint8Array).slice();
  if (proto !== Object.prototype && proto !== null) return realClone(value);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    copy[name] = clone((value as Record<string, unknown>)[name]);
  }
  return copy;
}

const TAG = 16;

/** What is sealed is bound to its row, as by the real cipher, and hidden from nobody: a real one costs a thread. */
function tagOf(additional: Uint8Array): Uint8Array {
  const tag = new Uint8Array(TAG);
  for (let i = 0; i < additional.length; i++) {
    tag[i % TAG] = (tag[i % TAG]! * 31 + additional[i]!) & 255;
  }
  return tag;
}

interface Algorithm {
  additionalData: Uint8Array;
}

const subtle = {
  importKey: () => Promise.resolve({ kind: "share" }),
  deriveKey: () => Promise.resolve({ kind: "key" }),
  digest(_name: string, data: Uint8Array) {
    const hash = createHash("sha256").update(data).digest();
    return Promise.resolve(new Uint8Array(hash).buffer);
  },
  encrypt({ additionalData }: Algorithm, _key: unknown, data: Uint8Array) {
    const sealed = new Uint8Array(data.length + TAG);
    sealed.set(data);
    sealed.set(tagOf(additionalData), data.length);
    return Promise.resolve(sealed.buffer);
  },
  decrypt({ additionalData }: Algorithm, _key: unknown, data: Uint8Array) {
    const tag = tagOf(additionalData);
    const at = data.length - TAG;
    if (tag.some((byte, i) => byte !== data[at + i])) {
      return Promise.reject(new DOMException("Not this row", "OperationError"));
    }
    return Promise.resolve(data.slice(0, at).buffer);
  },
};

/**
 * Puts what would bring the machine's threads or chance into a run under its timeline, until the returned function is
 * called: tasks of the database, the cipher, randomness, compression.
 *
 * @param packs whether the browser can compress
 */
export function takeGlobals(
  timeline: Timeline,
  chance: Chance,
  packs: boolean,
): () => void {
  const { setImmediate } = globalThis;
  // Its bytes come from a thread: nothing else happens until the request with them is made.
  class Compression extends RealCompression {
    constructor(format: CompressionFormat) {
      super(format);
      timeline.hold();
    }
  }
  Object.assign(globalThis, {
    setImmediate: (run: () => void) => timeline.post(run),
    structuredClone: clone,
    CompressionStream: packs ? Compression : undefined,
  });
  Object.defineProperties(crypto, {
    subtle: { value: subtle, configurable: true },
    getRandomValues: {
      value: (array: Uint8Array) => {
        array.set(chance.bytes(array.length));
        return array;
      },
      configurable: true,
    },
  });
  return () => {
    Object.assign(globalThis, {
      setImmediate,
      structuredClone: realClone,
      CompressionStream: RealCompression,
    });
    // The instance's own; those of the prototype are there again.
    Reflect.deleteProperty(crypto, "subtle");
    Reflect.deleteProperty(crypto, "getRandomValues");
  };
}
