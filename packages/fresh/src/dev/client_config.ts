import { dirname, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** The parts of a `deno.json` that matter for bundling. */
interface DenoConfig {
  name?: string;
  exports?: string | Record<string, string>;
  imports?: Record<string, string>;
  scopes?: Record<string, Record<string, string>>;
  importMap?: string;
  links?: string[];
  workspace?: string[] | { members: string[] };
  nodeModulesDir?: unknown;
  unstable?: string[];
  compilerOptions?: Record<string, unknown>;
}

/** A project's configuration file. */
interface FoundConfig {
  readonly file: string;
  readonly content: DenoConfig;
}

/** Removes comments and trailing commas from JSON with comments. */
function stripJsonc(text: string): string {
  return text.replace(
    /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_match, literal?: string) => literal ?? " ",
  ).replace(
    /("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g,
    (_match, literal?: string) => literal ?? "",
  );
}

async function readConfig(file: string): Promise<DenoConfig | null> {
  try {
    return JSON.parse(stripJsonc(await Deno.readTextFile(file)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** The nearest configuration file of a folder or of one above it. */
export async function findConfig(folder: string): Promise<FoundConfig | null> {
  for (let at = resolve(folder);; at = dirname(at)) {
    for (const name of ["deno.json", "deno.jsonc"]) {
      const file = join(at, name);
      const content = await readConfig(file);
      if (content !== null) return { file, content };
    }
    if (dirname(at) === at) return null;
  }
}

/** Makes relative targets of an import map independent of where it stands. */
function absoluteTargets(
  imports: Record<string, string> = {},
  base: string,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(imports).map(([name, target]) => [
      name,
      /^\.{0,2}\//.test(target)
        ? pathToFileURL(resolve(base, target)).href +
          (target.endsWith("/") ? "/" : "")
        : target,
    ]),
  );
}

/** A folder as the key of a scope. */
function scopeOf(folder: string): string {
  return `${pathToFileURL(folder).href}/`;
}

/**
 * The configuration for bundling the client: the project's own, except that
 * JSX is compiled to calls. Precompiled JSX is HTML for the server only.
 */
export async function clientConfig(
  root: string,
  at: string,
): Promise<{ json: string; lock: string | null }> {
  const found = await findConfig(root);
  const base = found === null ? root : dirname(found.file);
  const own = found?.content ?? {};
  const config: DenoConfig = {
    imports: absoluteTargets(own.imports, base),
    scopes: {},
    nodeModulesDir: own.nodeModulesDir ?? "none",
    compilerOptions: {
      ...own.compilerOptions,
      jsx: "react-jsx",
      jsxImportSource: own.compilerOptions?.["jsxImportSource"] ?? "preact",
    },
  };
  delete config.compilerOptions!["jsxPrecompileSkipElements"];
  delete config.compilerOptions!["types"];
  if (own.unstable !== undefined) config.unstable = own.unstable;
  if (own.links !== undefined) {
    config.links = own.links.map((link) => {
      const path = relative(at, resolve(base, link));
      return path.startsWith(".") ? path : `./${path}`;
    });
  }
  if (own.importMap !== undefined) {
    const file = resolve(base, own.importMap);
    const map = await readConfig(file);
    Object.assign(
      config.imports!,
      absoluteTargets(map?.imports, dirname(file)),
    );
  }
  const members = Array.isArray(own.workspace)
    ? own.workspace
    : own.workspace?.members ?? [];
  for (const member of members) {
    const folder = resolve(base, member);
    const inner = (await findConfig(folder))?.content ?? {};
    if (inner.imports !== undefined) {
      config.scopes![scopeOf(folder)] = absoluteTargets(inner.imports, folder);
    }
    if (inner.name !== undefined) addMember(config.imports!, inner, folder);
  }
  const lock = join(base, "deno.lock");
  return {
    json: JSON.stringify(config, null, 2),
    lock: await exists(lock) ? lock : null,
  };
}

function addMember(
  imports: Record<string, string>,
  member: DenoConfig,
  folder: string,
): void {
  const exported = typeof member.exports === "string"
    ? { ".": member.exports }
    : member.exports ?? {};
  for (const [name, target] of Object.entries(exported)) {
    imports[member.name! + name.slice(1)] ??=
      pathToFileURL(resolve(folder, target)).href;
  }
}

async function exists(file: string): Promise<boolean> {
  try {
    await Deno.stat(file);
    return true;
  } catch {
    return false;
  }
}
