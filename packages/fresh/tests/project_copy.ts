import { dirname, join, relative } from "node:path";

const PACKAGE = new URL("..", import.meta.url).pathname;
const FIXTURE = new URL("fixture", import.meta.url).pathname;

/** A running Deno process that serves. */
export interface RunningServer extends AsyncDisposable {
  /** Where it listens, once it does. */
  origin(): Promise<string>;
  /** Waits until it ends by itself. */
  ended(): Promise<void>;
}

/** A project in a folder of its own, as an app has it. */
export interface TemporaryProject extends AsyncDisposable {
  readonly path: string;
  /** Runs Deno in the project. */
  run(args: string[], env?: Record<string, string>): Promise<RunningServer>;
}

async function configOf(path: string): Promise<string> {
  const own = JSON.parse(await Deno.readTextFile(join(PACKAGE, "deno.json")));
  return JSON.stringify({
    links: [relative(path, PACKAGE)],
    nodeModulesDir: "none",
    compilerOptions: own.compilerOptions,
    imports: {
      "fresh": `jsr:@fresh/core@^${own.version}`,
      "preact": own.imports["preact"],
      "@preact/signals": own.imports["@preact/signals"],
    },
  });
}

function startServer(
  path: string,
  args: string[],
  env: Record<string, string>,
): RunningServer {
  const child = new Deno.Command(Deno.execPath(), {
    args,
    cwd: path,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...env },
  }).spawn();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let output = "";
  const read = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      output += text;
      const port = /https?:\/\/[\w.:[\]]+?:(\d+)/.exec(output)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]);
  void reading.then(() => reject(new Error(`It ended: ${output}`)));
  return {
    origin: () => promise,
    ended: async () => {
      promise.catch(() => {});
      await reading;
    },
    [Symbol.asyncDispose]: async () => {
      promise.catch(() => {});
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended by itself.
      }
      await child.status;
      await reading;
    },
  };
}

/** Makes an empty project that links this package. */
export async function linkedProject(below = ""): Promise<TemporaryProject> {
  const base = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "fresh_project_" }),
  );
  const path = join(base, below);
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeTextFile(join(path, "deno.json"), await configOf(path));
  return {
    path,
    run: (args, env = {}) => Promise.resolve(startServer(path, args, env)),
    [Symbol.asyncDispose]: () => Deno.remove(base, { recursive: true }),
  };
}

/** Copies a folder of files into a project. */
export async function copyProject(from: string, to: string): Promise<void> {
  const visit = async (below: string): Promise<void> => {
    for await (const entry of Deno.readDir(join(from, below))) {
      const path = join(below, entry.name);
      if (entry.isDirectory) await visit(path);
      else {
        await Deno.mkdir(dirname(join(to, path)), { recursive: true });
        await Deno.copyFile(join(from, path), join(to, path));
      }
    }
  };
  await visit("");
}

/** Copies the example app of these tests into a project. */
export async function copyFixture(to: string): Promise<void> {
  await copyProject(FIXTURE, to);
}
