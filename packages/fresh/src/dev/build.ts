import type {
  BuildSnapshot,
  ClientModule,
  ClientRuntime,
  StaticFile,
} from "../build_snapshot.ts";
import { DATA_ID } from "../data_id.ts";
import { contentTypeOf } from "../content_type.ts";
import type { LazyRouteModule, RouteModule } from "../route_modules.ts";
import { bundleClient, type ClientBundle } from "./client_bundle.ts";
import { compress } from "./compress.ts";
import { contentHash } from "./content_hash.ts";
import { lockCssUrls } from "./css_urls.ts";
import { type Project, type ProjectFolders, readProject } from "./project.ts";
import { filesBelow } from "./project_files.ts";
import type { SourceMapOptions } from "./source_maps.ts";
import { type SourceFile, type Transform, transformFile } from "./transform.ts";

/** Everything that decides what a build contains. */
export interface BuildPlan extends ProjectFolders {
  readonly root: string;
  readonly staticDirs: readonly string[];
  readonly target: string | string[];
  readonly sourceMap: SourceMapOptions;
  readonly mode: "development" | "production";
  readonly registered: readonly string[];
  readonly transforms: readonly Transform[];
}

/** A finished build, in memory. */
export interface Build {
  readonly project: Project;
  readonly buildId: string;
  readonly mode: "development" | "production";
  readonly runtime: ClientRuntime;
  /** The client module of each of the project's islands. */
  readonly islands: readonly ClientModule[];
  readonly files: readonly StaticFile[];
  /** The content of every file and variant, by its place. */
  readonly contents: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** Where the client code is served. */
export const CLIENT_PATH = "/_fresh/";

const CLIENT_MODULES: readonly string[] = [
  "boot",
  "signals",
  "revive",
  "slots",
  "reload",
];

function clientEntries(plan: BuildPlan, project: Project): Map<string, string> {
  const entries = new Map<string, string>();
  const names = plan.mode === "development"
    ? CLIENT_MODULES
    : CLIENT_MODULES.slice(0, -1);
  for (const name of names) {
    entries.set(name, import.meta.resolve(`../client/${name}.ts`));
  }
  for (const { name, specifier } of project.islands) {
    entries.set(name, specifier);
  }
  return entries;
}

function clientModule(bundle: ClientBundle, entry: string): ClientModule {
  return moduleOf(bundle, bundle.entries.get(entry)!);
}

function moduleOf(bundle: ClientBundle, file: string): ClientModule {
  return {
    path: CLIENT_PATH + file,
    imports: bundle.imports.get(file)!.map((name) => CLIENT_PATH + name),
  };
}

/**
 * The module that boots a page. Every entry imports the boot code, so the
 * bundler has put it into a shared file: that one is loaded, and the entry,
 * which would only import it, is left out.
 */
function bootModule(bundle: ClientBundle): {
  module: ClientModule;
  unused: string | null;
} {
  const entry = bundle.entries.get("boot")!;
  const decoder = new TextDecoder();
  const holdsBoot = (file: string) =>
    decoder.decode(bundle.files.get(file)).includes(DATA_ID);
  const shared = bundle.imports.get(entry)!.find(holdsBoot);
  if (shared === undefined || holdsBoot(entry)) {
    return { module: clientModule(bundle, "boot"), unused: null };
  }
  return { module: moduleOf(bundle, shared), unused: entry };
}

async function staticSources(plan: BuildPlan): Promise<SourceFile[]> {
  const sources: SourceFile[] = [];
  for (const folder of plan.staticDirs) {
    for (const { file, relative } of await filesBelow(folder, plan.ignore)) {
      const source = {
        path: `/${relative}`,
        content: await Deno.readFile(file),
      };
      sources.push(...await transformFile(source, plan.transforms, plan));
    }
  }
  return sources;
}

/** Lists a file, with its encoded variants in production. */
async function listFile(
  source: SourceFile,
  immutable: boolean,
  plan: BuildPlan,
  contents: Map<string, Uint8Array<ArrayBuffer>>,
): Promise<StaticFile> {
  const { path, content } = source;
  const file = path.slice(1);
  const contentType = contentTypeOf(path);
  const variants = plan.mode === "production"
    ? await compress(content, contentType)
    : {};
  contents.set(file, content);
  const listed: Record<string, { file: string; size: number }> = {};
  for (const [coding, extension] of [["br", "br"], ["gzip", "gz"]] as const) {
    const bytes = variants[coding];
    if (bytes === undefined) continue;
    contents.set(`${file}.${extension}`, new Uint8Array(bytes));
    listed[coding] = { file: `${file}.${extension}`, size: bytes.length };
  }
  return {
    path,
    file,
    hash: contentHash(content),
    size: content.length,
    contentType,
    ...(immutable ? { immutable } : {}),
    ...listed,
  };
}

function sortedByPath<T>(files: ReadonlyMap<string, T>): [string, T][] {
  return [...files].sort(([a], [b]) => a < b ? -1 : 1);
}

/** Names a build by what it is made of. */
function buildIdOf(
  mode: string,
  sources: ReadonlyMap<string, SourceFile>,
): string {
  const lines = sortedByPath(sources)
    .map(([path, { content }]) => `${path} ${contentHash(content)}`);
  return contentHash([mode, ...lines].join("\n"));
}

/** The same file; in a stylesheet the files that it names are locked. */
function lockedToBuild(
  source: SourceFile,
  buildId: string,
  sources: ReadonlyMap<string, unknown>,
): SourceFile {
  const { path, content } = source;
  if (!path.endsWith(".css")) return source;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(content);
    const locked = lockCssUrls(
      text,
      path,
      buildId,
      (file) => sources.has(file),
    );
    return locked === text
      ? source
      : { path, content: new TextEncoder().encode(locked) };
  } catch {
    return source; // It is in an encoding of its own.
  }
}

