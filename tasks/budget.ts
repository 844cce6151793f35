import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import type { Page } from "puppeteer-core";
import { FIRST_STYLES_FILE } from "../lib/http/first_styles.ts";
import { startChromium } from "../tests/system/chromium.ts";
import {
  type DemoServer,
  loginOf,
  logInOn,
  withDemoServer,
} from "./demo_server.ts";

const KB = 1024;
const root = new URL("..", import.meta.url).pathname;

/** Bytes of one page as the browser received their bodies. */
interface PageBytes {
  all: number;
  scripts: number;
  styles: number;
}

/** One row of the byte budget. */
interface Row {
  what: string;
  bytes: number;
  limit: number;
}

/** Loads a page in a browser that has nothing of it yet, and counts what came over the wire. */
async function measure(page: Page, url: string): Promise<PageBytes> {
  const wire = await page.createCDPSession();
  await wire.send("Network.enable");
  await wire.send("Network.setCacheDisabled", { cacheDisabled: true });
  // What the service worker fetches by itself comes after the page, and is a row of its own.
  await wire.send("Network.setBypassServiceWorker", { bypass: true });
  await page.goto(url, { waitUntil: "networkidle0" });
  const bytes = await page.evaluate(() => {
    const entries = [
      ...performance.getEntriesByType("navigation"),
      ...performance.getEntriesByType("resource"),
    ] as PerformanceResourceTiming[];
    const sum = (kind: (entry: PerformanceResourceTiming) => boolean) =>
      entries.filter(kind).reduce(
        (total, entry) => total + entry.encodedBodySize,
        0,
      );
    const path = (entry: PerformanceResourceTiming) =>
      new URL(entry.name).pathname;
    return {
      all: sum((entry) =>
        !path(entry).startsWith("/api/") && path(entry) !== "/sw.js"
      ),
      scripts: sum((entry) =>
        path(entry).endsWith(".js") && path(entry) !== "/sw.js"
      ),
      styles: sum((entry) => path(entry).endsWith(".css")),
    };
  });
  await wire.detach();
  return bytes;
}

function compressedSize(text: string): number {
  return brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11 },
  }).length;
}

/** Size of a bundle for the browser, brotli. */
async function bundleSize(entry: string, external: string[]): Promise<number> {
  const bundle = await Deno.bundle({
    entrypoints: [join(root, entry)],
    platform: "browser",
    minify: true,
    write: false,
    external,
  });
  const text = (bundle.outputFiles ?? []).map((file) => file.text()).join("\n");
  return compressedSize(text);
}

/**
 * What the device's store and sync code, with idb, adds to a page that has the rules of the domain anyway. Conflicts,
 * recovery and upkeep are loaded when they are needed.
 */
async function storeAndSync(): Promise<number> {
  const later = ["./conflicts.ts", "./recovery.ts", "./upkeep.ts"];
  const [all, rules] = await Promise.all([
    bundleSize("tasks/store_and_sync.ts", later),
    bundleSize("tasks/domain_rules.ts", []),
  ]);
  return all - rules;
}

async function rows(demo: DemoServer): Promise<Row[]> {
  const { origin, folder } = demo;
  const browser = await startChromium(join(folder, "profile"));
  try {
    const page = await browser.newPage();
    await page.setViewport({ width: 360, height: 740 });
    const login = await measure(page, `${origin}/login`);
    await logInOn(page, origin, loginOf(demo, "worker"));
    const account = await measure(page, `${origin}/account`);
    const fields: [string, PageBytes][] = [];
    for (const path of ["today", "orders", "leads", "leads/new", "changes"]) {
      fields.push([path, await measure(page, `${origin}/client/${path}`)]);
    }
    const order = await page.evaluate(async () => {
      const answer = await fetch("/api/client/work-orders");
      return (await answer.json()).rows[0].id as string;
    });
    fields.push([
      "orders/:id",
      await measure(page, `${origin}/client/orders/${order}`),
    ]);
    const home = fields[0]?.[1] as PageBytes;
    const workerBytes = await page.evaluate(async () => {
      await (await fetch("/sw.js", { cache: "no-store" })).arrayBuffer();
      const entries = performance.getEntriesByName(
        new URL("/sw.js", location.href).href,
      );
      return (entries.at(-1) as PerformanceResourceTiming).encodedBodySize;
    });
    return [
      {
        what: "JavaScript of /login, a page without islands",
        bytes: login.scripts,
        limit: 0,
      },
      {
        what: "JavaScript of one simple island with its store (/account)",
        bytes: account.scripts,
        limit: 11 * KB,
      },
      ...fields.map(([path, { scripts }]) => ({
        what: `JavaScript of the field page /client/${path}`,
        bytes: scripts,
        limit: 24 * KB,
      })),
      {
        what: "Client store and sync code of that",
        bytes: await storeAndSync(),
        limit: 8 * KB,
      },
      { what: "Service worker", bytes: workerBytes, limit: 12 * KB },
      {
        what: "CSS, all of it, with what the first pages hold of it",
        bytes: home.styles +
          compressedSize(await Deno.readTextFile(FIRST_STYLES_FILE)),
        limit: 12 * KB,
      },
      {
        what: "First load of /login, everything",
        bytes: login.all,
        limit: 20 * KB,
      },
      {
        what: "First load of /client/today, everything",
        bytes: home.all,
        limit: 40 * KB,
      },
    ];
  } finally {
    await browser.close();
  }
}

let broken = 0;
await withDemoServer(async (demo) => {
  console.log(
    "Byte budgets: bodies over the wire, as Chromium received them, on the production build\n",
  );
  for (const { what, bytes, limit } of await rows(demo)) {
    const good = bytes <= limit;
    if (!good) broken++;
    const figures = `${String(bytes).padStart(7)} of ${
      String(limit).padStart(7)
    }`;
    console.log(`${good ? "ok    " : "BROKEN"} ${figures} bytes  ${what}`);
  }
});
if (broken > 0) {
  console.error(`\n${broken} of the budgets are broken.`);
  Deno.exit(1);
}
