import { pathToFileURL } from "node:url";

/** The engine of pages and worker. */
export type DeviceCode = typeof import("./device_code.ts");

/** An exact replacement in one file, which has to fit once. */
export interface Patch {
  file: string;
  from: string;
  to: string;
}

const ROOT = new URL("../../", import.meta.url).pathname;
const NEEDED = ["lib/model", "lib/offline", "tests/simulation/device_code.ts"];

async function copyTo(folder: string, path: string): Promise<void> {
  const from = ROOT + path;
  if ((await Deno.stat(from)).isFile) {
    await Deno.mkdir(`${folder}/${path}`.replace(/[^/]*$/, ""), {
      recursive: true,
    });
    return await Deno.copyFile(from, `${folder}/${path}`);
  }
  for await (const { name } of Deno.readDir(from)) {
    await copyTo(folder, `${path}/${name}`);
  }
}

/**
 * Bundles the engine as a browser gets it, in one piece.
 *
 * @param patches bugs to plant, in a copy of the source
 */
export async function loadDeviceCode(
  patches: readonly Patch[] = [],
): Promise<DeviceCode> {
  const folder = await Deno.makeTempDir({ prefix: "simulation-" });
  try {
    for (const path of [...NEEDED, "deno.json", "deno.lock"]) {
      await copyTo(folder, path);
    }
    const config = JSON.parse(await Deno.readTextFile(`${folder}/deno.json`));
    const { imports, compilerOptions, unstable, nodeModulesDir } = config;
    await Deno.writeTextFile(
      `${folder}/deno.json`,
      JSON.stringify({
        workspace: ["./lib/model", "./lib/offline"],
        imports,
        compilerOptions,
        unstable,
        nodeModulesDir,
      }),
    );
    for (const { file, from, to } of patches) {
      const path = `${folder}/${file}`;
      const text = await Deno.readTextFile(path);
      if (text.split(from).length !== 2) {
        throw new Error(`The planted bug fits ${file} not once: ${from}`);
      }
      await Deno.writeTextFile(path, text.replace(from, () => to));
    }
    const bundled = await new Deno.Command(Deno.execPath(), {
      args: [
        "bundle",
        "--quiet",
        "--platform=browser",
        "--output=bundle.mjs",
        "tests/simulation/device_code.ts",
      ],
      cwd: folder,
    }).output();
    if (!bundled.success) {
      throw new Error(new TextDecoder().decode(bundled.stderr));
    }
    return await import(pathToFileURL(`${folder}/bundle.mjs`).href);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
