import puppeteer, { type Browser } from "puppeteer-core";

/** Names under which a Chrome or Chromium can be on the PATH. */
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
];

/** The browser's path: `CHROME_PATH`, else the first one on the PATH, else null. */
export async function findChromium(): Promise<string | null> {
  const given = Deno.env.get("CHROME_PATH");
  if (given) return given;
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    for (const name of NAMES) {
      const path = `${folder}/${name}`;
      const found = await Deno.stat(path).then(
        (file) => file.isFile,
        () => false,
      );
      if (found) return path;
    }
  }
  return null;
}

// As root Chromium needs its sandbox off; the rest keeps it from calling anybody outside.
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A small Android phone. */
export const PHONE_SCREEN = {
  width: 360,
  height: 740,
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
} as const;

/**
 * Starts Chromium with a phone's screen.
 *
 * @param profile a folder for its profile: given again, it is the same phone switched on again
 * @param more arguments of its command line
 */
export async function startChromium(
  profile: string,
  more: readonly string[] = [],
): Promise<Browser> {
  const executablePath = await findChromium();
  if (executablePath === null) {
    throw new Error("There is no Chromium: set CHROME_PATH");
  }
  return await puppeteer.launch({
    executablePath,
    headless: true,
    userDataDir: profile,
    args: [...ARGUMENTS, ...more],
    defaultViewport: PHONE_SCREEN,
  });
}
