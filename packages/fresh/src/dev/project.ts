import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compareRouteFiles, isSpecialRouteFile } from "../file_routes.ts";
import {
  filesBelow,
  type FoundFile,
  isModuleFile,
  withoutExtension,
} from "./project_files.ts";

/** A route file of the project. */
export interface ProjectRoute {
  /** The path below the routes folder, without its extension. */
  readonly id: string;
  readonly url: string;
  /** Whether the app can not be set up without the module. */
  readonly eager: boolean;
}

/** An island module of the project. */
export interface ProjectIsland {
  /** What its client file is called. */
  readonly name: string;
  readonly specifier: string;
}

/** Where a project keeps its parts. */
export interface ProjectFolders {
  readonly routeDir: string;
  readonly islandDir: string;
  readonly ignore: readonly RegExp[];
}

/** What a build starts from. */
export interface Project {
  readonly routes: readonly ProjectRoute[];
  readonly islands: readonly ProjectIsland[];
}

const LOCAL_ISLANDS = /(?:^|\/)\(_islands\)\//;
const PRIVATE = /(?:^|\/)\(_[^/]*\)\//;

function islandNames(specifiers: readonly string[]): ProjectIsland[] {
  const used = new Set<string>();
  return specifiers.map((specifier) => {
    const path = withoutExtension(specifier.replace(/[?#].*$/, ""));
    const stem = path.slice(path.lastIndexOf("/") + 1)
      .replace(/[^\w-]+/g, "_") || "island";
    let name = stem;
    for (let i = 2; used.has(name.toLowerCase()); i++) name = `${stem}_${i}`;
    used.add(name.toLowerCase());
    return { name: `island-${name}`, specifier };
  });
}

async function routeOf({ file, relative }: FoundFile): Promise<ProjectRoute> {
  const id = withoutExtension(relative);
  const eager = isSpecialRouteFile(id) ||
    (await Deno.readTextFile(file)).includes("routeOverride");
  return { id, url: pathToFileURL(file).href, eager };
}

/** Finds the routes and islands of a project. */
export async function readProject(
  folders: ProjectFolders,
  registered: readonly string[],
): Promise<Project> {
  const routeFiles = (await filesBelow(folders.routeDir, folders.ignore))
    .filter(({ relative }) => isModuleFile(relative));
  const islandFiles = (await filesBelow(folders.islandDir, folders.ignore))
    .filter(({ relative }) => isModuleFile(relative));
  const local = routeFiles.filter(({ relative }) =>
    LOCAL_ISLANDS.test(relative)
  );
  const specifiers = [...islandFiles, ...local].map(({ file }) =>
    pathToFileURL(file).href
  );
  const routes = await Promise.all(
    routeFiles.filter(({ relative }) => !PRIVATE.test(relative)).map(routeOf),
  );
  return {
    routes: routes.sort((a, b) => compareRouteFiles(a.id, b.id)),
    islands: islandNames([...new Set([...specifiers, ...registered])]),
  };
}

/** Resolves a folder of a project. */
export function folderIn(root: string, path: string): string {
  return path.startsWith("/") ? path : join(root, path);
}
