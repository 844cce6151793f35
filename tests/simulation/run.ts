import type { FaultName } from "./faults.ts";
import { takeGlobals } from "./browser_globals.ts";
import type { DeviceCode } from "./load_device_code.ts";
import { judge } from "./oracle.ts";
import { Person } from "./person.ts";
import {
  type Beginning,
  makeBeginning,
  Server,
  type WrapStore,
} from "./server.ts";
import { World } from "./world.ts";

/** What a run is made of, beside its seed. */
export interface Setup {
  device: DeviceCode;
  ops: number;
  wrapStore?: WrapStore;
}

/** What came of a run. */
export interface Report {
  seed: number;
  /** Equal for two runs in which the same happened. */
  trace: number;
  ops: number;
  applied: number;
  refused: number;
  requests: number;
  faults: Partial<Record<FaultName, number>>;
  /** Null: everything is as it should be. */
  failure: string | null;
}

/** What a browser only writes into its console: a transaction failed whose end nobody waited for. */
const HARMLESS = /^(Abort|QuotaExceeded|InvalidState)Error$/;

let uncaught: string | null = null;
globalThis.addEventListener("unhandledrejection", (event) => {
  const { reason } = event;
  const words = `Nobody caught ${reason?.stack ?? reason}`;
  event.preventDefault();
  if (!HARMLESS.test(reason?.name)) uncaught ??= words;
});

let beginning: Promise<Beginning> | undefined;

/** Runs one seed to its end, and judges what is there then. */
export async function simulate(seed: number, setup: Setup): Promise<Report> {
  const begun = await (beginning ??= makeBeginning());
  const world = new World(seed, setup.device);
  world.server = await Server.open(
    world,
    begun,
    setup.wrapStore ?? ((kv) => kv),
  );
  const person = new Person(world, begun);
  const giveBack = takeGlobals(world.timeline, world.chance, world.packs);
  let failure: string | null = null;
  let counts = { applied: 0, refused: 0 };
  uncaught = null;
  try {
    await world.timeline.run(async () => {
      await person.work(setup.ops);
      const fields = await person.finish();
      counts = await judge(world, begun, person, fields);
    });
  } catch (error) {
    failure = error instanceof Error
      ? error.stack ?? error.message
      : `${error}`;
  } finally {
    giveBack();
    world.server.close();
  }
  return {
    seed,
    trace: world.timeline.trace,
    ops: person.intents.filter(({ key }) => key !== undefined).length,
    ...counts,
    requests: world.server.answered,
    faults: world.faults.counts,
    failure: uncaught ?? failure,
  };
}
