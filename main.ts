import { ConfigError, configFromEnvironment } from "./fresh.config.ts";
import { Passwords } from "./lib/access/passwords.ts";
import { createApp } from "./lib/http/app.ts";
import { openInstanceKey } from "./lib/store/instance_key.ts";
import { openStore, StoreUnavailable } from "./lib/store/open.ts";

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
const { store, close } = await openStore(config.kv).catch(refuse);
const passwords = new Passwords();

/** The app, for `_fresh/server.js` and the development server. */
export const app = createApp({
  store,
  passwords,
  instanceKey: await openInstanceKey(store, config.secret),
  registerKeys: config.registerKeys,
  kick: () => {},
  now: Date.now,
  ...(config.publicUrl !== null && { publicUrl: config.publicUrl }),
  log: (line) => console.log(JSON.stringify(line)),
});

/** How long a stop waits for requests that run, milliseconds. */
const PATIENCE_MS = 10_000;

function listen(answer: Deno.ServeHandler): Deno.HttpServer {
  const { port, host: hostname } = config;
  try {
    return Deno.serve({
      port,
      hostname,
      automaticCompression: true,
      onListen: ({ hostname, port }) =>
        console.log(`StreamFlow serves http://${hostname}:${port}`),
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
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, async () => {
      if (stopping) return;
      stopping = true;
      console.log("StreamFlow stops when running requests have ended");
      // `shutdown` takes away what is still to come of a request's body, so what runs is waited for before.
      await Promise.race([
        Promise.allSettled(running),
        new Promise((done) => setTimeout(done, PATIENCE_MS)),
      ]);
      shutdown();
    });
  }
  await finished;
  passwords.close();
  close();
  Deno.exit(0);
}

// Not awaited here: the built server imports this module's app and would wait for itself.
if (import.meta.main) serve();
