import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { clientConfig } from "./client_config.ts";
import { type BundledFile, nameByContent } from "./content_names.ts";
import { lowerSyntax } from "./lower_syntax.ts";
import type { SourceMapOptions } from "./source_maps.ts";

/** What to bundle. */
export interface ClientBundleOptions {
  readonly root: string;
  readonly minify: boolean;
  readonly sourceMap: SourceMapOptions;
  /** The browsers to write for; current ones if none are named. */
  readonly target: readonly string[];
  /** A module that every entry imports first. */
  readonly base: string;
  /** The entries that have no default export. */
  readonly ownEntries: ReadonlySet<string>;
  /** Module specifiers by the name of the entry that they become. */
  readonly entries: ReadonlyMap<string, string>;
}

/** The bundled client code. */
export interface ClientBundle {
  /** All files, by their final names. */
  readonly files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
  /** The final file name of each entry. */
  readonly entries: ReadonlyMap<string, string>;
  /** The files that each file imports statically, all the way down. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
}

/** Thrown with the bundler's own message when the client does not build. */
export class ClientBundleError extends Error {
  override name = "ClientBundleError";
}

/** Stands where an entry's name gets its hash. */
const PLACEHOLDER = "-00000000";

// deno-lint-ignore no-control-regex -- terminal colours begin with a control character
const COLOURS = /\x1b\[[0-9;]*m/g;

/** What the bundler complains of, without the warnings before and the backtrace of its own after it. */
export function reasonOf(output: string): string {
  const text = output.replace(COLOURS, "");
  const start = text.search(/^error:/m);
  return text.slice(Math.max(start, 0)).replace(
    /\n\s*Stack backtrace:[\s\S]*$/,
    "",
  ).trim();
}

async function runBundler(
  folder: string,
  options: ClientBundleOptions,
  entries: readonly string[],
): Promise<void> {
  const { json, lock } = await clientConfig(options.root, folder);
  const config = join(folder, "deno.json");
  await Deno.writeTextFile(config, json);
  const args = [
    "bundle",
    `--config=${config}`,
    "--platform=browser",
    "--code-splitting",
    `--outdir=${join(folder, "out")}`,
  ];
  if (lock === null) args.push("--no-lock");
  else {
    await Deno.copyFile(lock, join(folder, "deno.lock"));
    args.push(`--lock=${join(folder, "deno.lock")}`, "--frozen=false");
  }
  if (options.minify) args.push("--minify");
  if (options.sourceMap.kind !== false) args.push("--sourcemap=external");
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, ...entries],
    cwd: folder,
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) {
    throw new ClientBundleError(reasonOf(new TextDecoder().decode(stderr)));
  }
}

function specifierFrom(folder: string, specifier: string): string {
  if (!specifier.startsWith("file:")) return specifier;
  const path = relative(folder, fileURLToPath(specifier));
  return path.startsWith(".") ? path : `./${path}`;
}

/** Passes on a default export that may not exist. */
function reexportDefault(from: string): string {
  return `import * as all from ${from};\n` +
    `export default (all as { default?: unknown }).default;\n`;
}

/** Bundles the entries for the browser, splitting off what they share. */
export async function bundleClient(
  options: ClientBundleOptions,
): Promise<ClientBundle> {
  const folder = await Deno.realPath(
    await Deno.makeTempDir({ prefix: "fresh_bundle_" }),
  );
  try {
    const files: string[] = [];
    const base = JSON.stringify(specifierFrom(folder, options.base));
    for (const [name, specifier] of options.entries) {
      const file = join(folder, `${name}${PLACEHOLDER}.ts`);
      const from = JSON.stringify(specifierFrom(folder, specifier));
      await Deno.writeTextFile(
        file,
        `import ${base};\nexport * from ${from};\n` +
          (options.ownEntries.has(name) ? "" : reexportDefault(from)),
      );
      files.push(file);
    }
    await runBundler(folder, options, files);
    return await collect(join(folder, "out"), options);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const PUBLIC_VARIABLE =
  /\bDeno\.env\.get\(\s*(["'`])(FRESH_PUBLIC_\w+)\1\s*\)|\bprocess\.env\.(FRESH_PUBLIC_\w+)/g;

/** Puts the values of public variables in, as they are while building: a browser has no environment. */
function inlineVariables(text: string): string {
  return text.replace(
    PUBLIC_VARIABLE,
    (_all, _quote, asked?: string, member?: string) =>
      JSON.stringify(Deno.env.get(asked ?? member ?? "")) ?? "void 0",
  );
}

/** What the bundler wrote, in a stable order. */
async function readBundled(
  out: string,
  { minify, sourceMap, target }: ClientBundleOptions,
): Promise<BundledFile[]> {
  const bundled: BundledFile[] = [];
  for await (const { name } of Deno.readDir(out)) {
    if (!name.endsWith(".js")) continue;
    bundled.push({
      name,
      text: inlineVariables(await Deno.readTextFile(join(out, name))),
      map: sourceMap.kind === false
        ? null
        : await Deno.readTextFile(join(out, `${name}.map`)),
    });
  }
  bundled.sort((a, b) => a.name < b.name ? -1 : 1);
  if (target.length === 0) return bundled;
  try {
    return await lowerSyntax(bundled, target, minify);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ClientBundleError(
      `The client code can not be written for ${target.join(", ")}: ${message}`,
      { cause },
    );
  }
}

async function collect(
  out: string,
  options: ClientBundleOptions,
): Promise<ClientBundle> {
  const bundled = (await readBundled(out, options)).map((file) => ({
    ...file,
    map: file.map === null ? null : relativeSources(file.map, out, options),
  }));
  const named = nameByContent(bundled, options.sourceMap.kind);
  return {
    files: named.files,
    imports: named.imports,
    entries: new Map(
      [...options.entries.keys()].map((name) => {
        const file = named.names.get(`${name}${PLACEHOLDER}.js`);
        if (file === undefined) {
          throw new ClientBundleError(`Nothing was bundled for "${name}".`);
        }
        return [name, file];
      }),
    ),
  };
}

interface SourceMap {
  sourceRoot?: string;
  sources: string[];
  sourcesContent?: (string | null)[];
}

/**
 * Names the sources of a map by the project or the package they are in, and
 * leaves out the entries made up for bundling: nothing of it tells where this
 * machine keeps the project.
 */
function relativeSources(
  map: string,
  out: string,
  { root, sourceMap }: ClientBundleOptions,
): string {
  const parsed: SourceMap = JSON.parse(map);
  const folder = dirname(out);
  parsed.sources = parsed.sources.map((source, index) => {
    const path = resolve(out, source);
    if (dirname(path) === folder) {
      if (parsed.sourcesContent) parsed.sourcesContent[index] = null;
      return `entry/${basename(path)}`;
    }
    const below = relative(root, path).replaceAll("\\", "/");
    if (!below.startsWith("..")) return below;
    const npm = path.lastIndexOf("/npm/");
    return npm === -1 ? `external/${basename(path)}` : path.slice(npm + 1);
  });
  if (sourceMap.sourceRoot !== undefined) {
    parsed.sourceRoot = sourceMap.sourceRoot;
  }
  if (sourceMap.sourcesContent === false) delete parsed.sourcesContent;
  return JSON.stringify(parsed);
}
