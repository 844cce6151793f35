import { join } from "node:path";

const root = new URL("../..", import.meta.url).pathname;

/** Bundles a module to one script that a page can evaluate: with the product's own engine in it. */
export async function bundleForPage(entry: string): Promise<string> {
  const bundle = await Deno.bundle({
    entrypoints: [join(root, entry)],
    platform: "browser",
    format: "iife",
    write: false,
  });
  const [script] = bundle.outputFiles ?? [];
  if (!bundle.success || !script) {
    throw new Error(`Cannot bundle ${entry}: ${JSON.stringify(bundle.errors)}`);
  }
  return script.text();
}
