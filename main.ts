import { ConfigError, configFromEnvironment } from "./fresh.config.ts";
import { Passwords } from "./lib/access/passwords.ts";
import { createApp } from "./lib/http/app.ts";
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
  now: Date.now,
  log: (line) => console.log(JSON.stringify(line)),
});

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
  const { finished, shutdown } = Deno.serve({
    port: config.port,
    hostname: config.host,
    automaticCompression: true,
    onListen: ({ hostname, port }) =>
      console.log(`StreamFlow serves http://${hostname}:${port}`),
  }, server.fetch);
  let stopping = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => {
      if (stopping) return;
      stopping = true;
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
