import type { Patch } from "./load_device_code.ts";
import type { WrapStore } from "./server.ts";

/** A bug of the kind that this product must not have, to show that a run finds it. */
export interface PlantedBug {
  name: string;
  patches: Patch[];
  wrapStore?: WrapStore;
}

/** The part of a key that tells what a row is. */
const kindOf = (key: Deno.KvKey) => key[0] === "org" ? key[2] : null;

/**
 * A store behind which the server forgets what it has answered: it takes the first op of every request for the next one,
 * and knows neither results nor keys.
 */
const forgetful: WrapStore = (kv, world) => {
  let next = 0;
  world.onSync = ({ ops }) => {
    next = (ops[0]?.seq ?? 1) - 1;
  };
  const forget = <T>(entry: Deno.KvEntryMaybe<T>): Deno.KvEntryMaybe<T> => {
    const kind = kindOf(entry.key);
    if (entry.versionstamp !== null && kind === "ledgers") {
      return { ...entry, value: { ...entry.value, lastSeq: next } };
    }
    return kind === "idem" || kind === "ledger_keys"
      ? { key: entry.key, value: null, versionstamp: null }
      : entry;
  };
  return {
    ...kv,
    get: async (key: Deno.KvKey) => forget(await kv.get(key)),
    getMany: async (keys: [Deno.KvKey]) => (await kv.getMany(keys)).map(forget),
    async *list(selector: Deno.KvListSelector, options: Deno.KvListOptions) {
      for await (const entry of kv.list(selector, options)) {
        if (forget(entry).versionstamp !== null) yield entry;
      }
    },
  } as unknown as Deno.Kv;
};

/** The bugs that every simulation has to find. */
export const PLANTED_BUGS: PlantedBug[] = [
  {
    name: "an op is deleted before it is sent",
    patches: [{
      file: "lib/offline/replay.ts",
      from: "      head.attempts++;",
      to: `      head.attempts++;
      draft.also = (tx) =>
        Promise.all(
          sent.ops.map((op) => tx.objectStore("pending").delete(op.n)),
        );`,
    }],
  },
  { name: "the server has no ledger", patches: [], wrapStore: forgetful },
  {
    name: "a 401 is taken for done",
    patches: [{
      file: "lib/offline/replay.ts",
      from: `    }, "results");`,
      to: `    }, "results").catch((halt) => {
      if (!halt.login) throw halt;
      const results = sent.ops.map(({ seq, key }) => ({
        seq,
        key,
        status: 200,
      }));
      const lastSeq = sent.acked + length;
      return { epoch: sent.epoch, lastSeq, hash: null, results };
    });`,
    }],
  },
];
