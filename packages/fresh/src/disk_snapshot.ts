import { type App, applySnapshot } from "./app.ts";
import type {
  BuildSnapshot,
  ClientModule,
  ClientRuntime,
  StaticFile,
} from "./build_snapshot.ts";
import type { LazyRouteModule } from "./route_modules.ts";

/** The content of `_fresh/manifest.json`. */
export interface BuildManifest {
  /** The form of this file; raised when it changes. */
  version: 1;
  buildId: string;
  mode: "development" | "production";
  /** The package's own client modules. */
  runtime: ClientRuntime;
  /** The client module of each island, in the order of the server's list. */
  islands: { id: string; client: ClientModule }[];
  /** The route files, without their extensions. */
  routes: string[];
  /** Every file that is served, with its place below `_fresh/static`. */
  files: StaticFile[];
}

/** What the generated `_fresh/server.js` knows by its imports. */
export interface ServerModules {
  /** The URL of the generated folder. */
  base: string;
  manifest: BuildManifest;
  /** The server's instances of the island modules, in the manifest's order. */
  islands: Record<string, unknown>[];
  routes: LazyRouteModule[];
}

/** Makes a snapshot of a build that was written to a folder. */
function diskSnapshot(modules: ServerModules): BuildSnapshot {
  const { manifest } = modules;
  const at = (file: string) =>
    new URL(
      `static/${file.split("/").map(encodeURIComponent).join("/")}`,
      modules.base,
    );
  return {
    buildId: manifest.buildId,
    mode: manifest.mode,
    root: new URL("..", modules.base).pathname,
    runtime: manifest.runtime,
    islands: manifest.islands.map(({ client }, index) => ({
      client,
      exports: modules.islands[index]!,
    })),
    routes: modules.routes,
    files: new Map(manifest.files.map((file) => [file.path, file])),
    read: (file) => Deno.readFile(at(file)),
    open: async (file) => (await Deno.open(at(file))).readable,
  };
}

/** Applies a build to its app and gives what `deno serve` needs. */
export function serveBuild<State>(
  app: App<State>,
  modules: ServerModules,
): { fetch: ReturnType<App<State>["handler"]> } {
  applySnapshot(app, diskSnapshot(modules));
  return { fetch: app.handler() };
}
