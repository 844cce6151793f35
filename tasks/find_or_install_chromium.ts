import { findChromium } from "../tests/system/chromium.ts";

async function run(command: string, args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(command, {
      args,
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

/**
 * Finds a Chrome or Chromium (`CHROME_PATH`, the PATH), else installs Debian's where that is allowed.
 *
 * @returns its path, or null where one has to be installed by hand
 */
export async function findOrInstallChromium(): Promise<string | null> {
  const found = await findChromium();
  if (found !== null) return found;
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return null;
  console.log("There is no Chromium here: installing Debian's…");
  await run("apt-get", ["update"]);
  await run("apt-get", [
    "install",
    "-y",
    "--no-install-recommends",
    "chromium",
  ]);
  return await findChromium();
}
