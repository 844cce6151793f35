/** What was asked of the backend since the last look. */
export interface Touched {
  /** Keys and prefixes that were read. */
  read: Deno.KvKey[];
  /** Keys of the commits that went through; a versionstamp in one of them is left out. */
  written: Deno.KvKey[];
}

/** A KV in memory that tells which keys are touched, and goes back to where it stood. */
export interface WatchedKv {
  kv: Deno.Kv;
  /** What was touched since the last call. */
  touched: () => Touched;
  /** Keeps what stands in the store now: the state that `rollBack` goes back to. */
  keep: () => Promise<void>;
  /** Undoes the writes that `touched` told. */
  rollBack: (written: readonly Deno.KvKey[]) => Promise<void>;
}

const isPlain = (part: Deno.KvKeyPart) =>
  ["string", "number", "bigint", "boolean"].includes(typeof part) ||
  part instanceof Uint8Array;

/** Opens it. */
export async function watchedKv(): Promise<WatchedKv> {
  const kv = await Deno.openKv(":memory:");
  let read: Deno.KvKey[] = [];
  let written: Deno.KvKey[] = [];
  const kept = new Map<string, unknown>();

  const atomic = () => {
    const inner = kv.atomic();
    const keys: Deno.KvKey[] = [];
    const tell = (name: "set" | "delete" | "sum" | "min" | "max") => {
      const call = inner[name].bind(inner) as (
        key: Deno.KvKey,
        ...rest: unknown[]
      ) => unknown;
      return (key: Deno.KvKey, ...rest: unknown[]) => {
        keys.push(key.filter(isPlain));
        call(key, ...rest);
        return watched;
      };
    };
    const watched = {
      check(...checks: Deno.AtomicCheck[]) {
        read.push(...checks.map(({ key }) => key));
        inner.check(...checks);
        return watched;
      },
      set: tell("set"),
      delete: tell("delete"),
      sum: tell("sum"),
      min: tell("min"),
      max: tell("max"),
      async commit() {
        const result = await inner.commit();
        if (result.ok) written.push(...keys);
        return result;
      },
    };
    return watched as unknown as Deno.AtomicOperation;
  };

  const watched = new Proxy(kv, {
    get(target, name) {
      if (name === "atomic") return atomic;
      if (name === "get") {
        return (key: Deno.KvKey, options?: never) => {
          read.push(key);
          return target.get(key, options);
        };
      }
      if (name === "getMany") {
        return (keys: Deno.KvKey[], options?: never) => {
          read.push(...keys);
          return target.getMany(keys, options);
        };
      }
      if (name === "list") {
        return (selector: Record<string, Deno.KvKey>, options?: never) => {
          for (const key of Object.values(selector)) read.push(key);
          return target.list(selector as never, options);
        };
      }
      const member = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });

  return {
    kv: watched,
    touched() {
      const touched = { read, written };
      read = [];
      written = [];
      return touched;
    },
    async keep() {
      for await (const row of kv.list({ prefix: [] })) {
        if (row.key[2] === "changes") await kv.delete(row.key);
        else kept.set(JSON.stringify(row.key), row.value);
      }
    },
    async rollBack(written) {
      const back = kv.atomic();
      for (const key of written) {
        const name = JSON.stringify(key);
        if (kept.has(name)) back.set(key, kept.get(name));
        else if (key[2] !== "changes") back.delete(key);
        else {
          // The feed's rows end in a versionstamp, which only the backend knew.
          for await (const row of kv.list({ prefix: key })) {
            back.delete(row.key);
          }
        }
      }
      await back.commit();
    },
  };
}
