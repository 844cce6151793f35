import type { App } from "../mod.ts";
import { applySnapshot } from "../src/app.ts";
import type { BuildSnapshot, StaticFile } from "../src/build_snapshot.ts";
import { contentTypeOf } from "../src/content_type.ts";
import { contentHash } from "../src/dev/content_hash.ts";
import type { RouteModule } from "../src/route_modules.ts";

/** What a made-up build contains. */
export interface FakeBuild {
  mode?: "development" | "production";
  /** Route modules by their path below the routes folder. */
  routes?: Record<string, RouteModule>;
  /** Route modules that are loaded when they are first asked for. */
  lazyRoutes?: Record<string, RouteModule>;
  /** Components that are islands, by the name of their export. */
  islands?: Record<string, unknown>;
  /** The content of static files, by their paths. */
  files?: Record<string, string>;
}

const encoder = new TextEncoder();

/** A snapshot without a project behind it. */
export function fakeSnapshot(build: FakeBuild): BuildSnapshot {
  const files = new Map<string, StaticFile>();
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [path, text] of Object.entries(build.files ?? {})) {
    const content = encoder.encode(text);
    contents.set(path.slice(1), content);
    files.set(path, {
      path,
      file: path.slice(1),
      hash: contentHash(content),
      size: content.length,
      contentType: contentTypeOf(path),
      ...(path.startsWith("/_fresh/") ? { immutable: true } : {}),
    });
  }
  const read = (file: string) => Promise.resolve(contents.get(file)!);
  return {
    buildId: "build1",
    mode: build.mode ?? "production",
    root: "/",
    runtime: {
      boot: { path: "/_fresh/boot.js", imports: ["/_fresh/preact.js"] },
      signals: { path: "/_fresh/signals.js", imports: ["/_fresh/preact.js"] },
      revive: { path: "/_fresh/revive.js", imports: ["/_fresh/preact.js"] },
      slots: { path: "/_fresh/slots.js", imports: ["/_fresh/preact.js"] },
      reload: null,
    },
    islands: Object.entries(build.islands ?? {}).map(([name, component]) => ({
      client: { path: `/_fresh/${name}.js`, imports: ["/_fresh/preact.js"] },
      exports: { [name]: component },
    })),
    routes: [
      ...Object.entries(build.routes ?? {}).map(([id, module]) => ({
        id,
        module,
      })),
      ...Object.entries(build.lazyRoutes ?? {}).map(([id, module]) => ({
        id,
        load: () => Promise.resolve(module),
      })),
    ],
    files,
    read,
    open: async (file) => new Blob([await read(file)]).stream(),
  };
}

/** Requests to an app, without a network. */
export interface TestServer {
  fetch(path: string, init?: RequestInit): Promise<Response>;
  text(path: string, init?: RequestInit): Promise<string>;
  /** Sends a request that was made elsewhere. */
  send(request: Request): Promise<Response>;
}

/** Lets a test send requests to an app. */
export function serve<State>(app: App<State>, build?: FakeBuild): TestServer {
  if (build !== undefined) applySnapshot(app, fakeSnapshot(build));
  const handler = app.handler();
  const fetch = (path: string, init?: RequestInit) =>
    handler(new Request(`http://localhost${path}`, init));
  return {
    fetch,
    send: (request) => handler(request),
    text: async (path, init) => await (await fetch(path, init)).text(),
  };
}

/** Runs something while the console's errors are collected. */
export async function collectErrors(
  run: () => Promise<void>,
): Promise<unknown[]> {
  const logged: unknown[] = [];
  // deno-lint-ignore no-console -- put back afterwards
  const original = console.error;
  // deno-lint-ignore no-console -- the logged errors are what is tested
  console.error = (...values: unknown[]) => logged.push(...values);
  try {
    await run();
  } finally {
    // deno-lint-ignore no-console -- as it was before
    console.error = original;
  }
  return logged;
}
