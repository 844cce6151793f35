/** The product as its own process, on the production build and a store on the disk. */
export interface ServerProcess {
  origin: string;
  /** Ends it: SIGTERM lets running requests end, SIGKILL does not. */
  stop(signal?: Deno.Signal): Promise<Deno.CommandStatus>;
  /** Sends it a signal, and waits for nothing. */
  signal(name: Deno.Signal): void;
  /** Settles when it has ended, by itself or not. */
  ended: Promise<Deno.CommandStatus>;
  /** What it has printed so far. */
  output(): string;
}

/** Where this tree and its build are. */
export const ROOT = new URL("../../", import.meta.url);

/**
 * Starts the product and waits until it serves.
 *
 * @param kv the store's file
 * @param port 0: any free one
 * @param preload a module to run before it in its process
 * @param permissions what it may do: everything unless said
 * @param root of another tree than this one
 * @throws when it stops before it serves; the message has what it printed
 */
export async function startServer(
  kv: string,
  port = 0,
  env: Record<string, string> = {},
  preload: string | null = null,
  permissions: readonly string[] = ["-A"],
  root = ROOT,
): Promise<ServerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      ...permissions,
      ...preload === null ? [] : ["--preload", preload],
      "main.ts",
    ],
    cwd: root,
    env: { STREAMFLOW_KV: kv, PORT: String(port), HOST: "127.0.0.1", ...env },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let printed = "";
  const started = Promise.withResolvers<string>();
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      printed += text;
      const origin = /serves (http:\/\/\S+)/.exec(printed)?.[1];
      if (origin) started.resolve(origin);
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  child.status.then(async ({ code }) => {
    await reading;
    started.reject(
      new Error(`The server stopped with ${code}:\n${printed}`),
    );
  });
  const origin = await started.promise;
  return {
    origin,
    output: () => printed,
    signal: (name) => child.kill(name),
    ended: child.status,
    async stop(signal = "SIGTERM") {
      try {
        child.kill(signal);
      } catch {
        // It has ended already.
      }
      const status = await child.status;
      await reading;
      return status;
    },
  };
}
