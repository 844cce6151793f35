import assert from "node:assert/strict";
import { verifyAudit } from "../../lib/audit/verify_audit.ts";
import { auditKeyOf } from "../../lib/audit/audit_key.ts";
import { instanceKeyFrom } from "../../lib/store/instance_key.ts";
import { everyOrg } from "../../lib/store/orgs.ts";
import { storeOn } from "../../lib/store/store.ts";
import { sweep } from "../../lib/store/sweep.ts";
import { eventually } from "../system/eventually.ts";
import { type ServerProcess, startServer } from "../system/server_process.ts";
import { type ArrivedMail, withMailServer } from "../system/smtp.ts";
import { ARMED, type FaultPlan, PLAN } from "./kv_faults.ts";
import { REGISTER_KEY, type Scenario, SECRET } from "./scenarios.ts";
import { faultsOf, readWholeStore, type WholeStore } from "./whole_store.ts";

/** Where the server dies. */
export interface Death extends Pick<FaultPlan, "at" | "fault"> {
  /** The call's name, in the run in which nobody died. */
  call: string;
}

/** What a run came to. */
export interface Run {
  /** The calls of the store that were counted, in order, up to the death. */
  calls: string[];
  /** Whether it came to the death at all. */
  died: boolean;
  /** How often a mail arrived. */
  mails: number;
}

const PRELOAD = new URL("./kv_faults.ts", import.meta.url).href;
/** Nothing is to happen: calls are counted. */
const ALIVE: Death = { at: 0, fault: "before", call: "" };

async function withKv<T>(
  file: string,
  run: (kv: Deno.Kv) => Promise<T>,
): Promise<T> {
  const kv = await Deno.openKv(file);
  try {
    return await run(kv);
  } finally {
    kv.close();
  }
}

/** Reads a store that a server has open: a copy of its files, since one process owns the file. */
async function readCopy(file: string, copy: string): Promise<WholeStore> {
  await Deno.remove(copy, { recursive: true }).catch(() => {});
  await Deno.mkdir(copy);
  for (const end of ["", "-wal"]) {
    await Deno.copyFile(`${file}${end}`, `${copy}/store.sqlite3${end}`)
      .catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
  }
  return await withKv(`${copy}/store.sqlite3`, readWholeStore);
}

