import puppeteer, { type Browser } from "puppeteer-core";

const CANDIDATES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
];

/** Starts the machine's own Chromium; `CHROME_PATH` names another one. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = Deno.env.get("CHROME_PATH") ??
    CANDIDATES.find((path) => {
      try {
        return Deno.statSync(path).isFile;
      } catch {
        return false;
      }
    });
  if (executablePath === undefined) throw new Error("No Chromium was found.");
  return await puppeteer.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
