/**
 * Preloaded into the server's process (`deno run --preload`): counts the calls of Deno KV from a moment on, and at the nth
 * one kills the process, or throws. The rest of the process is the product as it is.
 */

/** What is to happen, and at which call. */
export interface FaultPlan {
  /** Calls are counted from the start of the process, or from a SIGUSR2 on. */
  from: "start" | "signal";
  /** Gets one line for each call, and one for the signal. */
  log: string;
  /** Which call, from 1; 0: none, calls are counted only. */
  at: number;
  /** The process dies before the call, while it runs, or when it has ended; or the call and all later ones throw. */
  fault: "before" | "within" | "after" | "throw";
}

/** The environment variable that holds the plan as JSON. */
export const PLAN = "STREAMFLOW_TEST_FAULTS";

/** The line of the log that tells of the signal. */
export const ARMED = "armed";

function planned(plan: FaultPlan): typeof Deno.openKv {
  const open = Deno.openKv;
  let counting = plan.from === "start";
  let calls = 0;

  const write = (line: string) =>
    Deno.writeTextFileSync(plan.log, `${line}\n`, { append: true });
  const die = () => Deno.kill(Deno.pid, "SIGKILL");

  async function call<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (!counting) return await run();
    const here = ++calls === plan.at;
    write(name);
    if (plan.fault === "throw" && calls >= plan.at) {
      throw new Error("The disk is on fire");
    }
    if (here && plan.fault === "before") die();
    const going = run();
    if (here && plan.fault === "within") die();
    const result = await going;
    if (here && plan.fault === "after") die();
    return result;
  }

  /** An object whose calls `own` stand before the real ones. */
  const over = <T extends object>(real: T, own: Record<string, unknown>): T =>
    new Proxy(real, {
      get(target, name, proxy) {
        if (name === Symbol.asyncIterator) return () => proxy;
        if (Object.hasOwn(own, name)) return own[name as string];
        const member = Reflect.get(target, name, target);
        return typeof member === "function" ? member.bind(target) : member;
      },
    });

  function atomic(real: Deno.AtomicOperation): Deno.AtomicOperation {
    const chained = ["check", "set", "delete", "sum", "min", "max", "mutate"];
    const own: Record<string, unknown> = {
      commit: () => call("commit", () => real.commit()),
    };
    const faulty = over(real, own);
    for (const name of chained) {
      own[name] = (...values: unknown[]) => {
        // deno-lint-ignore no-explicit-any -- each of them takes other arguments
        (real as any)[name](...values);
        return faulty;
      };
    }
    return faulty;
  }

  if (plan.from === "signal") {
    Deno.addSignalListener("SIGUSR2", () => {
      counting = true;
      write(ARMED);
    });
  }

  return async (path) => {
    const kv = await open(path);
    return over(kv, {
      get: (...values: Parameters<typeof kv.get>) =>
        call("get", () => kv.get(...values)),
      getMany: (...values: Parameters<typeof kv.getMany>) =>
        call("getMany", () => kv.getMany(...values)),
      set: (...values: Parameters<typeof kv.set>) =>
        call("set", () => kv.set(...values)),
      delete: (...values: Parameters<typeof kv.delete>) =>
        call("delete", () => kv.delete(...values)),
      atomic: () => atomic(kv.atomic()),
      list(...values: Parameters<typeof kv.list>) {
        const rows = kv.list(...values);
        let begun = false;
        const faulty: Deno.KvListIterator<unknown> = over(rows, {
          next() {
            if (begun) return rows.next();
            begun = true;
            return call("list", () => rows.next());
          },
        });
        return faulty;
      },
    });
  };
}

const text = Deno.env.get(PLAN);
if (text !== undefined) {
  Object.defineProperty(Deno, "openKv", { value: planned(JSON.parse(text)) });
}
