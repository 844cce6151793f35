import { ROOT } from "./server_process.ts";

/** What is no source of the product. */
const NOT_SOURCE = /^(?:\..*|_fresh|data|coverage|node_modules|docs\/.*\.png)$/;

/** An exact replacement in one file, which has to fit once. */
export interface Patch {
  file: string;
  from: string;
  to: string;
}

async function copyTree(from: string, to: string, path = ""): Promise<void> {
  await Deno.mkdir(to + path, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from + path)) {
    if (NOT_SOURCE.test(name)) continue;
    if (isDirectory) await copyTree(from, to, `${path}${name}/`);
    else await Deno.copyFile(from + path + name, to + path + name);
  }
}

/** Builds a copy of this tree with something changed, and takes it away afterwards. */
export async function withPatchedBuild(
  patches: readonly Patch[],
  run: (root: URL) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "streamflow-patched-" }) +
    "/";
  try {
    await copyTree(ROOT.pathname, folder);
    for (const { file, from, to } of patches) {
      const text = await Deno.readTextFile(folder + file);
      if (text.split(from).length !== 2) {
        throw new Error(`${file} does not have exactly one: ${from}`);
      }
      await Deno.writeTextFile(folder + file, text.replace(from, () => to));
    }
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "build"],
      cwd: folder,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    await run(new URL(`file://${folder}`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
