import type fc from "fast-check";
import { type Store, storeOn } from "../../lib/store/store.ts";

/** Lets runners loose at the same moment, and gives what each came to. */
export type Start = <T>(runners: () => Promise<T>[]) => Promise<T[]>;

/**
 * Runs a race on a store in memory: between `start` and its end every call to the backend waits until the scheduler
 * lets it go on, so that calls of several runners interleave in any order, and a failure tells in which.
 */
export async function race(
  scheduler: fc.Scheduler,
  run: (store: Store, start: Start) => Promise<void>,
): Promise<void> {
  let racing = false;
  const inTurn =
    <P extends unknown[], R>(call: (...parts: P) => Promise<R>) =>
    async (...parts: P): Promise<R> => {
      if (racing) await scheduler.schedule(Promise.resolve());
      return await call(...parts);
    };
  const kv = await Deno.openKv(":memory:");
  const scheduled = new Proxy(kv, {
    get(target, name) {
      if (name === "get") return inTurn(target.get.bind(target));
      if (name === "getMany") return inTurn(target.getMany.bind(target));
      if (name === "atomic") {
        return () => {
          const atomic = target.atomic();
          atomic.commit = inTurn(atomic.commit.bind(atomic));
          return atomic;
        };
      }
      const member = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const store = await storeOn(scheduled);
  try {
    await run(store, async (runners) => {
      racing = true;
      const all = Promise.all(runners());
      await scheduler.waitFor(all);
      racing = false;
      return await all;
    });
  } finally {
    store.close();
  }
}
