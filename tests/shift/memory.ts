import type { CDPSession, Page } from "puppeteer-core";

/** What a page or a worker holds after a collection of garbage. */
export interface Memory {
  /** Bytes of the scripts' heap. */
  heap: number;
  /** DOM nodes of its process, also those that no document shows. */
  nodes: number;
  listeners: number;
  documents: number;
}

const MB = 2 ** 20;

/** How much more may be held at the end than after the first stretch: this share, or so many where that is more. */
const MARGINS: Record<keyof Memory, { share: number; least: number }> = {
  heap: { share: 0.2, least: MB },
  nodes: { share: 0.2, least: 100 },
  listeners: { share: 0.2, least: 20 },
  documents: { share: 0, least: 2 },
};

/** The margins in words, for reports. */
export const MARGIN_WORDS =
  "heap, nodes and listeners: 20 %, or 1 MB, 100 and 20 where that is more; documents: 2";

/** Collects garbage until nothing more comes of it: what finalizers let go of goes with the next collection. */
async function collect(wire: CDPSession): Promise<void> {
  for (let i = 0; i < 3; i++) await wire.send("HeapProfiler.collectGarbage");
}

/** A connection to a page over which its memory can be read. */
export async function memoryWire(page: Page): Promise<CDPSession> {
  const wire = await page.createCDPSession();
  await wire.send("Performance.enable");
  return wire;
}

/** Looks at a page, some time apart: what is under way at one of them is no part of what it holds. */
const LOOKS = 4;
const BETWEEN_MS = 400;

/** What a page holds. */
export async function memoryOf(wire: CDPSession): Promise<Memory> {
  const least: Memory = {
    heap: Infinity,
    nodes: Infinity,
    listeners: Infinity,
    documents: Infinity,
  };
  for (let i = 0; i < LOOKS; i++) {
    await collect(wire);
    const { metrics } = await wire.send("Performance.getMetrics");
    const see = (name: keyof Memory, metric: string) => {
      const value = metrics.find(({ name }) => name === metric)?.value ?? NaN;
      least[name] = Math.min(least[name], value);
    };
    see("heap", "JSHeapUsedSize");
    see("nodes", "Nodes");
    see("listeners", "JSEventListeners");
    see("documents", "Documents");
    await new Promise((done) => setTimeout(done, BETWEEN_MS));
  }
  return least;
}

/** Bytes of a service worker's heap. */
export async function workerHeapOf(wire: CDPSession): Promise<number> {
  await collect(wire);
  return (await wire.send("Runtime.getHeapUsage")).usedSize;
}

/** What grew by more than its margin, in words; nothing where all is well. */
export function grownBeyond(
  what: string,
  before: Partial<Memory>,
  after: Partial<Memory>,
): string[] {
  const names = Object.keys(before) as (keyof Memory)[];
  return names.flatMap((name) => {
    const [from = NaN, to = NaN] = [before[name], after[name]];
    const { share, least } = MARGINS[name];
    // What could not be read is no sign of health.
    return to - from <= Math.max(share * from, least)
      ? []
      : [`${what}: ${name} went from ${from} to ${to}`];
  });
}
