import { ConfigError, configFromEnvironment } from "./fresh.config.ts";
import { Passwords } from "./lib/access/passwords.ts";
import { SEAL_EVERY_MS, sealDue } from "./lib/audit/seal_due.ts";
import { createApp } from "./lib/http/app.ts";
import { readFirstStyles } from "./lib/http/first_styles.ts";
import { logFaults } from "./lib/http/faults.ts";
import { openTelemetry } from "./lib/http/telemetry.ts";
import { Counters } from "./lib/metrics/counters.ts";
import { jobHandlers } from "./lib/outbox/handlers.ts";
import { logSender } from "./lib/outbox/log_mail.ts";
import { runDueJobs } from "./lib/outbox/run_due_jobs.ts";
import { smtpSender } from "./lib/outbox/smtp.ts";
import { releaseLeases } from "./lib/outbox/take_job.ts";
import { type Chore, createTicker } from "./lib/outbox/tick.ts";
import { openInstanceKey } from "./lib/store/instance_key.ts";
import { openStore, StoreUnavailable } from "./lib/store/open.ts";
import { sweep } from "./lib/store/sweep.ts";
import { tracedKv } from "./lib/store/tracing.ts";

/** Says in plain words why the product cannot start, and stops. */
function refuse(error: unknown): never {
  if (!(error instanceof ConfigError) && !(error instanceof StoreUnavailable)) {
    throw error;
  }
  console.error(`StreamFlow cannot start.\n${error.message}`);
  Deno.exit(1);
}

const config = (() => {
  try {
    return configFromEnvironment();
  } catch (error) {
    refuse(error);
  }
})();
const telemetry = config.telemetry ? await openTelemetry() : null;
const { store, sole, close } = await openStore(
  config.kv,
  telemetry ? (kv) => tracedKv(kv, telemetry.kv) : undefined,
).catch(refuse);
const passwords = new Passwords();
const instanceKey = await openInstanceKey(store, config.secret);
const firstStyles = await readFirstStyles();
const counters = new Counters();
const now = Date.now;
const log = (line: Record<string, unknown>) =>
  console.log(JSON.stringify(line));

/** Where links in mails lead; without a public URL, to where this process listens. */
let origin = config.publicUrl ?? `http://${config.host}:${config.port}`;

/** How often what was counted is added to the day's sums, milliseconds. */
const FLUSH_EVERY_MS = 10_000;

const outbox = {
  store,
  handlers: jobHandlers({
    store,
    instanceKey,
    origin: () => origin,
    now,
    send: config.mail === "log:"
      ? logSender(log, now, config.publicUrl === null)
      : smtpSender(config.mail, config.mailFrom, config.mailHost),
  }),
  owner: crypto.randomUUID(),
  now,
  random: Math.random,
  count: counters.count,
  log,
};

/** How often it is looked whether the daily sweep is due, milliseconds. */
const SWEEP_LOOK_EVERY_MS = 3600_000;

const sealing = { store, instanceKey, now, log };

// Who held a lease on a store that is this process's alone is dead.
let leasesOfTheDead = sole;

const chores: Chore[] = [
  {
    name: "outbox",
    everyMs: 0,
    async run(signal) {
      if (leasesOfTheDead) await releaseLeases(store, now());
      leasesOfTheDead = false;
      await runDueJobs(outbox, signal);
    },
  },
  {
    name: "counts",
    everyMs: FLUSH_EVERY_MS,
    run: () => counters.flush(store, now()),
  },
  {
    name: "seal",
    everyMs: SEAL_EVERY_MS,
    run: (signal) => sealDue(sealing, { signal }),
  },
  {
    name: "sweep",
    everyMs: SWEEP_LOOK_EVERY_MS,
    run: (signal) => sweep({ store, now, count: counters.count }, signal),
  },
];

const ticker = createTicker(
  { now, log },
  telemetry === null ? chores : chores.map((chore) => ({
    ...chore,
    run: (signal) => telemetry.background(chore.name, () => chore.run(signal)),
  })),
);

/** The app, for `_fresh/server.js` and the development server. */
export const app = createApp({
  store,
  passwords,
  instanceKey,
  registerKeys: config.registerKeys,
  proxies: config.proxies,
  kick: () => void ticker.tick(),
  count: counters.count,
  now,
  ...(config.publicUrl !== null && { publicUrl: config.publicUrl }),
  ...(firstStyles && { firstStyles }),
  ...(telemetry && { telemetry }),
  log,
});

// Timers sleep on Deno Deploy between requests; its cron jobs have to be named while the program loads.
if (config.onDeploy) Deno.cron("tick", "* * * * *", ticker.tick);

/** How often what is due is looked for where no commit has asked for it, milliseconds. */
const TICK_EVERY_MS = 15_000;

/** How long a stop waits for requests that run, milliseconds. */
const PATIENCE_MS = 10_000;

function listen(answer: Deno.ServeHandler): Deno.HttpServer {
  const { port, host: hostname } = config;
  try {
    return Deno.serve({
      port,
      hostname,
      automaticCompression: true,
      onListen({ hostname, port }) {
        origin = config.publicUrl ?? `http://${hostname}:${port}`;
        console.log(`StreamFlow serves http://${hostname}:${port}`);
      },
    }, answer);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    refuse(
      new ConfigError(
        `PORT: something else listens on ${hostname}:${port} already.`,
      ),
    );
  }
}

/** Serves the production build until SIGTERM or SIGINT, which let running requests end. */
async function serve(): Promise<void> {
  const built = new URL("./_fresh/server.js", import.meta.url);
  const { default: server } = await import(built.href).catch((cause) => {
    if (cause instanceof TypeError && cause.message.includes("not found")) {
      refuse(
        new ConfigError("There is no build yet: run `deno task build` first."),
      );
    }
    throw cause;
  });
  const running = new Set<Promise<Response>>();
  const answer: Deno.ServeHandler = (request, info) => {
    const response = Promise.resolve(server.fetch(request, info));
    running.add(response);
    response.finally(() => running.delete(response)).catch(() => {});
    return response;
  };
  const { finished, shutdown } = listen(answer);
  logFaults(log, now);
  ticker.start(TICK_EVERY_MS);
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, async () => {
      if (stopping) return;
      stopping = true;
      console.log("StreamFlow stops when running requests have ended");
      // `shutdown` takes away what is still to come of a request's body, so what runs is waited for before.
      await Promise.race([
        Promise.allSettled([...running, ticker.stop()]),
        new Promise((done) => setTimeout(done, PATIENCE_MS)),
      ]);
      shutdown();
    });
  }
  await finished;
  // What the last requests left: nothing of a stopped instance can be changed unseen.
  for (
    const last of [
      () => counters.flush(store, now()),
      () => sealDue(sealing, { all: true }),
    ]
  ) {
    await last().catch((error) =>
      log({
        time: new Date(now()).toISOString(),
        level: "error",
        error: String(error),
      })
    );
  }
  passwords.close();
  close();
  Deno.exit(0);
}

// Not awaited here: the built server imports this module's app and would wait for itself.
if (import.meta.main) serve();
else if (!config.onDeploy) ticker.start(TICK_EVERY_MS);
