import { serialize } from "node:v8";
import { LIMITS } from "../../lib/store/limits.ts";
import { type Store, storeOn } from "../../lib/store/store.ts";

/** What one commit asked of the backend, measured apart from what the product reckons. */
export interface CommitSize {
  checks: number;
  mutations: number;
  keyBytes: number;
  valueBytes: number;
  /** Bytes of its largest value. */
  largest: number;
  /** The families of the keys it wrote. */
  families: string[];
}

const bytesOf = (key: Deno.KvKey) =>
  key.reduce<number>(
    (sum, part) => sum + 2 + new TextEncoder().encode(String(part)).length,
    0,
  );

function measuredCommit(
  kv: Deno.Kv,
  sizes: CommitSize[],
): Deno.AtomicOperation {
  const atomic = kv.atomic();
  const size: CommitSize = {
    checks: 0,
    mutations: 0,
    keyBytes: 0,
    valueBytes: 0,
    largest: 0,
    families: [],
  };
  const mutate = (key: Deno.KvKey, value: unknown) => {
    const bytes = value === undefined ? 0 : serialize(value).length;
    size.mutations++;
    size.keyBytes += bytesOf(key);
    size.valueBytes += bytes;
    size.largest = Math.max(size.largest, bytes);
    size.families.push(String(key[0] === "org" ? key[2] : key[0]));
  };
  const measured = {
    check(...checks: Deno.AtomicCheck[]) {
      size.checks += checks.length;
      for (const { key } of checks) size.keyBytes += bytesOf(key);
      atomic.check(...checks);
      return measured;
    },
    set(key: Deno.KvKey, value: unknown, options?: { expireIn?: number }) {
      mutate(key, value);
      atomic.set(key, value, options);
      return measured;
    },
    delete(key: Deno.KvKey) {
      mutate(key, undefined);
      atomic.delete(key);
      return measured;
    },
    async commit() {
      const result = await atomic.commit();
      if (result.ok) sizes.push(size);
      return result;
    },
  };
  return measured as unknown as Deno.AtomicOperation;
}

/** Runs a test on a store in memory whose commits are measured. */
export async function withMeasuredStore(
  run: (store: Store, sizes: CommitSize[]) => Promise<void>,
  backend: keyof typeof LIMITS = "embedded",
): Promise<void> {
  const kv = await Deno.openKv(":memory:");
  const sizes: CommitSize[] = [];
  const measured = new Proxy(kv, {
    get(target, name) {
      if (name === "atomic") return () => measuredCommit(target, sizes);
      const member = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const store = await storeOn(measured, backend);
  try {
    await run(store, sizes);
  } finally {
    store.close();
  }
}

/** What a commit has too much of for a backend. */
export function excesses(
  size: CommitSize,
  backend: keyof typeof LIMITS,
): string[] {
  const limits = LIMITS[backend];
  return [
    size.checks > limits.checks ? `${size.checks} checks` : "",
    size.mutations > limits.mutations ? `${size.mutations} mutations` : "",
    size.keyBytes > limits.keyBytes ? `${size.keyBytes} key bytes` : "",
    size.valueBytes > limits.valueBytes ? `${size.valueBytes} value bytes` : "",
    size.largest > limits.valueSize ? `a value of ${size.largest} bytes` : "",
  ].filter((excess) => excess !== "");
}