/** Builds a project. */
export async function makeBuild(plan: BuildPlan): Promise<Build> {
  const project = await readProject(plan, plan.registered);
  const bundle = await bundleClient({
    root: plan.root,
    minify: plan.mode === "production",
    sourceMap: plan.sourceMap,
    target: [plan.target].flat(),
    ownEntries: new Set(CLIENT_MODULES),
    base: import.meta.resolve("../client/base.ts"),
    entries: clientEntries(plan, project),
  });
  const boot = bootModule(bundle);
  const client = [...bundle.files]
    .filter(([name]) => name.replace(/\.map$/, "") !== boot.unused)
    .map(([name, content]) => ({ path: CLIENT_PATH + name, content }));
  const sources = new Map(
    [...await staticSources(plan), ...client].map((file) => [file.path, file]),
  );
  const buildId = buildIdOf(plan.mode, sources);
  const immutable = new Set(client.map(({ path }) => path));
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  const files: StaticFile[] = [];
  for (const [path, source] of sortedByPath(sources)) {
    files.push(
      await listFile(
        lockedToBuild(source, buildId, sources),
        immutable.has(path),
        plan,
        contents,
      ),
    );
  }
  return {
    project,
    mode: plan.mode,
    buildId,
    runtime: {
      boot: boot.module,
      signals: clientModule(bundle, "signals"),
      revive: clientModule(bundle, "revive"),
      slots: clientModule(bundle, "slots"),
      reload: plan.mode === "development"
        ? clientModule(bundle, "reload").path
        : null,
    },
    islands: project.islands.map(({ name }) => clientModule(bundle, name)),
    files,
    contents,
  };
}

async function loadRoutes(project: Project): Promise<LazyRouteModule[]> {
  return await Promise.all(project.routes.map(async ({ id, url, eager }) => {
    const load = (): Promise<RouteModule> => import(url);
    return eager ? { id, module: await load() } : { id, load };
  }));
}

/** Makes a snapshot that serves a build from memory. */
export async function memorySnapshot(
  build: Build,
  root: string,
): Promise<BuildSnapshot> {
  const exports: Record<string, unknown>[] = await Promise.all(
    build.project.islands.map(({ specifier }) => import(specifier)),
  );
  const read = (file: string) => {
    const content = build.contents.get(file);
    return content === undefined
      ? Promise.reject(new Deno.errors.NotFound(file))
      : Promise.resolve(content);
  };
  return {
    buildId: build.buildId,
    mode: build.mode,
    root,
    runtime: build.runtime,
    islands: build.islands.map((client, index) => ({
      client,
      exports: exports[index]!,
    })),
    routes: await loadRoutes(build.project),
    files: new Map(build.files.map((file) => [file.path, file])),
    read,
    open: async (file) => new Blob([await read(file)]).stream(),
  };
}