async function linesOf(file: string): Promise<string[]> {
  const text = await Deno.readTextFile(file).catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

/** Runs something until a process has ended; what runs has ended too when this settles. */
async function untilDead<T>(
  server: ServerProcess,
  run: () => Promise<T>,
): Promise<T | "dead"> {
  const dead = server.ended.then(() => "dead" as const);
  const running = run();
  try {
    const outcome = await Promise.race([running, dead]);
    await running.catch(() => {});
    return outcome;
  } catch (error) {
    // An answer that did not come: was it the death, or is the product wrong?
    const grace = new Promise<"alive">((done) =>
      setTimeout(done, 2000, "alive")
    );
    if (await Promise.race([dead, grace]) === "dead") return "dead";
    throw error;
  }
}

class Chamber {
  constructor(
    readonly scenario: Scenario,
    readonly folder: string,
    readonly mail: { url: string; mails: ArrivedMail[] },
    readonly ask: (origin: string) => Promise<void>,
  ) {}

  get kv() {
    return `${this.folder}/store.sqlite3`;
  }

  get log() {
    return `${this.folder}/calls`;
  }

  /** Starts the server; null where it died before it served. */
  async start(death: Death | null, port = 0): Promise<ServerProcess | null> {
    const env = {
      STREAMFLOW_SECRET: SECRET,
      STREAMFLOW_REGISTER_KEYS: REGISTER_KEY,
      STREAMFLOW_MAIL: this.mail.url,
    };
    if (death === null) return await startServer(this.kv, port, env);
    const { log, scenario: { from } } = this;
    const plan = JSON.stringify(
      { from, log, at: death.at, fault: death.fault } satisfies FaultPlan,
    );
    try {
      return await startServer(
        this.kv,
        port,
        { ...env, [PLAN]: plan },
        PRELOAD,
      );
    } catch (error) {
      if (String(error).includes("stopped with 137")) return null;
      throw error;
    }
  }

  /** Waits until the outbox is empty, or nobody is left to empty it. */
  async drained(server: ServerProcess): Promise<void> {
    let dead = false;
    server.ended.then(() => dead = true);
    await eventually("the outbox is empty", async () => {
      if (dead) return true;
      const store = await readCopy(this.kv, `${this.folder}/copy`);
      return store.global("jobs").length === 0 &&
        this.mail.mails.length >= this.scenario.mails;
    });
  }

  /** The client's question and all that follows from it. */
  async act(server: ServerProcess): Promise<void> {
    await this.ask(server.origin);
    await this.drained(server);
  }

  async arm(server: ServerProcess): Promise<void> {
    if (this.scenario.from === "start") return;
    let dead = false;
    server.ended.then(() => dead = true);
    server.signal("SIGUSR2");
    await eventually(
      "calls are counted",
      async () => dead || (await linesOf(this.log)).includes(ARMED),
    );
  }

  /** Everything that has to hold when all is over. */
  async check(): Promise<void> {
    const { scenario, mail: { mails } } = this;
    await withKv(this.kv, async (kv) => {
      const whole = await readWholeStore(kv);
      assert.deepEqual(faultsOf(whole), []);
      assert.deepEqual(whole.global("jobs"), []);
      assert.deepEqual(whole.global("dead_jobs"), []);
      const ids = new Set(mails.map(({ headers }) => headers["message-id"]));
      assert.equal(ids.size, scenario.mails, "each mail under one Message-ID");
      scenario.check(whole, mails);
      const store = await storeOn(kv);
      const { publicKey } = auditKeyOf(instanceKeyFrom(SECRET));
      for await (const org of everyOrg(store)) {
        const { fault } = await verifyAudit(store, [publicKey], org);
        assert.equal(fault, null);
      }
    });
  }
}

/**
 * Runs a scenario in which the server dies, is started again on the same file, and is asked the same again; then looks at
 * every row of the store.
 *
 * @param death null: nobody dies
 * @throws when anything is half done, or done twice
 */
export async function runScenario(
  scenario: Scenario,
  death: Death | null,
): Promise<Run> {
  const folder = await Deno.makeTempDir({ prefix: "streamflow-torture-" });
  const started: (ServerProcess | null)[] = [];
  const run: Run = { calls: [], died: false, mails: 0 };
  try {
    await withMailServer(async (mail) => {
      const file = `${folder}/store.sqlite3`;
      const ask = await withKv(file, async (kv) => {
        const ask = await scenario.prepare(kv);
        // Else the daily sweep's calls fall among the scenario's, in each run elsewhere.
        const store = await storeOn(kv);
        await sweep({ store, now: Date.now, count: () => {} });
        return ask;
      });
      const chamber = new Chamber(scenario, folder, mail, ask);
      const first = await chamber.start(death ?? ALIVE);
      started.push(first);
      const outcome = first === null ? "dead" : await untilDead(
        first,
        async () => {
          await chamber.arm(first);
          await chamber.act(first);
        },
      );
      await first?.stop();
      run.died = outcome === "dead" ||
        (await first?.ended)?.signal === "SIGKILL";
      run.calls = (await linesOf(chamber.log)).filter((line) => line !== ARMED);
      if (death !== null) {
        // The address stands in links: it is the same after a restart.
        const port = first === null ? 0 : Number(new URL(first.origin).port);
        const second = await chamber.start(null, port);
        started.push(second);
        await chamber.act(second as ServerProcess);
        await second?.stop();
      }
      run.mails = mail.mails.length;
      await chamber.check();
    });
    return run;
  } finally {
    for (const server of started) await server?.stop("SIGKILL");
    await Deno.remove(folder, { recursive: true });
  }
}

/** Every death that a scenario can die, by a run in which nobody dies. */
export async function deathsOf(scenario: Scenario): Promise<Death[]> {
  const { calls } = await runScenario(scenario, null);
  const faults: FaultPlan["fault"][] = ["before", "within", "after"];
  return calls.flatMap((call, i) =>
    faults.map((fault) => ({ at: i + 1, fault, call }))
  );
}
