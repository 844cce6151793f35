import { join } from "node:path";

/** A file that was found, and its path below the folder that was searched. */
export interface FoundFile {
  readonly file: string;
  readonly relative: string;
}

/** All files below a folder, in a stable order; none if it does not exist. */
export async function filesBelow(
  folder: string,
  ignore: readonly RegExp[],
): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const visit = async (path: string, relative: string): Promise<void> => {
    const entries: Deno.DirEntry[] = [];
    try {
      for await (const entry of Deno.readDir(path)) entries.push(entry);
    } catch (error) {
      if (relative === "" && error instanceof Deno.errors.NotFound) return;
      throw error;
    }
    entries.sort((a, b) => a.name < b.name ? -1 : 1);
    for (const entry of entries) {
      const file = join(path, entry.name);
      const below = relative === "" ? entry.name : `${relative}/${entry.name}`;
      if (ignore.some((pattern) => pattern.test(file))) continue;
      const isFolder = entry.isDirectory ||
        entry.isSymlink && (await Deno.stat(file)).isDirectory;
      if (isFolder) await visit(file, below);
      else found.push({ file, relative: below });
    }
  };
  await visit(folder, "");
  return found;
}

const SCRIPT = /\.(?:tsx|ts|jsx|js|mts|mjs)$/;
const TEST = /[._]test\.[mc]?[jt]sx?$|\.d\.[mc]?ts$/;

/** Whether a file is a module that a project may have as route or island. */
export function isModuleFile(path: string): boolean {
  return SCRIPT.test(path) && !TEST.test(path);
}

/** A path without its extension. */
export function withoutExtension(path: string): string {
  return path.replace(SCRIPT, "");
}
